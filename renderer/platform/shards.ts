/** A checkpoint in several files: which of those that were chosen it is, and its bytes one behind the other. */
import { FormatError } from '../../graph/formats/format-error.ts';
import { parseSafetensorsIndex, type SafetensorsIndex } from '../../graph/formats/safetensors-index.ts';
import { blobSource } from '../../graph/formats/safetensors.ts';
import { type CheckpointPart, type ModelFile, PlatformError } from './platform.ts';

export interface Shards {
  /** As a document names it: the index. */
  readonly path: string;
  /** By name. */
  readonly parts: readonly (CheckpointPart & { readonly file: File })[];
}

const INDEX = /\.json$/i;
const NUMBERED = /^(.+)-(\d{5})-of-(\d{5})\.safetensors$/;

/**
 * The parts of an index that is among the files, or those that number themselves; null for a single file.
 * @throws {PlatformError} where a part is missing, or they are not of one checkpoint.
 */
export async function shardsAmong(files: readonly ModelFile[]): Promise<Shards | null> {
  const index = files.find(({ path }) => INDEX.test(path));
  if (index) return ofIndex(index, files);
  return files.length > 1 ? numbered(files) : null;
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
  const found = files.map(({ path, file }) => ({ file, match: NUMBERED.exec(path.split('/').at(-1)!) }));
  const [first] = found;
  const of = first?.match?.[3];
  const whole =
    found.every(({ match }) => match?.[1] === first?.match?.[1] && match?.[3] === of) &&
    new Set(found.map(({ match }) => match?.[2])).size === Number(of);
  if (!first?.match || !whole || found.length !== Number(of)) {
    throw new PlatformError(
      'These files are not all the parts of one checkpoint: choose its index together with its parts.',
    );
  }
  const parts = found
    .map(({ file }) => ({ name: file.name, byteLength: file.size, holds: null, file }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { path: `${first.match[1]}.safetensors.index.json`, parts };
}

/** Their bytes, one file behind the other; nothing is copied. */
export function joinedSource({ parts }: Shards) {
  return blobSource(new Blob(parts.map(({ file }) => file)));
}
