/**
 * Replaces a file wholly or not at all: a temporary file beside it, write, sync, rename, sync of the folder.
 *
 * After a crash at any moment the path holds the old bytes or the new ones, because the new ones are on the disk
 * before `rename`, which POSIX makes atomic, gives them the name. The order is that of "All file systems are not
 * created equal" (Pillai et al., OSDI 2014, section 4.4): without the first sync a journalling file system may put
 * the rename on the disk before the data, and leave an empty file.
 */
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { describeWriteError } from './errors.ts';
import {
  nodeFileSystem,
  unlessUnsupported,
  unlinkIfThere,
  type FileFacts,
  type FileSystem,
  type WritableFile,
} from './file-system.ts';

/** The file was not replaced, or (`replaced`) it was, but may not survive a loss of power. The cause has the reason. */
export class AtomicWriteError extends Error {
  override readonly name = 'AtomicWriteError';
  readonly replaced: boolean;

  constructor(path: string, replaced: boolean, cause: unknown) {
    const reason = describeWriteError(cause);
    super(replaced ? `${path} was saved, but not synced: ${reason}` : `${path} could not be saved: ${reason}`, {
      cause,
    });
    this.replaced = replaced;
  }
}

/**
 * Replaces the file at `path` by `bytes`, of any view (a Float32Array is written whole). Permissions and owner are
 * kept; a symbolic link stays one and its target is replaced. Two writes to one path must not overlap in time with
 * an order in mind: the last rename wins.
 *
 * @throws {AtomicWriteError}
 */
export async function writeFileAtomic(
  path: string,
  bytes: ArrayBufferView,
  files: FileSystem = nodeFileSystem,
): Promise<void> {
  const file = await AtomicFile.create(path, files);
  await file.write(bytes);
  await file.commit();
}

/** The same in pieces. Whatever fails leaves the old file, removes the temporary one, and ends the writing. */
export class AtomicFile {
  readonly #path: string;
  readonly #target: string;
  readonly #temporary: string;
  readonly #file: WritableFile;
  readonly #files: FileSystem;

  private constructor(path: string, target: string, temporary: string, file: WritableFile, files: FileSystem) {
    this.#path = path;
    this.#target = target;
    this.#temporary = temporary;
    this.#file = file;
    this.#files = files;
  }

  /** @throws {AtomicWriteError} where `path` is no file, or must not be written. */
  static async create(path: string, files: FileSystem = nodeFileSystem): Promise<AtomicFile> {
    let created: AtomicFile;
    let before: FileFacts | null;
    try {
      const target = await files.resolve(path);
      before = await files.stat(target);
      if (before && !before.isFile()) throw new Error('it is not a file');
      if (before) await files.checkWritable(target);
      const temporary = join(dirname(target), temporaryName());
      created = new AtomicFile(path, target, temporary, await files.create(temporary), files);
    } catch (error) {
      throw new AtomicWriteError(path, false, error);
    }
    if (before) await created.#orAbort(keepOwnerAndMode(created.#file, before));
    return created;
  }

  /** The next bytes. @throws {AtomicWriteError} */
  async write(bytes: ArrayBufferView): Promise<void> {
    const data = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    await this.#orAbort(writeAll(this.#file, data));
  }

  /** Puts the file in its place. @throws {AtomicWriteError} */
  async commit(): Promise<void> {
    await this.#orAbort(this.#file.sync());
    // Once only, whether it succeeds or not: the descriptor may be another file's by then.
    await this.#orRemove(this.#file.close());
    await this.#orRemove(this.#files.rename(this.#temporary, this.#target));
    try {
      await this.#files.syncFolder(dirname(this.#target));
    } catch (error) {
      throw new AtomicWriteError(this.#path, true, error);
    }
  }

  /** Ends the writing; what was there stays. What cannot be removed now is removed at the next start. */
  async abort(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await this.#remove();
  }

  async #orAbort(step: Promise<void>): Promise<void> {
    try {
      await step;
    } catch (error) {
      await this.abort();
      throw new AtomicWriteError(this.#path, false, error);
    }
  }

  async #orRemove(step: Promise<void>): Promise<void> {
    try {
      await step;
    } catch (error) {
      await this.#remove();
      throw new AtomicWriteError(this.#path, false, error);
    }
  }

  /** What failed before is what the person must know; that its leftover could not be removed either adds nothing. */
  async #remove(): Promise<void> {
    await this.#files.unlink(this.#temporary).catch(() => undefined);
  }
}

/** Short whatever the file's name is, which may be as long as the file system allows. */
function temporaryName(): string {
  return `.patchbay-${randomBytes(6).toString('hex')}.tmp`;
}

/** Whether this is the name of what a killed writer leaves behind. */
export function isTemporaryName(name: string): boolean {
  return /^\.patchbay-[0-9a-f]{12}\.tmp$/.test(name);
}

/** Removes what killed writers left in a folder that nobody else writes to. */
export async function removeTemporaries(folder: string, files: FileSystem = nodeFileSystem): Promise<void> {
  for (const name of await files.list(folder)) {
    if (isTemporaryName(name)) await unlinkIfThere(join(folder, name), files);
  }
}

/** `write` may accept fewer bytes than it was given (quota, signals, network file systems). */
export async function writeAll(file: WritableFile, data: Uint8Array): Promise<void> {
  for (let offset = 0; offset < data.byteLength;) {
    const { bytesWritten } = await file.write(data, offset, data.byteLength - offset);
    if (bytesWritten === 0) throw new Error(`the disk took ${offset} of ${data.byteLength} bytes and no more`);
    offset += bytesWritten;
  }
}

/** Owner first: chown clears the set-user-id bits that chmod then restores. */
async function keepOwnerAndMode(file: WritableFile, before: FileFacts): Promise<void> {
  // Only root may give files away, and FAT has no owners: what cannot be kept there was not the person's to choose.
  await unlessUnsupported(file.chown(before.uid, before.gid), 'EPERM');
  await unlessUnsupported(file.chmod(before.mode & 0o7777), 'EPERM');
}
