/**
 * The journal: unsaved edits, one file a document, in the user's data folder, so that a crash costs nothing.
 *
 * A file is a line of JSON that says what it is, then the bytes as the renderer gave them, at once and one after the
 * other: it is written anew wholly or not at all, and what is added may be cut off by a crash, which the renderer knows.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { removeTemporaries, writeAll, writeFileAtomic } from './atomic-write.ts';
import { DesktopError } from './errors.ts';
import { nodeFileSystem, unlinkIfThere, type FileSystem } from './file-system.ts';
import type { FileStamp } from './handles.ts';

const storedFacts = z.object({
  id: z.string(),
  name: z.string(),
  /** The file that the edits belong to, and how it looked to whoever made them; null: never saved. */
  file: z
    .object({ path: z.string(), stamp: z.object({ modifiedMs: z.number(), size: z.number() }).nullable() })
    .nullable(),
});

/** What the journal writes down of an entry. */
export interface StoredEntry {
  readonly id: string;
  readonly name: string;
  readonly file: { readonly path: string; readonly stamp: FileStamp } | null;
  readonly bytes: Uint8Array;
}

export interface FoundEntry extends StoredEntry {
  /** ISO 8601: when something was written to it last. */
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
  readonly #files: FileSystem;
  /** One change at a time: a discard must not overtake the write before it. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string, limits: JournalLimits = LIMITS, files: FileSystem = nodeFileSystem) {
    this.#folder = folder;
    this.#limits = limits;
    this.#files = files;
  }

  /**
   * Replaces the entry of that id, wholly or not at all; entries beyond the limits go, oldest first.
   * @param kept Entries that do not go: of documents that are open.
   */
  async write(entry: StoredEntry, kept: ReadonlySet<string> = new Set()): Promise<void> {
    await this.#inTurn(async () => {
      await this.#files.makeFolder(this.#folder);
      await writeFileAtomic(this.#pathOf(entry.id), formatEntry(entry), this.#files);
      await this.#dropOldest(new Set([...kept, entry.id].map((id) => this.#pathOf(id))));
    });
  }

  /** Adds to an entry. A crash, or an error, may leave a part of it at the end. */
  async append(id: string, bytes: Uint8Array): Promise<void> {
    await this.#inTurn(async () => {
      const path = this.#pathOf(id);
      const facts = await this.#files.stat(path);
      if (!facts) throw new DesktopError('The journal has no such entry any more.');
      if (facts.size + bytes.byteLength > this.#limits.bytes) throw new DesktopError('The journal is full.');
      const file = await this.#files.openToAppend(path);
      try {
        await writeAll(file, bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    });
  }

  /** Newest first. What cannot be read as an entry is left alone and left out. */
  async read(): Promise<readonly FoundEntry[]> {
    return await this.#inTurn(async () => {
      const entries: FoundEntry[] = [];
      for (const { path, modifiedMs } of await this.#newestFirst()) {
        const whole = await this.#files.read(path).catch(() => null);
        const entry = whole && parseEntry(whole);
        if (!entry || this.#pathOf(entry.id) !== path) continue;
        entries.push({ ...entry, savedAt: new Date(modifiedMs).toISOString() });
      }
      return entries;
    });
  }

  async has(id: string): Promise<boolean> {
    return await this.#inTurn(async () => (await this.#files.stat(this.#pathOf(id))) !== null);
  }

  async discard(id: string): Promise<void> {
    await this.#inTurn(async () => {
      if (!(await this.#files.stat(this.#pathOf(id)))) return;
      await unlinkIfThere(this.#pathOf(id), this.#files);
      // Or a loss of power brings back what the person has done with.
      await this.#files.syncFolder(this.#folder);
    });
  }

  /** Removes what a killed writer left behind; at the start, before anything is written. */
  async tidy(): Promise<void> {
    await this.#inTurn(() => removeTemporaries(this.#folder, this.#files));
  }

  #pathOf(id: string): string {
    return join(this.#folder, id + ENDING);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return await done;
  }

  async #newestFirst() {
    const names = await this.#files.list(this.#folder);
    const paths = names.filter((name) => name.endsWith(ENDING)).map((name) => join(this.#folder, name));
    const files = await Promise.all(paths.map(async (path) => ({ path, facts: await this.#files.stat(path) })));
    return files
      .flatMap(({ path, facts }) => (facts ? [{ path, size: facts.size, modifiedMs: facts.mtimeMs }] : []))
      .sort((a, b) => b.modifiedMs - a.modifiedMs);
  }

  async #dropOldest(kept: ReadonlySet<string>): Promise<void> {
    const files = await this.#newestFirst();
    const ordered = [...files.filter(({ path }) => kept.has(path)), ...files.filter(({ path }) => !kept.has(path))];
    let bytes = 0;
    for (const [index, { path, size }] of ordered.entries()) {
      bytes += size;
      const beyond = index >= this.#limits.entries || bytes > this.#limits.bytes;
      if (beyond && !kept.has(path)) await unlinkIfThere(path, this.#files);
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
