/** Reading files whose names come from elsewhere: only what is a file, only as much as it may hold, and what was looked at is what is read. */
import { constants, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { DesktopError, describeFileError } from './errors.ts';
import { MAX_BYTES } from './schemas.ts';

/** How a file looked when it was opened; another file of the name, or other content in it, differs in one of them. */
export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  readonly modifiedMs: number;
  /** When name, owner or content were last changed; no program can set it. */
  readonly changedMs: number;
}

export interface OpenFile {
  readonly file: FileHandle;
  readonly identity: FileIdentity;
}

/** Without waiting for who writes to a pipe, and without a terminal that would take the process over. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * Opens a file for reading; the caller closes it. A path may lead elsewhere between looking and opening: what counts is
 * what was opened.
 * @throws {DesktopError} for anything but a file.
 */
export async function openFile(path: string): Promise<OpenFile> {
  // Before opening too: that alone has effects on some devices.
  if (!(await stat(path)).isFile()) throw new DesktopError('it is not a file');
  const file = await open(path, FLAGS);
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new DesktopError('it is not a file');
    return { file, identity: identityOf(facts) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

export async function identify({ file }: Pick<OpenFile, 'file'>): Promise<FileIdentity> {
  return identityOf(await file.stat());
}

export function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return (
    one.device === other.device &&
    one.inode === other.inode &&
    one.size === other.size &&
    one.modifiedMs === other.modifiedMs &&
    one.changedMs === other.changedMs
  );
}

/**
 * The bytes from `begin` up to `end`.
 * @throws {DesktopError} where the file has become shorter.
 */
export async function readRange({ file }: Pick<OpenFile, 'file'>, begin: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - begin);
  for (let filled = 0; filled < bytes.length;) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, begin + filled);
    if (bytesRead === 0) throw new DesktopError('it became shorter');
    filled += bytesRead;
  }
  return bytes;
}

/**
 * The whole file, if it is a file and not too large to be what it is taken for.
 * @throws {DesktopError} naming it.
 */
export async function readBounded(path: string, most = MAX_BYTES): Promise<Uint8Array> {
  try {
    const opened = await openFile(path);
    try {
      const { size } = opened.identity;
      if (size > most) throw new DesktopError(`it is larger than ${most / 2 ** 20} MiB`);
      return await readRange(opened, 0, size);
    } finally {
      await opened.file.close();
    }
  } catch (error) {
    throw describeFileError(basename(path), error);
  }
}

function identityOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): FileIdentity {
  return { device: dev, inode: ino, size, modifiedMs: mtimeMs, changedMs: ctimeMs };
}
