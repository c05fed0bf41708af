/**
 * Which files a checkpoint is in: one, or those that an index names, or those that number themselves. An index may come
 * from anybody, and its choice is none of what else there is: it reaches only .safetensors files of its own folder.
 */
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FormatError } from '../graph/formats/format-error.ts';
import {
  NOT_ALL_PARTS,
  numberedParts,
  numberedPartsOf,
  parseSafetensorsIndex,
  type SafetensorsIndex,
} from '../graph/formats/safetensors-index.ts';
import { DesktopError } from './errors.ts';
import type { Reach } from './reach.ts';
import { readBounded } from './reading.ts';
import { MOST_PARTS } from './schemas.ts';

/** A checkpoint before anybody has read it. */
export interface FoundCheckpoint {
  /** As a document names it: the file, or the index of several, which of numbered parts need not be there. */
  readonly path: string;
  /** By name; null for a single file. */
  readonly parts: readonly FoundPart[] | null;
}

export interface FoundPart {
  readonly name: string;
  readonly path: string;
  /** The tensors that the index places there; null where there is none. */
  readonly holds: ReadonlySet<string> | null;
}

/** The index of a checkpoint of terabytes has ten: this process parses it, and does nothing else meanwhile. */
const MOST_INDEX_BYTES = 16 * 1024 * 1024;

export function isCheckpoint(path: string): boolean {
  return path.toLowerCase().endsWith('.safetensors');
}

export function isIndex(path: string): boolean {
  return path.toLowerCase().endsWith('.json');
}

/** What the person chose: a file, an index with or without its parts, or all parts. @throws {DesktopError} for anything else. */
export async function chosenCheckpoint(paths: readonly string[], reach: Reach): Promise<FoundCheckpoint> {
  const index = paths.find(isIndex);
  if (index !== undefined) return await ofIndex(index, reach, true);
  const [first = '', another] = paths;
  if (another === undefined) return { path: first, parts: null };
  const folder = dirname(first);
  const found = paths.every((path) => dirname(path) === folder)
    ? numberedParts(paths.map((path) => basename(path)))
    : null;
  if (!found) throw new DesktopError(NOT_ALL_PARTS);
  return numbered(
    found.parts.map((name) => [name, join(folder, name)]),
    join(folder, found.index),
  );
}

/**
 * What a document names, or null if it is out of reach or not there.
 * @throws {DesktopError} for an index that is none, or a part of it that is not there or out of reach.
 */
export async function namedCheckpoint(
  documentPath: string | null,
  path: string,
  reach: Reach,
): Promise<FoundCheckpoint | null> {
  const whole = await reach.find(documentPath, path);
  const facts = whole === null ? null : await stat(whole).catch(() => null);
  if (whole !== null && facts?.isFile()) {
    return isIndex(whole) ? await ofIndex(whole, reach, false) : { path: whole, parts: null };
  }
  return await numberedBeside(documentPath, path, reach);
}

/** An index that the page says was chosen; null for whatever is none, and tells of no other file. */
export async function claimedIndex(path: string, reach: Reach): Promise<FoundCheckpoint | null> {
  return await ofIndex(path, reach, false).catch(() => null);
}

/** @param why Whether the content of the file may be told of: else it is not known yet whether the page may have it. */
async function ofIndex(path: string, reach: Reach, why: boolean): Promise<FoundCheckpoint> {
  const name = basename(path);
  const text = new TextDecoder().decode(await readBounded(path, MOST_INDEX_BYTES));
  let index: SafetensorsIndex;
  try {
    index = parseSafetensorsIndex(text);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new DesktopError(`${name} is not the index of a checkpoint${why ? `: ${error.message}` : '.'}`);
  }
  if (index.size === 0) throw new DesktopError(`${name} names no file.`);
  if (index.size > MOST_PARTS) throw new DesktopError(`${name} names more than ${MOST_PARTS} files.`);
  const parts: FoundPart[] = [];
  for (const [part, holds] of [...index].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    parts.push({ name: part, holds, path: await pathOfPart(name, dirname(path), part, reach) });
  }
  return { path, parts };
}

/** Where a part lies; one that the person chose may lie anywhere. @throws {DesktopError} naming it. */
async function pathOfPart(index: string, folder: string, name: string, reach: Reach): Promise<string> {
  const path = join(folder, name);
  if (reach.wasChosen(path)) return path;
  const real = await realpath(path).catch(() => null);
  if (real === null) throw new DesktopError(`${index} names ${name}, which is not beside it.`);
  if (dirname(real) === (await realpath(folder)) && isCheckpoint(real)) return real;
  throw new DesktopError(`${name} is a link to elsewhere: choose ${index} together with all its parts.`);
}

/** Parts without the index by which a document names them: chosen before, or in the document's folder. */
async function numberedBeside(
  documentPath: string | null,
  path: string,
  reach: Reach,
): Promise<FoundCheckpoint | null> {
  const index = basename(path);
  const chosen = new Map(reach.chosenBeside(documentPath, path).map((one) => [basename(one), one]));
  const ofChosen = numberedPartsOf(index, chosen.keys());
  if (ofChosen) {
    const places = ofChosen.parts.map((name) => [name, chosen.get(name)!] as const);
    return numbered(places, join(dirname(places[0]![1]), index));
  }
  const folder = await reach.findFolder(documentPath, path);
  if (folder === null || !(await isMissing(join(folder, index)))) return null;
  const found = numberedPartsOf(index, await readdir(folder).catch(() => []));
  if (!found || found.parts.length > MOST_PARTS) return null;
  const places: [string, string][] = [];
  for (const name of found.parts) places.push([name, await pathOfPart(index, folder, name, reach)]);
  return numbered(places, join(folder, index));
}

function numbered(places: readonly (readonly [name: string, path: string])[], path: string): FoundCheckpoint {
  return { path, parts: places.map(([name, path]) => ({ name, path, holds: null })) };
}

async function isMissing(path: string): Promise<boolean> {
  const error: unknown = await lstat(path).then(
    () => null,
    (error: unknown) => error,
  );
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
