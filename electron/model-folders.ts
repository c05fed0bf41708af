/**
 * Folders of models that the person chose to be imported: their files are listed and read by slices, and their weights
 * come into reach. Hugging Face's cache keeps files as links to the blobs of their model: those are followed, no others.
 */
import { randomUUID } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ChosenModelFolder, HashedInPart, PickedCheckpoint } from './api.ts';
import { withFile } from './checkpoint-hashes.ts';
import { isCheckpoint, isIndex } from './checkpoint-parts.ts';
import type { CheckpointFiles } from './checkpoints.ts';
import { DesktopError } from './errors.ts';
import type { Reach } from './reach.ts';
import { readRange } from './reading.ts';

/** A folder with more is none of one model. */
const MOST_FILES = 2000;

/** `models--openai--clip-vit-base-patch32/snapshots/3d74acf…`, and folders below. */
const CACHE = /^(.*[/\\]models--[^/\\]+)[/\\]snapshots[/\\][^/\\]+(?:[/\\]|$)/;

/** Those of one window. */
export class ModelFolders {
  readonly #reach: Reach;
  readonly #checkpoints: CheckpointFiles;
  readonly #folders = new Map<string, string>();

  constructor(reach: Reach, checkpoints: CheckpointFiles) {
    this.#reach = reach;
    this.#checkpoints = checkpoints;
  }

  /** The person chose this one. @throws {DesktopError} where it cannot be read, or holds too many files. */
  async chosen(folder: string): Promise<ChosenModelFolder> {
    const names = await readdir(folder).catch(() => null);
    if (!names) throw new DesktopError(`${basename(folder)} cannot be read.`);
    if (names.length > MOST_FILES) {
      throw new DesktopError(`${basename(folder)} holds more than ${MOST_FILES} files: choose that of the model.`);
    }
    const files: { path: string; byteLength: number }[] = [];
    for (const path of names) {
      const real = await pathInModel(folder, path);
      if (real !== null) files.push({ path, byteLength: (await stat(real)).size });
    }
    const id = randomUUID();
    this.#folders.set(id, folder);
    return { folder: id, name: basename(folder), files };
  }

  /** Bytes of one of its files. @throws {DesktopError} where it is none of them, or has no such bytes. */
  async read(id: string, path: string, begin: number, end: number): Promise<Uint8Array> {
    const real = await this.#find(id, path);
    return await withFile(real, (opened) => readRange(opened, begin, end));
  }

  /** A file of weights, or the index of several, as one that the person chose. @throws {DesktopError} naming what is none. */
  async adopted(id: string, path: string): Promise<PickedCheckpoint | HashedInPart> {
    await this.#find(id, path);
    if (!isCheckpoint(path) && !isIndex(path)) throw new DesktopError(`${path} is no checkpoint.`);
    const folder = this.#folders.get(id)!;
    const whole: string[] = [];
    for (const name of isIndex(path) ? await readdir(folder) : [path]) {
      const wanted = name === path || isCheckpoint(name);
      if (wanted && (await pathInModel(folder, name)) !== null) whole.push(join(folder, name));
    }
    await this.#reach.choose(whole);
    return await this.#checkpoints.picked([join(folder, path)], null);
  }

  async #find(id: string, path: string): Promise<string> {
    const folder = this.#folders.get(id);
    if (folder === undefined) throw new DesktopError('This folder was not chosen in this session.');
    const real = await pathInModel(folder, path);
    if (real === null) throw new DesktopError(`${basename(path)} is not in the folder ${basename(folder)}.`);
    return real;
  }
}

/**
 * Where a file of the folder lies in truth: in it or, of a snapshot in Hugging Face's cache, among the blobs of the same
 * model; null for any other place, and for what is no file of the folder itself.
 */
async function pathInModel(folder: string, path: string): Promise<string | null> {
  if (path !== basename(path) || path === '..' || path === '.') return null;
  const [real, home] = await Promise.all([realOf(join(folder, path)), realOf(folder)]);
  if (real === null || home === null) return null;
  const model = CACHE.exec(home)?.[1];
  // The folder of blobs itself may not be a link: it would lead anywhere.
  const homes = model === undefined ? [home] : [home, join(model, 'blobs')];
  if (!homes.includes(dirname(real))) return null;
  return (await stat(real).catch(() => null))?.isFile() ? real : null;
}

async function realOf(path: string): Promise<string | null> {
  return await realpath(path).catch(() => null);
}
