/**
 * Checkpoints in a browser, found by their hash: files of this session, and beyond it File System Access handles, which
 * the browser lets a page read again where it kept the permission, or once the person gives it. No copy is made.
 */
import { blobSource, type OwningSource } from '../../graph/formats/safetensors.ts';
import { orCancelled, pickers } from './file-system-access.ts';
import { hashOf } from './hash-file.ts';
import {
  allowedFiles,
  isChosenAgain,
  KnownCheckpoints,
  readableFiles,
  type KnownCheckpoint,
} from './known-checkpoints.ts';
import { uploadModelFolder } from './model-files.ts';
import { type CheckpointFile, type HashJob, type ModelFile, type PickedCheckpoint, PlatformError } from './platform.ts';
import { filesOfCheckpoint, hashOfShards, joinedSource, shardsAmong } from './shards.ts';
import { upload } from './upload.ts';

const ENDING = '.safetensors';
const PICKER = {
  id: 'patchbay-checkpoints',
  types: [
    { description: 'Checkpoint', accept: { 'application/octet-stream': [ENDING], 'application/json': ['.json'] } },
  ],
  multiple: true,
} as const;

export class BrowserCheckpoints {
  /** Hashed in this session. */
  readonly #files = new Map<string, CheckpointFile>();
  readonly #known = new KnownCheckpoints();

  /** The checkpoint of this hash that is known and may be read now, or null. */
  async open(sha256: string, job?: HashJob): Promise<CheckpointFile | null> {
    const opened = this.#files.get(sha256);
    if (opened) return opened;
    const known = await this.#known.find(sha256);
    const files = known && (await readableFiles(known));
    return files && (await this.#again(known, files, job));
  }

  async pick(wanted: string | null, job?: HashJob): Promise<PickedCheckpoint | null> {
    const known = wanted === null ? null : await this.#known.find(wanted);
    if (known && isChosenAgain(known)) return await this.#fromFolder(known, job);
    const files = known && (await allowedFiles(known));
    const found = files && (await this.#again(known, files, job));
    if (found) return found;
    const chosen = await chooseFiles();
    return chosen.length === 0 ? null : await this.#take(chosen, chosen[0]!.path, job);
  }

  /** Files that the person chose elsewhere: one, or an index and its parts. */
  async adopt(files: readonly ModelFile[], main: string, job?: HashJob): Promise<PickedCheckpoint> {
    return await this.#take(filesOfCheckpoint(files, main), main, job);
  }

  /** The person chooses the folder of a checkpoint once more, or another one in its place; null if they do not. */
  async #fromFolder({ main }: KnownCheckpoint, job?: HashJob): Promise<PickedCheckpoint | null> {
    const folder = await uploadModelFolder();
    if (!folder) return null;
    const meant = filesOfCheckpoint(folder.files, main);
    if (!meant.some(({ path }) => path === main))
      throw new PlatformError(`${main} is not in the folder ${folder.name}.`);
    return await this.#take(meant, main, job);
  }

  /** Null where they are gone, or have become others. */
  async #again(
    { sha256, main, from }: KnownCheckpoint,
    files: readonly ModelFile[],
    job?: HashJob,
  ): Promise<PickedCheckpoint | null> {
    const meant = from.kind === 'files' ? files : filesOfCheckpoint(files, main);
    try {
      const found = meant.length === 0 ? null : await this.#read(meant, job);
      if (found?.sha256 !== sha256) return null;
      this.#files.set(sha256, found);
      return found;
    } catch (error) {
      if (error instanceof PlatformError) return null;
      throw error;
    }
  }

  async #take(files: readonly ModelFile[], main: string, job?: HashJob): Promise<PickedCheckpoint> {
    const taken = await this.#read(files, job);
    this.#files.set(taken.sha256, taken);
    await this.#known.remember(taken.sha256, main, files);
    return taken;
  }

  /** @throws {PlatformError} where they are not those of one checkpoint, or cannot be read. */
  async #read(files: readonly ModelFile[], job?: HashJob): Promise<PickedCheckpoint> {
    const shards = await shardsAmong(files);
    // As if it lay beside the document, for a page learns no more of where it lies.
    if (!shards) {
      const { file } = files[0]!;
      return { ...checkpointOf(file.name, blobSource(file), await hashOf(file, job)), path: file.name };
    }
    const sha256 = await hashOfShards(shards, job);
    const name = shards.path.split('/').at(-1)!;
    const parts = shards.parts.map(({ name, byteLength, holds }) => ({ name, byteLength, holds }));
    return { ...checkpointOf(name, joinedSource(shards), sha256), parts, path: name };
  }
}

/** None: the person cancelled. */
async function chooseFiles(): Promise<readonly ModelFile[]> {
  const picking = pickers()?.showOpenFilePicker(PICKER);
  if (!picking) {
    const files = await upload({ accept: `${ENDING},.json`, multiple: true });
    return files.map((file) => ({ path: file.name, file }));
  }
  const chosen: ModelFile[] = [];
  for (const handle of (await orCancelled(picking)) ?? []) {
    chosen.push({ path: handle.name, file: await handle.getFile(), from: { kind: 'file', handle } });
  }
  return chosen;
}

function checkpointOf(name: string, source: OwningSource, sha256: string): CheckpointFile {
  return {
    name,
    sha256,
    byteLength: source.byteLength,
    read: (begin, end) =>
      source.read(begin, end).catch((error: unknown) => {
        // A File is of the content that was chosen; once that changed, the browser refuses to read it.
        throw new PlatformError(`${name} cannot be read any more: it was changed or moved. Locate it again.`, {
          cause: error,
        });
      }),
  };
}
