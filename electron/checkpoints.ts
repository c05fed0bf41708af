/** Checkpoints that documents name by path and hash: hashed once, then read in slices by a renderer that knows the file. */
import { createHash, randomUUID } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { OpenedCheckpoint, PickedCheckpoint } from './api.ts';
import { pathFromDocument, pathInDocument } from './assets.ts';
import { DesktopError, describeFileError } from './errors.ts';
import { type FileStamp, stampOf } from './handles.ts';

interface KnownCheckpoint {
  readonly id: string;
  readonly path: string;
  /** How the file looked when it was hashed. */
  readonly stamp: NonNullable<FileStamp>;
  readonly sha256: string;
}

const HASH_PIECE_BYTES = 1 << 24;

export class CheckpointFiles {
  readonly #byId = new Map<string, KnownCheckpoint>();
  readonly #byPath = new Map<string, KnownCheckpoint>();

  /**
   * The file, or null if it is not there or holds something else. The hash is the permission, as for pictures.
   * @param documentPath The document that names it; null: never saved.
   */
  async open(documentPath: string | null, path: string, sha256: string): Promise<OpenedCheckpoint | null> {
    const whole = pathFromDocument(documentPath, path);
    const facts = whole === null ? null : await stat(whole).catch(() => null);
    if (whole === null || !facts?.isFile()) return null;
    const known = await this.#known(whole);
    return known.sha256 === sha256 ? { handle: known.id, byteLength: known.stamp.size } : null;
  }

  /** The file that the person chose, with what a document writes down. */
  async picked(path: string, documentPath: string | null): Promise<PickedCheckpoint> {
    const { id, sha256, stamp } = await this.#known(path);
    return {
      handle: id,
      byteLength: stamp.size,
      name: basename(path),
      path: pathInDocument(path, documentPath),
      sha256,
    };
  }

  /** @throws {DesktopError} where it is another file by now, or has no such bytes. */
  async read(handle: string, begin: number, end: number): Promise<Uint8Array> {
    const known = this.#byId.get(handle);
    if (!known) throw new DesktopError('This checkpoint was not opened in this session.');
    const name = basename(known.path);
    if (end > known.stamp.size) throw new DesktopError(`${name} has no bytes ${begin} to ${end}.`);
    try {
      const file = await open(known.path);
      try {
        const bytes = new Uint8Array(end - begin);
        for (let filled = 0; filled < bytes.length;) {
          const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, begin + filled);
          if (bytesRead === 0) throw new DesktopError('it became shorter');
          filled += bytesRead;
        }
        // After reading: a write that came between is seen.
        const { mtimeMs, size } = await file.stat();
        if (!isSame(known.stamp, { modifiedMs: mtimeMs, size })) {
          throw new DesktopError('another program changed it; open the document again');
        }
        return bytes;
      } finally {
        await file.close();
      }
    } catch (error) {
      throw describeFileError(name, error);
    }
  }

  async #known(path: string): Promise<KnownCheckpoint> {
    const stamp = await stampOf(path);
    const before = this.#byPath.get(path);
    if (before && isSame(before.stamp, stamp)) return before;
    const sha256 = await hashOf(path);
    if (!stamp || !isSame(stamp, await stampOf(path))) {
      throw new DesktopError(`${basename(path)} was written while it was read; try again once it is whole.`);
    }
    const known = { id: randomUUID(), path, stamp, sha256 };
    this.#byId.set(known.id, known);
    this.#byPath.set(path, known);
    return known;
  }
}

function isSame(stamp: FileStamp, other: FileStamp): boolean {
  return stamp !== null && other !== null && stamp.size === other.size && stamp.modifiedMs === other.modifiedMs;
}

async function hashOf(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const hash = createHash('sha256');
      for await (const piece of file.createReadStream({ autoClose: false, highWaterMark: HASH_PIECE_BYTES })) {
        hash.update(piece as Uint8Array);
      }
      return hash.digest('hex');
    } finally {
      await file.close();
    }
  } catch (error) {
    throw describeFileError(basename(path), error);
  }
}
