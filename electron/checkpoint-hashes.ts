/** Hashes of the files of checkpoints, which cost a read of the whole: a part at a call where they are large. */
import { createHash, type Hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { DesktopError, describeFileError } from './errors.ts';
import { identify, isSameFile, openFile, readRange, type FileIdentity, type OpenFile } from './reading.ts';

export interface HashedFile {
  readonly path: string;
  /** The file that was hashed. */
  readonly identity: FileIdentity;
  readonly sha256: string;
}

/** Files that are hashed one after the other. */
export interface Hashing {
  readonly paths: readonly string[];
  readonly byteLength: number;
  /** Those that are, in their order. */
  readonly hashed: HashedFile[];
  /** Of the next one a part may be. */
  next: PartlyHashed | null;
}

interface PartlyHashed {
  readonly identity: FileIdentity;
  readonly hash: Hash;
  /** Bytes that are hashed. */
  at: number;
}

const HASH_PIECE_BYTES = 1 << 24;
/** A tenth of a second, or less. */
const HASH_PART_BYTES = 1 << 26;

/** All windows share them. */
export class CheckpointHashes {
  readonly #byPath = new Map<string, HashedFile>();
  readonly #partBytes: number;

  /** @param partBytes What is hashed at a call. */
  constructor(partBytes = HASH_PART_BYTES) {
    this.#partBytes = partBytes;
  }

  /** Looks at the files, and reads nothing yet. @throws {DesktopError} naming one that is not there, or is no file. */
  async begin(paths: readonly string[]): Promise<Hashing> {
    let byteLength = 0;
    for (const path of paths) byteLength += await sizeOf(path);
    return { paths, byteLength, hashed: [], next: null };
  }

  /**
   * The next part; the files once all are hashed.
   * @throws {DesktopError} naming one that cannot be read, or is being written.
   */
  async goOn(hashing: Hashing): Promise<readonly HashedFile[] | null> {
    const { paths, hashed } = hashing;
    let left = this.#partBytes;
    while (hashed.length < paths.length) {
      if (left <= 0) return null;
      left -= await withFile(paths[hashed.length]!, (opened) => this.#part(opened, hashing, left));
    }
    return hashed;
  }

  /** @returns how many bytes it took. */
  async #part(opened: OpenFile, hashing: Hashing, most: number): Promise<number> {
    const path = hashing.paths[hashing.hashed.length]!;
    const before = this.#byPath.get(path);
    if (!hashing.next && before && isSameFile(before.identity, opened.identity)) {
      hashing.hashed.push(before);
      return 0;
    }
    const next = (hashing.next ??= { identity: opened.identity, hash: createHash('sha256'), at: 0 });
    const { identity, hash, at: begin } = next;
    const end = Math.min(begin + most, identity.size);
    while (next.at < end && isSameFile(identity, opened.identity)) {
      const until = Math.min(next.at + HASH_PIECE_BYTES, end);
      hash.update(await readRange(opened, next.at, until));
      next.at = until;
    }
    // After reading: a write that came between is seen.
    if (!isSameFile(identity, await identify(opened))) {
      throw new DesktopError('it was written while it was read; try again once it is whole');
    }
    if (end === identity.size) {
      const done = { path, identity, sha256: hash.digest('hex') };
      this.#byPath.set(path, done);
      hashing.hashed.push(done);
      hashing.next = null;
    }
    return end - begin;
  }
}

/** How much is hashed, from 0 to 1. */
export function partHashed({ hashed, next, byteLength }: Hashing): number {
  const bytes = hashed.reduce((sum, { identity }) => sum + identity.size, next?.at ?? 0);
  // Files that grew meanwhile are refused later.
  return byteLength === 0 ? 0 : Math.min(bytes / byteLength, 1);
}

/** What goes wrong is told by the file's name. */
export async function withFile<T>(path: string, use: (opened: OpenFile) => Promise<T>): Promise<T> {
  try {
    const opened = await openFile(path);
    try {
      return await use(opened);
    } finally {
      await opened.file.close();
    }
  } catch (error) {
    throw describeFileError(basename(path), error);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) throw new DesktopError('it is not a file');
    return facts.size;
  } catch (error) {
    throw describeFileError(basename(path), error);
  }
}
