/** Reads tensors named on the command line: FILE, FILE:KEY, FILE:PREFIX/. */
import { existsSync } from 'node:fs';
import { parseNpy } from '../graph/formats/npy.ts';
import type { RawTensor } from '../graph/formats/raw-tensor.ts';
import { readSafetensor, readSafetensorsHeader } from '../graph/formats/safetensors.ts';
import type { SafetensorsEntry } from '../graph/formats/safetensors.ts';
import { FormatError } from '../graph/formats/format-error.ts';
import { UserError } from './errors.ts';
import { openSource, readBytes } from './files.ts';
import type { FileSource } from './files.ts';

/** FILE:KEY, where both may hold colons. */
export interface FileReference {
  readonly file: string;
  /** Absent where there is no colon after the file's name. */
  readonly key?: string;
}

/** The longest part before a colon that is a file's name; where none is, the part before the last colon. */
export function splitReference(text: string): FileReference {
  const colons = [...text.matchAll(/:/g)].map(({ index }) => index).reverse();
  if (colons.length === 0 || existsSync(text)) return { file: text };
  const split = colons.find((index) => existsSync(text.slice(0, index))) ?? colons[0]!;
  return { file: text.slice(0, split), key: text.slice(split + 1) };
}

/** A tensor and where it came from, for messages. */
export interface LoadedTensor {
  readonly tensor: RawTensor;
  /** `x.safetensors:input/pixel_values`. */
  readonly origin: string;
}

/**
 * Reads the tensor KEY; without a key, the one called `name`, or the only one.
 * @throws {UserError} where there is no such file or tensor; {FormatError} for a broken file.
 */
export async function readTensor({ file, key }: FileReference, name: string): Promise<LoadedTensor> {
  if (/\.npy$/i.test(file)) {
    if (key !== undefined) throw new UserError(`${file}: an .npy file holds one array and has no key "${key}"`);
    return { tensor: await inFile(file, async () => parseNpy(await readBytes(file))), origin: file };
  }
  return withSafetensors(file, async (source, entries) => {
    const wanted = key ?? (entries.size === 1 ? entries.keys().next().value! : name);
    const entry = entries.get(wanted);
    if (!entry) throw new UserError(`${file}: there is no tensor "${wanted}"; ${listKeys(entries)}`);
    return { tensor: await readSafetensor(source, entry), origin: `${file}:${wanted}` };
  });
}

/** Opens a .safetensors file for as long as `use` takes; what goes wrong inside names the file. */
export async function withSafetensors<T>(
  file: string,
  use: (source: FileSource, entries: ReadonlyMap<string, SafetensorsEntry>) => Promise<T>,
): Promise<T> {
  return withSource(file, async (source) => use(source, (await readSafetensorsHeader(source)).entries));
}

/** Opens a file for as long as `use` takes; what goes wrong inside names the file. */
export async function withSource<T>(file: string, use: (source: FileSource) => Promise<T>): Promise<T> {
  const source = await openSource(file);
  try {
    return await inFile(file, () => use(source));
  } finally {
    await source.close();
  }
}

/** Formats know places in a file, not the file. */
export async function inFile<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof FormatError) throw new UserError(`${file}: ${error.message}`);
    throw error;
  }
}

function listKeys(entries: ReadonlyMap<string, SafetensorsEntry>): string {
  const keys = [...entries.keys()];
  const shown = keys.slice(0, 8).join(', ');
  if (keys.length === 0) return 'it is empty';
  return keys.length > 8 ? `it has ${shown}, … (${keys.length})` : `it has ${shown}`;
}
