/** The folder of a model in the desktop's shell: its small files are read whole, of weights the page gets the names of their tensors. */
import { CHECKPOINT_SLICE_BYTES, type ChosenModelFolder, type DesktopApi } from '../../electron/api.ts';
import { FormatError } from '../../graph/formats/format-error.ts';
import { readSafetensorsHeader } from '../../graph/formats/safetensors.ts';
import { CONFIG, ONE_FILE } from '../../import/huggingface/folder.ts';
import { type ModelFile, type ModelFiles, PlatformError } from './platform.ts';

/** Configurations and tokenizers are far smaller. */
const MOST_WHOLE_BYTES = 64 * 1024 * 1024;

/** @throws {PlatformError} where a file of it cannot be read. */
export async function modelFilesFrom(api: DesktopApi, { folder, name, files }: ChosenModelFolder): Promise<ModelFiles> {
  const from = { kind: 'desktop', folder } as const;
  const listed: ModelFile[] = [];
  for (const { path, byteLength } of files) {
    const source = { byteLength, read: (begin: number, end: number) => read(api, folder, path, begin, end) };
    const whole = path.endsWith('.json') && byteLength <= MOST_WHOLE_BYTES;
    const parts = whole ? [await source.read(0, byteLength)] : [];
    const tensors = path === ONE_FILE ? await namesIn(source, `${name}/${path}`) : undefined;
    listed.push({ path, file: new File(parts, path), from, ...(tensors && { tensors }) });
  }
  if (!listed.some(({ path }) => path === CONFIG)) {
    throw new PlatformError(
      `${name}: choose a folder with a ${CONFIG}; in Hugging Face’s cache it is below snapshots.`,
    );
  }
  return { name, files: listed };
}

async function namesIn(source: Parameters<typeof readSafetensorsHeader>[0], place: string): Promise<readonly string[]> {
  try {
    return [...(await readSafetensorsHeader(source)).entries.keys()];
  } catch (error) {
    throw error instanceof FormatError ? new PlatformError(`${place}: ${error.message}`) : error;
  }
}

async function read(
  api: DesktopApi,
  folder: string,
  path: string,
  begin: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(end - begin);
  for (let at = begin; at < end; at += CHECKPOINT_SLICE_BYTES) {
    const result = await api.readModelFile({
      folder,
      path,
      begin: at,
      end: Math.min(at + CHECKPOINT_SLICE_BYTES, end),
    });
    if (!result.ok) throw new PlatformError(result.error.message);
    bytes.set(result.value, at - begin);
  }
  return bytes;
}
