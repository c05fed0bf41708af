/**
 * Which files the page may name by a path: those in the folder of the document that it names them for, and those that
 * the person chose in a dialog, in this start or an earlier one. A document may come from anybody, and the page may
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

export class Reach {
  readonly #path: string;
  /** Newest last. */
  readonly #chosen: Set<string>;
  /** Writes one after the other: the last state must be the one that stays. */
  #written: Promise<void> = Promise.resolve();

  private constructor(path: string, chosen: Iterable<string>) {
    this.#path = path;
    this.#chosen = new Set(chosen);
  }

  /** @param path Where the choices are kept over restarts. */
  static async load(path: string): Promise<Reach> {
    return new Reach(path, (await readJson(path, stored))?.paths.slice(-MOST_CHOSEN) ?? []);
  }

  /** The person chose these. Never rejects: that it cannot be kept must not make the choice look failed. */
  async choose(paths: readonly string[]): Promise<void> {
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

  /**
   * The file that a document names, or null if it is not in reach, or not there.
   * @param documentPath The document that names it; null: never saved.
   */
  async find(documentPath: string | null, path: string): Promise<string | null> {
    const whole = pathFromDocument(documentPath, path);
    if (whole === null) return null;
    if (this.#chosen.has(whole)) return whole;
    if (documentPath === null || !isBelow(whole, dirname(documentPath))) return null;
    // Below by its name: only now is the disk looked at, for where links lead.
    const [real, folder] = await Promise.all([realOf(whole), realOf(dirname(documentPath))]);
    return real !== null && folder !== null && isBelow(real, folder) ? real : null;
  }
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function realOf(path: string): Promise<string | null> {
  return await realpath(path).catch(() => null);
}
