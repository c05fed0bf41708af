/**
 * Exports that the page writes: to a place that the person chose, in pieces, to a file beside it which takes the place of
 * what was there once it is whole.
 */
import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { DesktopError, describeError } from './errors.ts';
import { stampOf } from './handles.ts';

/** The questions that only a person can answer. Null and false: cancelled. */
export interface ExportQuestions {
  /** Asks itself about a file that is there. */
  whereToExport(suggestedName: string): Promise<string | null>;
  overwriteExport(name: string): Promise<boolean>;
}

interface Writing {
  readonly path: string;
  readonly temporary: string;
  /** Null until the first piece. */
  handle: FileHandle | null;
}

export class Exports {
  readonly #questions: ExportQuestions;
  readonly #writing = new Map<string, Writing>();

  constructor(questions: ExportQuestions) {
    this.#questions = questions;
  }

  /** Asks where to; what is there already is replaced only if the person says so. @returns the writing's id. */
  async pick(suggestedName: string): Promise<string | null> {
    const chosen = await this.#questions.whereToExport(suggestedName);
    if (chosen === null) return null;
    // A dialog that does not add the ending (GTK) has not asked about a file that has it either.
    const path = extname(chosen) === '' ? chosen + extname(suggestedName) : chosen;
    const unasked = path !== chosen && (await stampOf(path)) !== null;
    if (unasked && !(await this.#questions.overwriteExport(basename(path)))) return null;
    const id = randomUUID();
    const temporary = join(dirname(path), `.${basename(path)}.${id}.tmp`);
    this.#writing.set(id, { path, temporary, handle: null });
    return id;
  }

  /**
   * The next piece; after the last one the file is in its place, and the id is spent.
   * @throws {DesktopError} where it cannot be written; nothing of it stays, and what was there does.
   */
  async write(id: string, bytes: Uint8Array, last: boolean): Promise<void> {
    const writing = this.#writing.get(id);
    if (!writing) throw new DesktopError('This export is not being written.');
    try {
      writing.handle ??= await open(writing.temporary, 'wx');
      await writing.handle.writeFile(bytes);
      if (!last) return;
      await writing.handle.sync();
      await writing.handle.close();
      await rename(writing.temporary, writing.path);
      this.#writing.delete(id);
    } catch (error) {
      await this.cancel(id);
      throw new DesktopError(`${basename(writing.path)} could not be written: ${describeError(error)}.`, {
        cause: error,
      });
    }
  }

  /** Nothing of it stays. */
  async cancel(id: string): Promise<void> {
    const writing = this.#writing.get(id);
    this.#writing.delete(id);
    if (!writing?.handle) return;
    await writing.handle.close().catch(() => undefined);
    await rm(writing.temporary, { force: true });
  }

  /** The page that wrote is gone. */
  async cancelAll(): Promise<void> {
    for (const id of this.#writing.keys()) await this.cancel(id);
  }
}
