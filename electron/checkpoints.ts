/** Checkpoints that documents name by path and hash: hashed once, then read in slices by a renderer that knows the file. */
import { createHash, randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { OpenedCheckpoint, PickedCheckpoint } from './api.ts';
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

const HASH_PIECE_BYTES = 1 << 24;

/** Hashes of files, which cost a read of the whole: all windows share them. */
export class CheckpointHashes {
  readonly #byPath = new Map<string, HashedFile>();

  /** @throws {DesktopError} where it cannot be read, or is being written. */
  async of(path: string): Promise<HashedFile> {
    return await withFile(path, async (opened) => {
      const before = this.#byPath.get(path);
      if (before && isSameFile(before.identity, opened.identity)) return before;
      const sha256 = await hashOf(opened);
      if (!isSameFile(opened.identity, await identify(opened))) {
        throw new DesktopError('it was written while it was read; try again once it is whole');
      }
      const hashed = { path, identity: opened.identity, sha256 };
      this.#byPath.set(path, hashed);
      return hashed;
    });
  }
}

/** Those of one window: a handle of another one opens nothing here. */
export class CheckpointFiles {
  readonly #reach: Reach;
  readonly #hashes: CheckpointHashes;
  readonly #byId = new Map<string, HashedFile>();
  readonly #ids = new Map<HashedFile, string>();

  constructor(reach: Reach, hashes: CheckpointHashes = new CheckpointHashes()) {
    this.#reach = reach;
    this.#hashes = hashes;
  }

  /**
   * The file, or null if it is out of reach, not there, or holds something else. The hash is a permission too, as for
   * pictures.
   * @param documentPath The document that names it; null: never saved.
   */
  async open(documentPath: string | null, path: string, sha256: string): Promise<OpenedCheckpoint | null> {
    const whole = await this.#reach.find(documentPath, path);
    const facts = whole === null ? null : await stat(whole).catch(() => null);
    if (whole === null || !facts?.isFile()) return null;
    const hashed = await this.#hashes.of(whole);
    return hashed.sha256 === sha256 ? { handle: this.#idOf(hashed), byteLength: hashed.identity.size } : null;
  }

  /** The file that the person chose, with what a document writes down. */
  async picked(path: string, documentPath: string | null): Promise<PickedCheckpoint> {
    const hashed = await this.#hashes.of(path);
    const { sha256, identity } = hashed;
    return {
      handle: this.#idOf(hashed),
      byteLength: identity.size,
      name: basename(path),
      path: pathInDocument(path, documentPath),
      sha256,
    };
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

  #idOf(hashed: HashedFile): string {
    const id = this.#ids.get(hashed) ?? randomUUID();
    this.#ids.set(hashed, id);
    this.#byId.set(id, hashed);
    return id;
  }
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

async function hashOf({ file }: OpenFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of file.createReadStream({ start: 0, autoClose: false, highWaterMark: HASH_PIECE_BYTES })) {
    hash.update(piece as Uint8Array);
  }
  return hash.digest('hex');
}
