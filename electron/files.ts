/** Opening and saving documents. The main process owns the paths; the renderer sees handles, names and bytes. */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { FileHandle, OpenedDesktopFile } from './api.ts';
import { AtomicWriteError, writeFileAtomic } from './atomic-write.ts';
import { DesktopError } from './errors.ts';
import type { FileSystem } from './file-system.ts';
import { type FileHandles, stampOf } from './handles.ts';
import type { RecentFiles } from './recent-files.ts';
import { readBounded } from './reading.ts';

export const DOCUMENT_EXTENSION = '.patchbay';

/** The questions that only a person can answer. Null and false: cancelled. */
export interface FileQuestions {
  /** @param several Whether more than one may be chosen. */
  whatToOpen(several: boolean): Promise<readonly string[]>;
  whereToSave(suggestedName: string): Promise<string | null>;
  overwriteChanged(name: string): Promise<boolean>;
}

export class DocumentFiles {
  readonly #questions: FileQuestions;
  readonly #handles: FileHandles;
  readonly #recent: RecentFiles;
  readonly #disk: FileSystem;
  readonly #checkFree: (path: string) => Promise<void>;
  /** The last save of each file that is being saved. */
  readonly #saving = new Map<string, Promise<unknown>>();

  /** @param checkFree Throws where a document must not be saved under another name, because of who has that file open. */
  constructor(
    questions: FileQuestions,
    handles: FileHandles,
    recent: RecentFiles,
    disk: FileSystem,
    checkFree: (path: string) => Promise<void> = () => Promise.resolve(),
  ) {
    this.#questions = questions;
    this.#handles = handles;
    this.#recent = recent;
    this.#disk = disk;
    this.#checkFree = checkFree;
  }

  /** None: the person cancelled. */
  async openDialog(several: boolean): Promise<readonly OpenedDesktopFile[]> {
    const opened: OpenedDesktopFile[] = [];
    for (const path of await this.#questions.whatToOpen(several)) opened.push(await this.openPath(path));
    return opened;
  }

  async openRecent(id: string): Promise<OpenedDesktopFile> {
    return await this.openPath(this.#recent.pathOf(id));
  }

  /**
   * A file that was dropped on the window: a document, of which whoever says so knows the content. A page that was taken
   * over must not be able to read anything it likes by claiming that it was dropped, nor learn whether it is there.
   */
  async openDropped(path: string, sha256: string): Promise<OpenedDesktopFile> {
    if (!isDocument(path)) {
      throw new DesktopError(
        `${basename(path)} is not a Patchbay document: its name does not end in ${DOCUMENT_EXTENSION}.`,
      );
    }
    // A link of that ending may lead to anything: what it leads to must be a document as well.
    const real = await realpath(path).catch(() => '');
    const bytes = isDocument(real) ? await readBounded(real).catch(() => null) : null;
    if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== sha256) {
      throw new DesktopError(
        `${basename(path)} could not be opened: it is not there as it was dropped; drop it again.`,
      );
    }
    return await this.openPath(path);
  }

  /** @throws {DesktopError} */
  async openPath(path: string): Promise<OpenedDesktopFile> {
    // Before reading: a write that comes between makes the file look changed, never unchanged.
    const stamp = await stampOf(path);
    const bytes = await readBounded(path);
    const handle = this.#handles.remember(path, stamp);
    await this.#recent.add(path, handle.id);
    return { handle, bytes };
  }

  async saveDialog(suggestedName: string, bytes: Uint8Array): Promise<FileHandle | null> {
    const chosen = await this.#questions.whereToSave(suggestedName);
    if (chosen === null) return null;
    // A dialog that does not add the ending (GTK) has not asked about a file that has it either.
    const path = extname(chosen) === '' ? chosen + DOCUMENT_EXTENSION : chosen;
    await this.#checkFree(path);
    const unasked = path !== chosen && (await stampOf(path)) !== null;
    if (unasked && !(await this.#questions.overwriteChanged(basename(path)))) return null;
    return await this.#inTurn(path, () => this.#write(path, bytes));
  }

  /** Null if another program wrote the file since it was opened or saved here, and the person chose to keep that. */
  async save(handleId: string, bytes: Uint8Array): Promise<FileHandle | null> {
    const { path } = this.#handles.get(handleId);
    return await this.#inTurn(path, async () => {
      if ((await this.#isChanged(handleId)) && !(await this.#questions.overwriteChanged(basename(path)))) return null;
      return await this.#write(path, bytes);
    });
  }

  /**
   * What another program wrote into the file since it was opened or saved here; null if nobody did, or it is gone.
   * @param take It is what is shown from now on: to save over it is no question any more.
   */
  async readChanged(handleId: string, take = false): Promise<Uint8Array | null> {
    const { path } = this.#handles.get(handleId);
    return await this.#inTurn(path, async () => {
      if (!(await this.#isChanged(handleId))) return null;
      const stamp = await stampOf(path);
      const bytes = await readBounded(path);
      if (take) this.#handles.remember(path, stamp);
      return bytes;
    });
  }

  async #isChanged(handleId: string): Promise<boolean> {
    const { path, stamp } = this.#handles.get(handleId);
    const now = await stampOf(path);
    return now !== null && (now.modifiedMs !== stamp?.modifiedMs || now.size !== stamp.size);
  }

  async #write(path: string, bytes: Uint8Array): Promise<FileHandle> {
    try {
      await writeFileAtomic(path, bytes, this.#disk);
    } catch (error) {
      // Replaced but perhaps not durable: an error all the same, though the file is ours and not another program's.
      if (error instanceof AtomicWriteError && error.replaced) this.#handles.remember(path, await stampOf(path));
      throw error;
    }
    const handle = this.#handles.remember(path, await stampOf(path));
    await this.#recent.add(path, handle.id);
    return handle;
  }

  /** Saves of one file, one after the other: each looks at what the one before left. */
  async #inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#saving.get(path) ?? Promise.resolve()).then(work);
    // Who waits for its turn does not care how the one before ended.
    const ended = done.catch(() => undefined);
    this.#saving.set(path, ended);
    return await done.finally(() => {
      if (this.#saving.get(path) === ended) this.#saving.delete(path);
    });
  }
}

function isDocument(path: string): boolean {
  return extname(path).toLowerCase() === DOCUMENT_EXTENSION;
}
