/**
 * Writes an export's files: to a folder beside first, then put in place, so that what fails leaves nothing half-written.
 * A process that is killed leaves each file as it was or as it was to be; the folder beside goes at the next export.
 */
import { copyFile, link, lstat, mkdir, open, readdir, readlink, realpath, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ExportedFile } from '../export/target.ts';
import { UserError } from './errors.ts';
import { unwritable } from './files.ts';
import { removeLeftovers, temporaryFor, unlessCancelled } from './temporaries.ts';

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
 * Writes all files or none. Files that were there before are put back if a later one fails. There is no moment at which
 * one of them is missing or is neither the old one nor the new.
 * @throws {UserError} where they cannot be written, or as `checkExportFolder`.
 */
export async function writeExportFolder(
  folder: string,
  files: readonly ExportedFile[],
  replace: boolean,
): Promise<void> {
  await checkExportFolder(folder, files, replace);
  const target = await realpath(folder).catch(() => resolve(folder));
  await removeLeftovers(target);
  const temporary = temporaryFor(target);
  try {
    const [staged, replaced] = [join(temporary, 'new'), join(temporary, 'old')];
    // Not for longer: later it may hold files that were replaced.
    await unlessCancelled([temporary], async () => {
      for (const { path, pieces } of files) await writeFile(join(staged, path), pieces);
    });
    await putInPlace(target, files, staged, replaced);
  } catch (error) {
    throw isFileError(error) ? unwritable(folder, error) : error;
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
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
        await keep(to, old);
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

/** A second name for a file, which stays where it is until it is replaced. */
async function keep(path: string, second: string): Promise<void> {
  if ((await lstat(path)).isSymbolicLink()) return symlink(await readlink(path), second);
  // Not every file system has hard links.
  await link(path, second).catch(() => copyFile(path, second));
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
