/**
 * Writes unsaved edits to the shell's journal a moment after each edit, and takes them out once they are saved.
 *
 * Several documents may be open: the store shows one of them at a time. What was edited of the one before is written
 * when another takes its place; its entry stays until it is saved, or until whoever lets it go says so.
 */
import { formatDocument } from '../../graph/file.ts';
import type { Journal } from '../platform/platform.ts';
import { isDirty, type DocumentState, type DocumentStore } from '../stores/document.ts';

/**
 * From an edit to its writing, however many follow: a timer that each edit started anew would never end for somebody
 * who does not pause. Short enough that a crash costs a word, long enough that a drag is one write.
 */
export const JOURNAL_DELAY_MILLISECONDS = 400;

export interface JournalWriter {
  /** Writes what is pending at once. */
  flush(): Promise<void>;
  /** The document is let go, with its unsaved edits: nobody is to be offered them again. */
  discard(journalId: string): Promise<void>;
  dispose(): void;
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
    return enqueue(() => (isDirty(state) ? journal.write(entryOf(state)) : journal.discard(state.journalId)));
  };
  const stop = documents.subscribe((state, before) => {
    const another = state.journalId !== before.journalId;
    if (another) void flush();
    const changed = state.document !== before.document || state.savedDocument !== before.savedDocument;
    // A document that comes clean has no entry.
    if (!changed || (another && !isDirty(state))) return;
    pending = { state, timer: pending?.timer ?? setTimeout(() => void flush(), JOURNAL_DELAY_MILLISECONDS) };
  });
  return {
    flush,
    discard: (journalId) => {
      if (pending?.state.journalId === journalId) forget();
      return enqueue(() => journal.discard(journalId));
    },
    dispose: () => {
      forget();
      stop();
    },
  };
}

function entryOf({ document, journalId, name, file }: DocumentState) {
  return { id: journalId, name, file, bytes: new TextEncoder().encode(formatDocument(document)) };
}
