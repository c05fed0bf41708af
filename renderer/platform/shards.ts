/** A checkpoint in several files: which of those that were chosen it is, and its bytes one behind the other. */
import { FormatError } from '../../graph/formats/format-error.ts';
import {
  NOT_ALL_PARTS,
  numberedParts,
  parseSafetensorsIndex,
  type SafetensorsIndex,
  shardsToHash,
} from '../../graph/formats/safetensors-index.ts';
import { blobSource } from '../../graph/formats/safetensors.ts';
import { Sha256 } from '../../gpu/ir/sha256.ts';
import { hashOf } from './hash-file.ts';
import { type CheckpointPart, type HashJob, type ModelFile, PlatformError } from './platform.ts';

export interface Shards {
  /** As a document names it: the index. */
  readonly path: string;
  /** By name. */
  readonly parts: readonly (CheckpointPart & { readonly file: File })[];
}

const INDEX = /\.json$/i;

/**
 * The parts of an index that is among the files, or those that number themselves; null for a single file.
 * @throws {PlatformError} where a part is missing, or they are not of one checkpoint.
 */
export async function shardsAmong(files: readonly ModelFile[]): Promise<Shards | null> {
  const index = files.find(({ path }) => INDEX.test(path));
  if (index) return ofIndex(index, files);
  return files.length > 1 ? numbered(files) : null;
}

/**
 * Of the files of a model those that are its checkpoint.
 * @param main Path of the one that it is, or of the index.
 */
export function filesOfCheckpoint(files: readonly ModelFile[], main: string): readonly ModelFile[] {
  const several = INDEX.test(main);
  return files.filter(({ path }) => path === main || (several && path.endsWith('.safetensors')));
}

async function ofIndex({ path, file }: ModelFile, files: readonly ModelFile[]): Promise<Shards> {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  let index: SafetensorsIndex;
  try {
    index = parseSafetensorsIndex(await file.text());
  } catch (error) {
    throw error instanceof FormatError ? new PlatformError(`${path}: ${error.message}`) : error;
  }
  const named = [...index].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const parts = named.map(([name, holds]) => {
    const part = files.find((other) => other.path === folder + name)?.file;
    if (part) return { name, byteLength: part.size, holds, file: part };
    const count = named.length === 1 ? 'its part' : `all ${named.length} parts`;
    throw new PlatformError(`${path} names ${name}, which was not chosen: choose ${count} together with the index.`);
  });
  return { path, parts };
}

function numbered(files: readonly ModelFile[]): Shards {
  const byName = new Map(files.map(({ path, file }) => [path.split('/').at(-1)!, file]));
  const found = byName.size === files.length ? numberedParts([...byName.keys()]) : null;
  if (!found) throw new PlatformError(NOT_ALL_PARTS);
  const parts = found.parts.map((name) => {
    const file = byName.get(name)!;
    return { name, byteLength: file.size, holds: null, file };
  });
  return { path: found.index, parts };
}

/** What documents name it by. @throws as `hashOf` does. */
export async function hashOfShards({ parts }: Shards, job?: HashJob): Promise<string> {
  const hashes = new Map<string, string>();
  for (const { name, file } of parts) hashes.set(name, await hashOf(file, job));
  const hash = new Sha256();
  hash.update(new TextEncoder().encode(shardsToHash(hashes)));
  return hash.finish();
}

/** Their bytes, one file behind the other; nothing is copied. */
export function joinedSource({ parts }: Shards) {
  return blobSource(new Blob(parts.map(({ file }) => file)));
}
