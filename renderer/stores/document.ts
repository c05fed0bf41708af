/** The document store: the truth. What is edited, its one history, the file it came from and what was last saved. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { apply } from '../../graph/diff.ts';
import type { Edit } from '../../graph/edit.ts';
import { emptyHistory, record, redo, seal, undo, walk, type History, type Step } from '../../graph/history.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { FileRef } from '../platform/platform.ts';

/** Where an edit acted: what undo and redo bring on screen. */
export type EditPlace = NonNullable<Edit['place']>;

export interface DocumentState {
  readonly document: PatchbayDocument;
  readonly history: History;
  /** What the file holds. Undoing back to it restores this very value, so that identity tells dirty from clean. */
  readonly savedDocument: PatchbayDocument | null;
  /** The edit after which it was saved, or undefined for before the first. */
  readonly savedEntry: Edit | undefined;
  /** The file it is saved to; null for an untitled document. */
  readonly file: FileRef | null;
  /** Shown in the title: the file's name, or that of the template it was copied from. */
  readonly name: string;
  /** A file of a newer version of Patchbay: it can be looked at and run, not edited. */
  readonly readOnly: boolean;
  /** When it was last saved in this session, in milliseconds since the epoch. */
  readonly savedAt: number | null;
  /** Names this document's unsaved edits in the journal. */
  readonly journalId: string;
  /** Rises with every `replace`: tells another document from an edit of this one. */
  readonly generation: number;

  /** Applies an edit and records it as one step of undo. Does nothing while the document is read-only. */
  readonly dispatch: (edit: Edit) => void;
  /** Reverses the last edit; null if there was none. */
  readonly undo: () => Edit | null;
  readonly redo: () => Edit | null;
  /** Goes to where so many steps lie behind; the edit that the way ended with. @throws {RangeError} */
  readonly walk: (position: number) => Edit | null;
  /** Opens another document; its history starts empty. */
  readonly replace: (document: PatchbayDocument, origin: DocumentOrigin) => void;
  /** Ends a burst of edits that coalesce: the next one is a step of its own. */
  readonly seal: () => void;
  /** The file now holds the document of `saved`, a state that may be older than what is edited by now. */
  readonly markSaved: (saved: Pick<DocumentState, 'document' | 'history' | 'generation'>, file: FileRef) => void;
}

export interface DocumentOrigin {
  readonly file: FileRef | null;
  readonly name: string;
  readonly readOnly?: boolean;
  /** No file holds it: a document recovered from the journal. */
  readonly unsaved?: boolean;
  /** The journal entry that it was recovered from. */
  readonly journalId?: string;
}

/** Set where an edit begins; panels/edit-clock.tsx measures `patchbay:edit` from it to the DOM that shows the edit. */
export const EDIT_MARK = 'patchbay:edit-start';
export const EDIT_MEASURE = 'patchbay:edit';

export type DocumentStore = StoreApi<DocumentState>;

/** True if closing the document would lose edits. */
export function isDirty(state: Pick<DocumentState, 'document' | 'savedDocument'>): boolean {
  return state.document !== state.savedDocument;
}

/** A store that starts with this document, clean and untitled. */
export function createDocumentStore(document: PatchbayDocument, name: string): DocumentStore {
  return createStore<DocumentState>()((set, get) => {
    const move = (step: (history: History, document: PatchbayDocument) => Step | null): Edit | null => {
      const { history, ...state } = get();
      const moved = step(history, state.document);
      if (!moved) return null;
      performance.mark(EDIT_MARK);
      const document = atSaved(moved.history, state) ?? moved.document;
      set({ document, history: moved.history });
      return moved.edit;
    };
    return {
      ...opened(document, { file: null, name }, 0),
      dispatch: (edit) => {
        const { readOnly, history, ...state } = get();
        // What changes nothing is no edit: whoever follows the document hears nothing.
        if (readOnly || edit.diff.length === 0) return;
        performance.mark(EDIT_MARK);
        const document = apply(state.document, edit.diff);
        const recorded = record(history, edit);
        set({ document: atSaved(recorded, state) ?? document, history: recorded });
      },
      undo: () => move(undo),
      redo: () => move(redo),
      walk: (position) => move((history, document) => walk(history, document, position)),
      replace: (document, origin) => set(({ generation }) => opened(document, origin, generation + 1)),
      seal: () => {
        const sealed = seal(get().history);
        if (sealed !== get().history) set({ history: sealed });
      },
      markSaved: (saved, file) => {
        const { document, history, generation } = get();
        // Another document was opened while this one was written.
        if (generation !== saved.generation) return;
        // A burst ends where it was saved, so that undo finds the way back to what the file holds.
        const sealed = saved.document === document ? seal(history) : history;
        const savedEntry = (saved.document === document ? sealed : saved.history).past.at(-1);
        set({ savedDocument: saved.document, savedEntry, history: sealed, file, name: file.name, savedAt: Date.now() });
      },
    };
  });
}

/**
 * What the file holds, where a history leads to it: by undo and redo, and by a burst that ends where it began. Null
 * anywhere else.
 */
function atSaved({ past }: History, { savedDocument, savedEntry }: Saved): PatchbayDocument | null {
  return past.at(-1) === savedEntry ? savedDocument : null;
}

type Saved = Pick<DocumentState, 'savedDocument' | 'savedEntry'>;

function opened(document: PatchbayDocument, origin: DocumentOrigin, generation: number) {
  return {
    document,
    history: emptyHistory,
    savedDocument: origin.unsaved ? null : document,
    savedEntry: undefined,
    file: origin.file,
    name: origin.name,
    readOnly: origin.readOnly ?? false,
    savedAt: null,
    journalId: origin.journalId ?? crypto.randomUUID(),
    generation,
  };
}
