/** Writes unsaved edits to the shell's journal a moment after each edit, and takes them out once they are saved. */
import { formatDocument } from '../../graph/file.ts';
import type { Journal } from '../platform/platform.ts';
import { isDirty, type DocumentState, type DocumentStore } from '../stores/document.ts';

/** Short enough that a crash costs a word, long enough that a drag is one write. */
export const JOURNAL_DELAY_MILLISECONDS = 400;

export interface JournalWriter {
  /** Writes what is pending at once. */
  flush(): Promise<void>;
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
  let timer: ReturnType<typeof setTimeout> | undefined;
  // One after the other: an older write must not land after a newer one, nor after the entry was discarded.
  let last: Promise<void> = Promise.resolve();
  const enqueue = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work).catch(onError);
    return last;
  };
  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const state = documents.getState();
    return enqueue(() => (isDirty(state) ? journal.write(entryOf(state)) : journal.discard(state.journalId)));
  };
  const stop = documents.subscribe((state, before) => {
    if (state.generation !== before.generation && before.journalId !== state.journalId) {
      clearTimeout(timer);
      timer = undefined;
      void enqueue(() => journal.discard(before.journalId));
    }
    const changed = state.document !== before.document || state.savedDocument !== before.savedDocument;
    if (!changed) return;
    if (!isDirty(state) && state.generation !== before.generation) return;
    clearTimeout(timer);
    timer = setTimeout(() => void write(), JOURNAL_DELAY_MILLISECONDS);
  });
  return {
    flush: () => (timer === undefined ? last : write()),
    dispose: () => {
      clearTimeout(timer);
      stop();
    },
  };
}

function entryOf({ document, journalId, name, file }: DocumentState) {
  return { id: journalId, name, file, bytes: new TextEncoder().encode(formatDocument(document)) };
}
