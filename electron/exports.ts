/**
 * Exports that the page writes: to a place that the person chose, in pieces, to a file beside it which takes the place of
 * what was there once it is whole.
 */
import { randomUUID } from 'node:crypto';
import { basename, dirname, extname, join } from 'node:path';
import { namesOfParts } from '../graph/formats/safetensors-index.ts';
import { AtomicFile, AtomicWriteError } from './atomic-write.ts';
import { DesktopError, describeWriteError } from './errors.ts';
import { unlinkIfThere, type FileSystem } from './file-system.ts';
import { stampOf } from './handles.ts';

/** The questions that only a person can answer. Null and false: cancelled. */
export interface ExportQuestions {
  /** Asks itself about a file that is there. */
  whereToExport(suggestedName: string): Promise<string | null>;
  overwriteExport(name: string): Promise<boolean>;
}

export interface PickedParts {
  readonly writing: string;
  /** What names of the files begin with. */
  readonly stem: string;
}

interface Writing {
  /** The files, in the order in which they are written. */
  readonly paths: readonly string[];
  /** How many of them are in their place. */
  placed: number;
  /** The next of them; null until its first piece. */
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
    const path = withEnding(chosen, suggestedName);
    // A dialog that does not add the ending (GTK) has not asked about a file that has it either.
    const unasked = path !== chosen && (await stampOf(path)) !== null;
    if (unasked && !(await this.#questions.overwriteExport(basename(path)))) return null;
    return this.#begin([path]);
  }

  /**
   * Asks where a checkpoint of several files goes. They and their index are called after what the person says, and none
   * of them may be there: a mixture of old and new ones would be whole to look at.
   * @throws {DesktopError} naming one that is there.
   */
  async pickParts(suggestedName: string, count: number): Promise<PickedParts | null> {
    const chosen = await this.#questions.whereToExport(suggestedName);
    if (chosen === null) return null;
    const stem = basename(withEnding(chosen, suggestedName), extname(suggestedName));
    const { parts, index } = namesOfParts(stem, count);
    const names = [...parts, index];
    for (const name of names) {
      if ((await stampOf(join(dirname(chosen), name))) !== null)
        throw new DesktopError(`${name} is there already: choose another name, or remove it.`);
    }
    return { writing: this.#begin(names.map((name) => join(dirname(chosen), name))), stem };
  }

  #begin(paths: readonly string[]): string {
    const id = randomUUID();
    this.#writing.set(id, { paths, placed: 0, file: null, turn: Promise.resolve() });
    return id;
  }

  /**
   * The next piece; after the last one the file is in its place, and the next one begins, or the id is spent.
   * @throws {DesktopError} where it cannot be written; nothing of it stays, and what was there does.
   */
  async write(id: string, bytes: Uint8Array, last: boolean): Promise<void> {
    const writing = this.#get(id);
    await inTurn(writing, async () => {
      // Of pieces that came at once, one may have failed or been the last.
      this.#get(id);
      const path = writing.paths[writing.placed]!;
      try {
        writing.file ??= await AtomicFile.create(path, this.#files);
        await writing.file.write(bytes);
        if (!last) return;
        await writing.file.commit();
        writing.file = null;
        writing.placed++;
        if (writing.placed === writing.paths.length) this.#writing.delete(id);
      } catch (error) {
        this.#writing.delete(id);
        await this.#removePlaced(writing);
        const reason = describeWriteError(error instanceof AtomicWriteError ? error.cause : error);
        throw new DesktopError(`${basename(path)} could not be written: ${reason}.`, { cause: error });
      }
    });
  }

  /** Nothing of it stays. */
  async cancel(id: string): Promise<void> {
    const writing = this.#writing.get(id);
    this.#writing.delete(id);
    if (!writing) return;
    await inTurn(writing, async () => {
      await writing.file?.abort();
      await this.#removePlaced(writing);
    });
  }

  /** Parts of what did not become whole: they were not there before. */
  async #removePlaced({ paths, placed }: Writing): Promise<void> {
    for (const path of paths.slice(0, placed)) await unlinkIfThere(path, this.#files).catch(() => undefined);
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

/** As the person wrote it, with an ending. */
function withEnding(chosen: string, suggestedName: string): string {
  return extname(chosen) === '' ? chosen + extname(suggestedName) : chosen;
}

async function inTurn(writing: Writing, work: () => Promise<void>): Promise<void> {
  const done = writing.turn.then(work);
  writing.turn = done.catch(() => undefined);
  await done;
}
