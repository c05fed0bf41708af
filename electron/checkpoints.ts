/**
 * Checkpoints that documents name by path and hash: hashed once, a part at a call where they are large, then read in
 * slices by a renderer that knows the file.
 */
import { createHash, randomUUID, type Hash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { HashedInPart, HashProgress, OpenedCheckpoint, PickedCheckpoint } from './api.ts';
import { pathInDocument } from './document-paths.ts';
import { DesktopError, describeFileError } from './errors.ts';
import type { Reach } from './reach.ts';
import { identify, isSameFile, openFile, readRange, type FileIdentity, type OpenFile } from './reading.ts';

interface HashedFile {
  readonly path: string;
  /** The file that was hashed. */
  readonly identity: FileIdentity;
  readonly sha256: string;
}

/** A file of which a part is hashed. */
interface PartlyHashed {
  readonly path: string;
  readonly identity: FileIdentity;
  readonly hash: Hash;
  /** Bytes that are hashed. */
  at: number;
}

/** What the hash is wanted for: the answer once it is known. */
type Finish<T> = (hashed: HashedFile) => T;

const CHECKPOINT_ENDING = '.safetensors';

const HASH_PIECE_BYTES = 1 << 24;
/** A tenth of a second, or less. */
const HASH_PART_BYTES = 1 << 26;
/** A page that gave up says nothing: of those that it never asked for again the oldest goes. */
const MOST_HASHINGS = 8;

/** Hashes of files, which cost a read of the whole: all windows share them. */
export class CheckpointHashes {
  readonly #byPath = new Map<string, HashedFile>();
  readonly #partBytes: number;

  /** @param partBytes What is hashed at a call. */
  constructor(partBytes = HASH_PART_BYTES) {
    this.#partBytes = partBytes;
  }

  /** The first part, or the whole where it is known. @throws {DesktopError} where it cannot be read, or is being written. */
  async begin(path: string): Promise<HashedFile | PartlyHashed> {
    return await withFile(path, async (opened) => {
      const before = this.#byPath.get(path);
      if (before && isSameFile(before.identity, opened.identity)) return before;
      return await this.#part(opened, { path, identity: opened.identity, hash: createHash('sha256'), at: 0 });
    });
  }

  /** The next part. @throws as `begin` does. */
  async goOn(hashing: PartlyHashed): Promise<HashedFile | PartlyHashed> {
    return await withFile(hashing.path, (opened) => this.#part(opened, hashing));
  }

  async #part(opened: OpenFile, hashing: PartlyHashed): Promise<HashedFile | PartlyHashed> {
    const { path, identity, hash } = hashing;
    const end = Math.min(hashing.at + this.#partBytes, identity.size);
    while (hashing.at < end && isSameFile(identity, opened.identity)) {
      const next = Math.min(hashing.at + HASH_PIECE_BYTES, end);
      hash.update(await readRange(opened, hashing.at, next));
      hashing.at = next;
    }
    // After reading: a write that came between is seen.
    if (!isSameFile(identity, await identify(opened))) {
      throw new DesktopError('it was written while it was read; try again once it is whole');
    }
    if (end < identity.size) return hashing;
    const hashed = { path, identity, sha256: hash.digest('hex') };
    this.#byPath.set(path, hashed);
    return hashed;
  }
}

/** Those of one window: a handle of another one opens nothing here. */
export class CheckpointFiles {
  readonly #reach: Reach;
  readonly #hashes: CheckpointHashes;
  readonly #byId = new Map<string, HashedFile>();
  readonly #ids = new Map<HashedFile, string>();
  readonly #hashings = new Map<string, { readonly file: PartlyHashed; readonly finish: Finish<HashProgress> }>();

  constructor(reach: Reach, hashes: CheckpointHashes = new CheckpointHashes()) {
    this.#reach = reach;
    this.#hashes = hashes;
  }

  /**
   * The file, or null if it is out of reach, not there, or holds something else. The hash is a permission too, as for
   * pictures.
   * @param documentPath The document that names it; null: never saved.
   */
  async open(
    documentPath: string | null,
    path: string,
    sha256: string,
  ): Promise<OpenedCheckpoint | HashedInPart | null> {
    const whole = await this.#reach.find(documentPath, path);
    const facts = whole === null ? null : await stat(whole).catch(() => null);
    if (whole === null || !facts?.isFile()) return null;
    return this.#answer(await this.#hashes.begin(whole), (hashed) =>
      hashed.sha256 === sha256 ? { handle: this.#idOf(hashed), byteLength: hashed.identity.size } : null,
    );
  }

  /**
   * A file that the page says was dropped or chosen, with what a document writes down; null if it holds something else
   * than the page read of it. Only then is it in reach.
   */
  async adopted(path: string, sha256: string): Promise<PickedCheckpoint | HashedInPart | null> {
    if (!isCheckpoint(path)) return null;
    // A link of that ending may lead to anything: what it leads to must be a checkpoint as well.
    const real = await realpath(path).catch(() => '');
    const facts = isCheckpoint(real) ? await stat(real).catch(() => null) : null;
    if (!facts?.isFile()) return null;
    return this.#answer(await this.#hashes.begin(path), (hashed) => {
      if (hashed.sha256 !== sha256) return null;
      void this.#reach.choose([path]);
      return this.#pickedOf(hashed, null);
    });
  }

  /** The file that the person chose, with what a document writes down. */
  async picked(path: string, documentPath: string | null): Promise<PickedCheckpoint | HashedInPart> {
    return this.#answer(await this.#hashes.begin(path), (hashed) => this.#pickedOf(hashed, documentPath));
  }

  /** Hashes the next part. @throws {DesktopError} where it is another file by now, or nobody began. */
  async hashOn(id: string): Promise<HashProgress> {
    const hashing = this.#hashings.get(id);
    // Taken out meanwhile: two calls at once would hash one part twice.
    this.#hashings.delete(id);
    if (!hashing) throw new DesktopError('The hash of this checkpoint was not begun, or was given up.');
    return this.#answer(await this.#hashes.goOn(hashing.file), hashing.finish, id);
  }

  /** @throws {DesktopError} where it is another file by now, or has no such bytes. */
  async read(handle: string, begin: number, end: number): Promise<Uint8Array> {
    const known = this.#byId.get(handle);
    if (!known) throw new DesktopError('This checkpoint was not opened in this session.');
    const { path, identity } = known;
    if (end > identity.size) throw new DesktopError(`${basename(path)} has no bytes ${begin} to ${end}.`);
    return await withFile(path, async (opened) => {
      const bytes = await readRange(opened, begin, end);
      // After reading: a write that came between is seen.
      if (!isSameFile(identity, await identify(opened))) {
        throw new DesktopError('another program changed it; open the document again');
      }
      return bytes;
    });
  }

  #answer<T extends HashProgress>(
    hashed: HashedFile | PartlyHashed,
    finish: Finish<T>,
    id: string = randomUUID(),
  ): T | HashedInPart {
    if ('sha256' in hashed) return finish(hashed);
    this.#hashings.set(id, { file: hashed, finish });
    for (const oldest of this.#hashings.keys()) {
      if (this.#hashings.size <= MOST_HASHINGS) break;
      this.#hashings.delete(oldest);
    }
    return { hashing: id, name: basename(hashed.path), part: hashed.at / hashed.identity.size };
  }

  #pickedOf(hashed: HashedFile, documentPath: string | null): PickedCheckpoint {
    const { path, identity, sha256 } = hashed;
    return {
      handle: this.#idOf(hashed),
      byteLength: identity.size,
      name: basename(path),
      path: pathInDocument(path, documentPath),
      sha256,
    };
  }

  #idOf(hashed: HashedFile): string {
    const id = this.#ids.get(hashed) ?? randomUUID();
    this.#ids.set(hashed, id);
    this.#byId.set(id, hashed);
    return id;
  }
}

function isCheckpoint(path: string): boolean {
  return path.toLowerCase().endsWith(CHECKPOINT_ENDING);
}

/** What goes wrong is told by the file's name. */
async function withFile<T>(path: string, use: (opened: OpenFile) => Promise<T>): Promise<T> {
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
