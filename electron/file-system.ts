/** The calls to the file system that saving makes: all of them stand here, so that a test can fail or kill it at each. */
import { constants } from 'node:fs';
import {
  access,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  stat,
  unlink,
} from 'node:fs/promises';
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
  readonly size: number;
  /** When it was written last, in milliseconds since the epoch. */
  readonly mtimeMs: number;
  isFile(): boolean;
}

export interface FileSystem {
  /** The file that the path means, through symbolic links, also if it does not exist yet. */
  resolve(path: string): Promise<string>;
  /** Null if it does not exist. */
  stat(path: string): Promise<FileFacts | null>;
  /** Throws if the file may not be written: a rename would not ask. */
  checkWritable(path: string): Promise<void>;
  /** Creates a file that must not exist. */
  create(path: string): Promise<WritableFile>;
  /** Opens a file that must exist; what is written to it comes at its end. */
  openToAppend(path: string): Promise<WritableFile>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Makes the folder's entries durable. */
  syncFolder(path: string): Promise<void>;
  /** With those above it; there already is no fault. */
  makeFolder(path: string): Promise<void>;
  /** Names in a folder; none if it does not exist. */
  list(path: string): Promise<readonly string[]>;
  read(path: string): Promise<Uint8Array>;
}

const isWindows = process.platform === 'win32';

/** The real file system. */
export const nodeFileSystem: FileSystem = {
  resolve: followLinks,
  stat: (path) => orIfMissing(stat(path), null),
  checkWritable: (path) => access(path, constants.W_OK),
  create: (path) => open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666),
  openToAppend: (path) => open(path, constants.O_WRONLY | constants.O_APPEND),
  rename: isWindows ? renamePatiently : rename,
  unlink,
  // Windows has no handle of a folder to sync; NTFS journals the rename by itself.
  syncFolder: isWindows ? async () => undefined : syncFolder,
  makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
  list: (path) => orIfMissing(readdir(path), []),
  read: readFile,
};

/** As `realpath`, but a link to a file that does not exist yet resolves to where that file would be. */
async function followLinks(path: string): Promise<string> {
  let target = resolve(path);
  for (let hops = 0; hops < 40; hops++) {
    // The real folder first: `..` in a link leads up from where the link lies, not from the name it was reached by.
    const folder = await realpath(dirname(target));
    const place = join(folder, basename(target));
    const link = await orIfMissing(lstat(place), null);
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

/** Removes a file; that it is gone already is no fault. */
export async function unlinkIfThere(path: string, files: Pick<FileSystem, 'unlink'> = nodeFileSystem): Promise<void> {
  await orIfMissing(files.unlink(path), undefined);
}

async function orIfMissing<T, M>(result: Promise<T>, missing: M): Promise<T | M> {
  try {
    return await result;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return missing;
    throw error;
  }
}

/** What the file system cannot do at all is not done; any other failure is one. */
export async function unlessUnsupported(operation: Promise<void>, code: string): Promise<void> {
  try {
    await operation;
  } catch (error) {
    if (!hasCode(error, code, 'ENOTSUP', 'ENOSYS')) throw error;
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
