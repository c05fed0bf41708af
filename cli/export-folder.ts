/** Writes an export's files: to a folder beside first, then put in place, so that what fails leaves nothing half-written. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ExportedFile } from '../export/target.ts';
import { UserError } from './errors.ts';
import { unwritable } from './files.ts';

/** A name that is one everywhere, Windows included. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/;

/**
 * Whether the files could be put there.
 * @throws {UserError} where the folder is a file, or holds one of the files and `replace` is false.
 */
export async function checkExportFolder(
  folder: string,
  files: readonly Pick<ExportedFile, 'path'>[],
  replace: boolean,
): Promise<void> {
  for (const { path } of files) {
    // A fault of ours, whatever the names in the document are: no file may leave the folder.
    if (!path.split('/').every((part) => PLAIN_NAME.test(part))) throw new Error(`"${path}" is no plain file name`);
  }
  const kind = await kindOf(folder);
  if (kind === 'other') throw new UserError(`${folder}: it is not a folder`);
  if (kind === 'missing') return;
  for (const { path } of files) {
    const there = await kindOf(join(folder, path));
    if (there === 'folder') throw new UserError(`${join(folder, path)}: it is a folder`);
    if (there === 'other' && !replace) {
      throw new UserError(`${join(folder, path)}: it is there already; --force replaces it`);
    }
  }
}

/**
 * Writes all files or none. Files that were there before are put back if a later one fails.
 * @throws {UserError} where they cannot be written, or as `checkExportFolder`.
 */
export async function writeExportFolder(
  folder: string,
  files: readonly ExportedFile[],
  replace: boolean,
): Promise<void> {
  await checkExportFolder(folder, files, replace);
  const target = await realpath(folder).catch(() => resolve(folder));
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const [staged, replaced] = [join(temporary, 'new'), join(temporary, 'old')];
    await unlessCancelled(temporary, async () => {
      for (const { path, pieces } of files) await writeFile(join(staged, path), pieces);
    });
    await putInPlace(target, files, staged, replaced);
  } catch (error) {
    throw isFileError(error) ? unwritable(folder, error) : error;
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}

const CANCELLING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Removes the folder if the process is told to end meanwhile. Not for longer: later it may hold files that were replaced. */
async function unlessCancelled(temporary: string, work: () => Promise<void>): Promise<void> {
  const cancel = (_signal: NodeJS.Signals, number: number): never => {
    rmSync(temporary, { recursive: true, force: true });
    process.exit(128 + number);
  };
  for (const signal of CANCELLING) process.on(signal, cancel);
  try {
    await work();
  } finally {
    for (const signal of CANCELLING) process.off(signal, cancel);
  }
}

async function writeFile(path: string, pieces: ExportedFile['pieces']): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, 'wx');
  try {
    for await (const piece of pieces) await handle.writeFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A folder that is new is put there in one step; in one that is there each file is, and back again if one fails. */
async function putInPlace(
  target: string,
  files: readonly ExportedFile[],
  staged: string,
  replaced: string,
): Promise<void> {
  if ((await kindOf(target)) === 'missing') return rename(staged, target);
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { path } of files) {
      const [from, to, old] = [join(staged, path), join(target, path), join(replaced, path)];
      if ((await kindOf(to)) === 'other') {
        await mkdir(dirname(old), { recursive: true });
        await rename(to, old);
        undo.push(() => rename(old, to));
      }
      await mkdir(dirname(to), { recursive: true });
      await rename(from, to);
      undo.push(() => rm(to));
    }
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** A link counts as what it is, not as what it leads to: it is replaced, never written through. The folder itself may be one. */
async function kindOf(path: string): Promise<'missing' | 'folder' | 'other'> {
  try {
    const stat = await lstat(path);
    if (stat.isDirectory()) return 'folder';
    if (stat.isSymbolicLink() && (await readdir(path).catch(() => undefined))) return 'folder';
    return 'other';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'missing';
    throw unwritable(path, error);
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
