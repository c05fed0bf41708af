/**
 * Which files the page may name by a path: those in the folder of the document that it names them for, and those that
 * the person chose in a dialog of its window, or in an earlier start. A document may come from anybody, and the page may
 * have been taken over by one: neither is a reason to look at, or to open, any other place on the disk.
 */
import { realpath } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { z } from 'zod';
import { pathFromDocument } from './document-paths.ts';
import { describeError } from './errors.ts';
import { readJson, writeJson } from './json-file.ts';

/** What was chosen longer ago than that is chosen again. */
const MOST_CHOSEN = 2000;

const stored = z.object({ paths: z.array(z.string().min(1)) });

/** What was chosen in all windows, kept over restarts. */
export class ChosenFiles {
  /** Chosen in an earlier start: in reach of every window. */
  readonly before: ReadonlySet<string>;
  readonly #path: string;
  /** Newest last. */
  readonly #chosen: Set<string>;
  /** What windows had chosen that saved a document, by its path. */
  readonly #ofDocuments = new Map<string, ReadonlySet<string>>();
  /** Writes one after the other: the last state must be the one that stays. */
  #written: Promise<void> = Promise.resolve();

  private constructor(path: string, chosen: Iterable<string>) {
    this.#path = path;
    this.#chosen = new Set(chosen);
    this.before = new Set(this.#chosen);
  }

  /** @param path Where the choices are kept over restarts. */
  static async load(path: string): Promise<ChosenFiles> {
    return new ChosenFiles(path, (await readJson(path, stored))?.paths.slice(-MOST_CHOSEN) ?? []);
  }

  /** A window that had chosen these saved that document: whoever opens it finds what it names. */
  saved(documentPath: string, chosen: ReadonlySet<string>): void {
    this.#ofDocuments.set(documentPath, new Set([...this.ofDocument(documentPath), ...chosen]));
  }

  ofDocument(documentPath: string): ReadonlySet<string> {
    return this.#ofDocuments.get(documentPath) ?? new Set();
  }

  /** Keeps choices for the next start. Never rejects: that it cannot be done must not make the choice look failed. */
  async keep(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      this.#chosen.delete(path);
      this.#chosen.add(path);
    }
    for (const oldest of this.#chosen) {
      if (this.#chosen.size <= MOST_CHOSEN) break;
      this.#chosen.delete(oldest);
    }
    const kept = [...this.#chosen];
    this.#written = this.#written
      .then(() => writeJson(this.#path, { paths: kept }))
      .catch((error: unknown) => console.error(describeError(error)));
    await this.#written;
  }
}

/** What one window may name. What is chosen in another one is out of its reach, unless it came with a document. */
export class Reach {
  readonly #shared: ChosenFiles;
  readonly #chosen = new Set<string>();

  constructor(shared: ChosenFiles) {
    this.#shared = shared;
  }

  /** The person chose these, in this window. */
  async choose(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#chosen.add(path);
    await this.#shared.keep(paths);
  }

  /** The person opened that document here. */
  opened(documentPath: string): void {
    for (const path of this.#shared.ofDocument(documentPath)) this.#chosen.add(path);
  }

  /** It was saved here. */
  saved(documentPath: string): void {
    if (this.#chosen.size > 0) this.#shared.saved(documentPath, this.#chosen);
  }

  /** A document moves to another window, which finds what it names. */
  passTo(other: Reach): void {
    for (const path of this.#chosen) other.#chosen.add(path);
  }

  /**
   * The file that a document names, or null if it is not in reach, or not there.
   * @param documentPath The document that names it; null: never saved.
   */
  async find(documentPath: string | null, path: string): Promise<string | null> {
    const whole = pathFromDocument(documentPath, path);
    if (whole === null) return null;
    if (this.wasChosen(whole)) return whole;
    if (documentPath === null || !isBelow(whole, dirname(documentPath))) return null;
    // Below by its name: only now is the disk looked at, for where links lead.
    const [real, folder] = await Promise.all([realOf(whole), realOf(dirname(documentPath))]);
    return real !== null && folder !== null && isBelow(real, folder) ? real : null;
  }

  /** Whether the person chose that very file. */
  wasChosen(path: string): boolean {
    return this.#chosen.has(path) || this.#shared.before.has(path);
  }

  /** The files that the person chose in the folder of what a document names. The disk is not looked at. */
  chosenBeside(documentPath: string | null, path: string): readonly string[] {
    const whole = pathFromDocument(documentPath, path);
    if (whole === null) return [];
    const all = new Set([...this.#chosen, ...this.#shared.before]);
    return [...all].filter((one) => dirname(one) === dirname(whole));
  }

  /** The folder of what a document names, which need not be there: the document's own or one in it; null for any other. */
  async findFolder(documentPath: string | null, path: string): Promise<string | null> {
    const whole = documentPath === null ? null : pathFromDocument(documentPath, path);
    if (documentPath === null || whole === null || !isBelow(whole, dirname(documentPath))) return null;
    const [real, folder] = await Promise.all([realOf(dirname(whole)), realOf(dirname(documentPath))]);
    return real !== null && folder !== null && (real === folder || isBelow(real, folder)) ? real : null;
  }
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function realOf(path: string): Promise<string | null> {
  return await realpath(path).catch(() => null);
}
