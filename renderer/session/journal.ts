/**
 * Writes unsaved edits to the shell's journal a moment after each edit, and takes them out once they are saved.
 *
 * Several documents may be open: the store shows one of them at a time. What was edited of the one before is written
 * when another takes its place; its entry stays until it is saved, or until whoever lets it go says so.
 */
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { Journal } from '../platform/platform.ts';
import { isDirty, type DocumentState, type DocumentStore } from '../stores/document.ts';
import { formatStart, formatStep } from './journal-log.ts';

/**
 * From an edit to its writing, however many follow: a timer that each edit started anew would never end for somebody
 * who does not pause. Together with the writing it stays well below the second that a crash may cost.
 */
export const JOURNAL_DELAY_MILLISECONDS = 250;

/** An entry begins anew with a whole document once its steps are longer than that, and than this. */
export const STEPS_BYTES = 1024 * 1024;

export interface JournalWriter {
  /** Writes what is pending at once. */
  flush(): Promise<void>;
  /** The document is let go, with its unsaved edits: nobody is to be offered them again. */
  discard(journalId: string): Promise<void>;
  dispose(): void;
}

/** What the journal holds of a document. */
interface Written {
  readonly document: PatchbayDocument;
  /** The entry says which file it belongs to and how that looked: after a save it is another entry. */
  readonly savedDocument: PatchbayDocument | null;
  readonly startBytes: number;
  readonly stepsBytes: number;
}

/**
 * Follows the document store.
 * @param onError Told once per failure; editing goes on without the journal.
 */
export function keepJournal(
  documents: DocumentStore,
  journal: Journal,
  onError: (error: unknown) => void,
): JournalWriter {
  /** What is to be written, and the timer that will. */
  let pending: { readonly state: DocumentState; readonly timer: ReturnType<typeof setTimeout> } | null = null;
  const entries = new EntryWriter(journal);
  // One after the other: an older write must not land after a newer one, nor after the entry was discarded.
  let last: Promise<void> = Promise.resolve();
  const enqueue = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work).catch(onError);
    return last;
  };
  const forget = (): void => {
    clearTimeout(pending?.timer);
    pending = null;
  };
  const flush = (): Promise<void> => {
    if (!pending) return last;
    const { state } = pending;
    forget();
    return enqueue(() => (isDirty(state) ? entries.write(state) : entries.discard(state.journalId)));
  };
  const stop = documents.subscribe((state, before) => {
    const another = state.journalId !== before.journalId;
    if (another) void flush();
    const saved = state.savedDocument !== before.savedDocument;
    // A document that comes clean has no entry.
    if ((state.document === before.document && !saved) || (another && !isDirty(state))) return;
    pending = { state, timer: pending?.timer ?? setTimeout(() => void flush(), JOURNAL_DELAY_MILLISECONDS) };
    // The file is newer now than what the entry holds.
    if (saved) void flush();
  });
  return {
    flush,
    discard: (journalId) => {
      if (pending?.state.journalId === journalId) forget();
      return enqueue(() => entries.discard(journalId));
    },
    dispose: () => {
      forget();
      stop();
    },
  };
}

/** Writes each entry by as little as is new in it. */
class EntryWriter {
  readonly #journal: Journal;
  readonly #written = new Map<string, Written>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  async write({ journalId: id, document, savedDocument, name, file }: DocumentState): Promise<void> {
    const before = this.#written.get(id);
    // Until it is there: what failed may be there in part, and nothing can follow that.
    this.#written.delete(id);
    if (before?.savedDocument === savedDocument && before.stepsBytes <= Math.max(before.startBytes, STEPS_BYTES)) {
      const step = formatStep(before.document, document);
      if (step) await this.#journal.append(id, step);
      this.#written.set(id, { ...before, document, stepsBytes: before.stepsBytes + (step?.byteLength ?? 0) });
      return;
    }
    const bytes = await formatStart(document);
    await this.#journal.write({ id, name, file, bytes });
    this.#written.set(id, { document, savedDocument, startBytes: bytes.byteLength, stepsBytes: 0 });
  }

  async discard(id: string): Promise<void> {
    this.#written.delete(id);
    await this.#journal.discard(id);
  }
}
