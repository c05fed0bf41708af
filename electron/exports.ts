/**
 * Exports that the page writes: to a place that the person chose, in pieces, to a file beside it which takes the place of
 * what was there once it is whole.
 */
import { randomUUID } from 'node:crypto';
import { basename, extname } from 'node:path';
import { AtomicFile, AtomicWriteError } from './atomic-write.ts';
import { DesktopError, describeWriteError } from './errors.ts';
import type { FileSystem } from './file-system.ts';
import { stampOf } from './handles.ts';

/** The questions that only a person can answer. Null and false: cancelled. */
export interface ExportQuestions {
  /** Asks itself about a file that is there. */
  whereToExport(suggestedName: string): Promise<string | null>;
  overwriteExport(name: string): Promise<boolean>;
}

interface Writing {
  readonly path: string;
  /** Null until the first piece. */
  file: AtomicFile | null;
  /** Pieces one after the other, also if the page does not wait. */
  turn: Promise<unknown>;
}

export class Exports {
  readonly #questions: ExportQuestions;
  readonly #files: FileSystem;
  readonly #writing = new Map<string, Writing>();

  constructor(questions: ExportQuestions, files: FileSystem) {
    this.#questions = questions;
    this.#files = files;
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
    this.#writing.set(id, { path, file: null, turn: Promise.resolve() });
    return id;
  }

  /**
   * The next piece; after the last one the file is in its place, and the id is spent.
   * @throws {DesktopError} where it cannot be written; nothing of it stays, and what was there does.
   */
  async write(id: string, bytes: Uint8Array, last: boolean): Promise<void> {
    const writing = this.#get(id);
    await inTurn(writing, async () => {
      // Of pieces that came at once, one may have failed or been the last.
      this.#get(id);
      try {
        writing.file ??= await AtomicFile.create(writing.path, this.#files);
        await writing.file.write(bytes);
        if (!last) return;
        await writing.file.commit();
        this.#writing.delete(id);
      } catch (error) {
        this.#writing.delete(id);
        const reason = describeWriteError(error instanceof AtomicWriteError ? error.cause : error);
        throw new DesktopError(`${basename(writing.path)} could not be written: ${reason}.`, { cause: error });
      }
    });
  }

  /** Nothing of it stays. */
  async cancel(id: string): Promise<void> {
    const writing = this.#writing.get(id);
    this.#writing.delete(id);
    if (writing) await inTurn(writing, async () => writing.file?.abort());
  }

  /** The page that wrote is gone. */
  async cancelAll(): Promise<void> {
    for (const id of this.#writing.keys()) await this.cancel(id);
  }

  #get(id: string): Writing {
    const writing = this.#writing.get(id);
    if (!writing) throw new DesktopError('This export is not being written.');
    return writing;
  }
}

async function inTurn(writing: Writing, work: () => Promise<void>): Promise<void> {
  const done = writing.turn.then(work);
  writing.turn = done.catch(() => undefined);
  await done;
}
