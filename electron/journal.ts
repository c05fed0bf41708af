/**
 * The journal: unsaved edits, one file a document, in the user's data folder, so that a crash costs nothing.
 *
 * A file is a line of JSON that says what it is, then the document's bytes as the renderer gave them.
 */
import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { removeTemporaries, writeFileAtomic } from './atomic-write.ts';
import { unlinkIfThere } from './file-system.ts';
import type { FileStamp } from './handles.ts';

const storedFacts = z.object({
  id: z.string(),
  name: z.string(),
  /** The file that the edits belong to, and how it looked to whoever made them; null: never saved. */
  file: z
    .object({ path: z.string(), stamp: z.object({ modifiedMs: z.number(), size: z.number() }).nullable() })
    .nullable(),
  savedAt: z.iso.datetime(),
});

export interface StoredEntry {
  readonly id: string;
  readonly name: string;
  readonly file: { readonly path: string; readonly stamp: FileStamp } | null;
  readonly bytes: Uint8Array;
  /** ISO 8601. */
  readonly savedAt: string;
}

export interface JournalLimits {
  readonly entries: number;
  readonly bytes: number;
}

const LIMITS: JournalLimits = { entries: 20, bytes: 1024 * 1024 * 1024 };
const ENDING = '.journal';

export class JournalFolder {
  readonly #folder: string;
  readonly #limits: JournalLimits;
  /** One change at a time: a discard must not overtake the write before it. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string, limits: JournalLimits = LIMITS) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Replaces the entry of that id, wholly or not at all; entries beyond the limits go, oldest first. */
  async write(entry: StoredEntry): Promise<void> {
    await this.#inTurn(async () => {
      await mkdir(this.#folder, { recursive: true });
      await writeFileAtomic(this.#pathOf(entry.id), formatEntry(entry));
      await this.#dropOldest(entry.id);
    });
  }

  /** Newest first. What cannot be read as an entry is left alone and left out. */
  async read(): Promise<readonly StoredEntry[]> {
    return await this.#inTurn(async () => {
      const entries: StoredEntry[] = [];
      for (const { path } of await this.#files()) {
        const whole = await readFile(path).catch(() => null);
        const entry = whole && parseEntry(new Uint8Array(whole));
        if (entry && this.#pathOf(entry.id) === path) entries.push(entry);
      }
      return entries.sort((a, b) => Date.parse(b.savedAt) - Date.parse(a.savedAt));
    });
  }

  async discard(id: string): Promise<void> {
    await this.#inTurn(() => unlinkIfThere(this.#pathOf(id)));
  }

  /** Removes what a killed writer left behind; at the start, before anything is written. */
  async tidy(): Promise<void> {
    await this.#inTurn(() => removeTemporaries(this.#folder));
  }

  #pathOf(id: string): string {
    return join(this.#folder, id + ENDING);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return await done;
  }

  async #files(): Promise<readonly { readonly path: string; readonly size: number; readonly modifiedMs: number }[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const paths = names.filter((name) => name.endsWith(ENDING)).map((name) => join(this.#folder, name));
    return await Promise.all(
      paths.map(async (path) => {
        const { size, mtimeMs } = await stat(path);
        return { path, size, modifiedMs: mtimeMs };
      }),
    );
  }

  async #dropOldest(kept: string): Promise<void> {
    const files = [...(await this.#files())];
    const age = (path: string, modifiedMs: number) => (path === this.#pathOf(kept) ? Infinity : modifiedMs);
    files.sort((a, b) => age(b.path, b.modifiedMs) - age(a.path, a.modifiedMs));
    let bytes = 0;
    for (const [index, { path, size }] of files.entries()) {
      bytes += size;
      const beyond = index >= this.#limits.entries || bytes > this.#limits.bytes;
      if (index > 0 && beyond) await unlinkIfThere(path);
    }
  }
}

/** The bytes of an entry's file. */
export function formatEntry({ bytes, ...facts }: StoredEntry): Uint8Array {
  const header = new TextEncoder().encode(`${JSON.stringify(facts)}\n`);
  const whole = new Uint8Array(header.byteLength + bytes.byteLength);
  whole.set(header);
  whole.set(bytes, header.byteLength);
  return whole;
}

/** The entry that a file holds, or null if it is none. */
export function parseEntry(whole: Uint8Array): StoredEntry | null {
  const end = whole.indexOf(0x0a);
  if (end < 0) return null;
  try {
    const facts = storedFacts.parse(JSON.parse(new TextDecoder().decode(whole.subarray(0, end))));
    return { ...facts, bytes: whole.slice(end + 1) };
  } catch {
    return null;
  }
}
