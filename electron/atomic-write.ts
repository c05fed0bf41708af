/**
 * Replaces a file wholly or not at all: a temporary file beside it, write, sync, rename, sync of the folder.
 *
 * After a crash at any moment the path holds the old bytes or the new ones, because the new ones are on the disk
 * before `rename`, which POSIX makes atomic, gives them the name. The order is that of "All file systems are not
 * created equal" (Pillai et al., OSDI 2014, section 4.4): without the first sync a journalling file system may put
 * the rename on the disk before the data, and leave an empty file.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, open, readlink, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** The part of an open file that the writer uses. */
export interface WritableFile {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>;
  chmod(mode: number): Promise<void>;
  chown(uid: number, gid: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileFacts {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  isFile(): boolean;
}

/** The calls to the file system that the writer makes: all of them, so that a test can fail or kill it at each. */
export interface FileSystem {
  /** The file that the path means, through symbolic links, also if it does not exist yet. */
  resolve(path: string): Promise<string>;
  /** Null if it does not exist. */
  stat(path: string): Promise<FileFacts | null>;
  /** Throws if the file may not be written: a rename would not ask. */
  checkWritable(path: string): Promise<void>;
  /** Creates a file that must not exist. */
  create(path: string): Promise<WritableFile>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Makes the folder's entries durable. */
  syncFolder(path: string): Promise<void>;
}

/** The file was not replaced, or (`replaced`) it was, but may not survive a loss of power. The cause has the reason. */
export class AtomicWriteError extends Error {
  override readonly name = 'AtomicWriteError';
  readonly replaced: boolean;

  constructor(path: string, replaced: boolean, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
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
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let replaced = false;
  try {
    const target = await files.resolve(path);
    const before = await files.stat(target);
    if (before && !before.isFile()) throw new Error('it is not a file');
    if (before) await files.checkWritable(target);
    const temporary = join(dirname(target), temporaryName());
    const file = await files.create(temporary);
    try {
      try {
        if (before) await keepOwnerAndMode(file, before);
        await writeAll(file, data);
        await file.sync();
      } finally {
        await file.close();
      }
      await files.rename(temporary, target);
      replaced = true;
    } catch (error) {
      // What failed is what the person must know; that its leftover could not be removed either adds nothing.
      await files.unlink(temporary).catch(() => undefined);
      throw error;
    }
    await files.syncFolder(dirname(target));
  } catch (error) {
    throw new AtomicWriteError(path, replaced, error);
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

/** `write` may accept fewer bytes than it was given (quota, signals, network file systems). */
async function writeAll(file: WritableFile, data: Uint8Array): Promise<void> {
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

const isWindows = process.platform === 'win32';

/** The real file system. */
export const nodeFileSystem: FileSystem = {
  resolve: followLinks,
  stat: (path) => nullIfMissing(stat(path)),
  checkWritable: (path) => access(path, constants.W_OK),
  create: (path) => open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666),
  rename: isWindows ? renamePatiently : rename,
  unlink,
  // Windows has no handle of a folder to sync; NTFS journals the rename by itself.
  syncFolder: isWindows ? async () => undefined : syncFolder,
};

/** As `realpath`, but a link to a file that does not exist yet resolves to where that file would be. */
async function followLinks(path: string): Promise<string> {
  let target = resolve(path);
  for (let hops = 0; hops < 40; hops++) {
    // The real folder first: `..` in a link leads up from where the link lies, not from the name it was reached by.
    const folder = await realpath(dirname(target));
    const place = join(folder, basename(target));
    const link = await nullIfMissing(lstat(place));
    if (!link?.isSymbolicLink()) return place;
    target = resolve(folder, await readlink(place));
  }
  throw new Error('too many symbolic links');
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    // Some network and FUSE file systems cannot sync a folder; there is nothing else to ask of them.
    await unlessUnsupported(folder.sync(), 'EINVAL');
  } finally {
    await folder.close();
  }
}

/** A virus scanner or indexer that looks at the old file makes Windows refuse the rename for some milliseconds. */
async function renamePatiently(from: string, to: string): Promise<void> {
  for (let wait = 10; ; wait *= 2) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (wait > 1000 || !hasCode(error, 'EPERM', 'EACCES', 'EBUSY')) throw error;
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}

async function nullIfMissing<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function unlessUnsupported(operation: Promise<void>, code: string): Promise<void> {
  try {
    await operation;
  } catch (error) {
    if (!hasCode(error, code, 'ENOTSUP', 'ENOSYS')) throw error;
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
