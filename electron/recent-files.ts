/** The list of documents that were opened or saved last, kept over restarts. */
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import type { RecentFile } from './api.ts';
import { describeError, DesktopError } from './errors.ts';
import { readJson, writeJson } from './json-file.ts';

const MAX_FILES = 12;

const storedFile = z.object({ id: z.string().min(1), path: z.string().min(1), openedAt: z.iso.datetime() });
const stored = z.object({ files: z.array(storedFile) });

export type StoredFile = z.infer<typeof storedFile>;

/** The list with this path first, under the id it had; at most `MAX_FILES` long. */
export function touch(files: readonly StoredFile[], path: string, now: Date, newId: string): readonly StoredFile[] {
  const known = files.find((file) => file.path === path);
  const first = { id: known?.id ?? newId, path, openedAt: now.toISOString() };
  return [first, ...files.filter((file) => file.path !== path)].slice(0, MAX_FILES);
}

export class RecentFiles {
  readonly #path: string;
  #files: readonly StoredFile[];
  /** Writes one after the other: the last state must be the one that stays. */
  #written: Promise<void> = Promise.resolve();
  readonly #listeners = new Set<(newest: string | null) => void>();

  private constructor(path: string, files: readonly StoredFile[]) {
    this.#path = path;
    this.#files = files;
  }

  static async load(path: string): Promise<RecentFiles> {
    return new RecentFiles(path, (await readJson(path, stored))?.files.slice(0, MAX_FILES) ?? []);
  }

  /** The listener gets the path that came first, or null when the list was cleared. */
  subscribe(listener: (newest: string | null) => void): void {
    this.#listeners.add(listener);
  }

  list(): readonly RecentFile[] {
    return this.#files.map(({ id, path, openedAt }) => ({
      id,
      name: basename(path),
      folder: dirname(path),
      openedAt,
    }));
  }

  idOf(path: string): string | undefined {
    return this.#files.find((file) => file.path === path)?.id;
  }

  /** @throws {DesktopError} if the list has no such file, or no longer. */
  pathOf(id: string): string {
    const file = this.#files.find((file) => file.id === id);
    if (!file) throw new DesktopError('This file is no longer among the recent ones.');
    return file.path;
  }

  /** Never rejects: that a list for convenience cannot be written must not make a save look failed. */
  async add(path: string, id: string): Promise<void> {
    await this.#replace(touch(this.#files, path, new Date(), id));
  }

  async remove(id: string): Promise<void> {
    await this.#replace(this.#files.filter((file) => file.id !== id));
  }

  async clear(): Promise<void> {
    await this.#replace([]);
  }

  async #replace(files: readonly StoredFile[]): Promise<void> {
    this.#files = files;
    for (const listener of this.#listeners) listener(files[0]?.path ?? null);
    this.#written = this.#written
      .then(() => writeJson(this.#path, { files }))
      .catch((error: unknown) => console.error(describeError(error)));
    await this.#written;
  }
}
