/** Files as the command line writes them: each is whole or not there, and of several that belong together all are there or none. */
import { lstat, open, rename, rm } from 'node:fs/promises';
import { UserError } from './errors.ts';
import { unwritable } from './files.ts';
import { removeLeftovers, temporaryFor, unlessCancelled } from './temporaries.ts';

type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface WrittenFile {
  readonly path: string;
  readonly pieces: Pieces;
}

/**
 * Writes the pieces one after the other to a file beside, then puts it in place.
 * @throws {UserError} where it cannot be written; what was there before stays. What the pieces throw passes through.
 */
export async function writeAtomically(path: string, pieces: Pieces): Promise<void> {
  await stageAll([{ path, pieces }], async ([staged]) => {
    await orUnwritable(path, rename(staged!, path));
  });
}

/**
 * Files that belong together, the last of which makes them one (an index): none of them may be there already, for a
 * mixture of old and new ones would be whole to look at.
 * @throws {UserError} where one is there, or cannot be written: none of them is there then.
 */
export async function writeTogether(files: readonly WrittenFile[]): Promise<void> {
  await checkAbsent(files.map(({ path }) => path));
  await stageAll(files, async (staged) => {
    const placed: string[] = [];
    try {
      for (const [at, { path }] of files.entries()) {
        await checkAbsent([path]);
        await orUnwritable(path, rename(staged[at]!, path));
        placed.push(path);
      }
    } catch (error) {
      for (const path of placed) await rm(path, { force: true });
      throw error;
    }
  });
}

/** @throws {UserError} for the first that is there. */
async function checkAbsent(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const facts = await lstat(path).catch(() => null);
    if (facts) throw new UserError(`${path}: it is there already; give another name, or remove it`);
  }
}

/** Writes all of them beside their places, and removes what `place` has not moved. */
async function stageAll(
  files: readonly WrittenFile[],
  place: (staged: readonly string[]) => Promise<void>,
): Promise<void> {
  const staged = files.map(({ path }) => temporaryFor(path));
  for (const { path } of files) await removeLeftovers(path);
  try {
    await unlessCancelled(staged, async () => {
      for (const [at, { path, pieces }] of files.entries()) await stage(staged[at]!, path, pieces);
    });
    await place(staged);
  } finally {
    for (const temporary of staged) await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function stage(temporary: string, path: string, pieces: Pieces): Promise<void> {
  const handle = await orUnwritable(path, open(temporary, 'wx'));
  try {
    for await (const piece of pieces) await orUnwritable(path, handle.writeFile(piece));
    await orUnwritable(path, handle.sync());
  } finally {
    await handle.close();
  }
}

/** What goes wrong where the pieces come from is no fault of the file: only its own calls are told by its name. */
async function orUnwritable<T>(path: string, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    throw unwritable(path, error);
  }
}
