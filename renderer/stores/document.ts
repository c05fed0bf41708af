/** The document store: the truth. What is edited, its one history, the file it came from and what was last saved. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { apply } from '../../graph/diff.ts';
import type { Edit } from '../../graph/edit.ts';
import { emptyHistory, record, redo, seal, undo, walk, type History, type Step } from '../../graph/history.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { FileRef } from '../platform/platform.ts';

/** Where an edit acted: what undo and redo bring on screen. */
export type EditPlace = NonNullable<Edit['place']>;

/** A document that is open, on screen or in a tab behind it: plain data. */
export interface OpenDocument {
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
  /** It can be looked at and run, not edited: a newer version of Patchbay wrote it, or it is open elsewhere. */
  readonly readOnly: boolean;
  /** Read-only because another program has the file open: saved as another, it can be edited. */
  readonly elsewhere: boolean;
  /** When it was last saved in this session, in milliseconds since the epoch. */
  readonly savedAt: number | null;
  /** Names this document's unsaved edits in the journal, and tells it from every other that is or was open. */
  readonly journalId: string;
}

/** The document that is shown, and what is done to it. */
export interface DocumentState extends OpenDocument {
  /** Rises when another document is shown: tells that from an edit of this one. */
  readonly generation: number;

  /** Applies an edit and records it as one step of undo. Does nothing while the document is read-only. */
  readonly dispatch: (edit: Edit) => void;
  /** Reverses the last edit; null if there was none. */
  readonly undo: () => Edit | null;
  readonly redo: () => Edit | null;
  /** Goes to where so many steps lie behind; the edit that the way ended with. @throws {RangeError} */
  readonly walk: (position: number) => Edit | null;
  /** Shows another document; its history starts empty. */
  readonly replace: (document: PatchbayDocument, origin: DocumentOrigin) => void;
  /** Shows a document as it was left, with its history. */
  readonly enter: (open: OpenDocument) => void;
  /** Ends a burst of edits that coalesce: the next one is a step of its own. */
  readonly seal: () => void;
  /** The file now holds the document of `saved`, if that is a state of the one that is shown. */
  readonly markSaved: (saved: SavedState, file: FileRef) => void;
}

export interface DocumentOrigin {
  readonly file: FileRef | null;
  readonly name: string;
  /** Of a newer version. */
  readonly readOnly?: boolean;
  /** Another program has the file open, and edits it. */
  readonly elsewhere?: boolean;
  /** No file holds it: a document recovered from the journal. */
  readonly unsaved?: boolean;
  /** The journal entry that it was recovered from. */
  readonly journalId?: string;
}

/** What was written into a file; by the time that this is done, it may be edited on. */
export type SavedState = Pick<OpenDocument, 'document' | 'history' | 'journalId'>;

/** Set where an edit begins; panels/edit-clock.tsx measures `patchbay:edit` from it to the DOM that shows the edit. */
export const EDIT_MARK = 'patchbay:edit-start';
export const EDIT_MEASURE = 'patchbay:edit';

export type DocumentStore = StoreApi<DocumentState>;

/** True if closing the document would lose edits. */
export function isDirty(state: Pick<OpenDocument, 'document' | 'savedDocument'>): boolean {
  return state.document !== state.savedDocument;
}

/** A document as it is opened: nothing was done to it yet. */
export function openDocument(document: PatchbayDocument, origin: DocumentOrigin): OpenDocument {
  return {
    document,
    history: emptyHistory,
    savedDocument: origin.unsaved ? null : document,
    savedEntry: undefined,
    file: origin.file,
    name: origin.name,
    readOnly: origin.readOnly === true || origin.elsewhere === true,
    elsewhere: origin.elsewhere === true && !origin.readOnly,
    savedAt: null,
    journalId: origin.journalId ?? crypto.randomUUID(),
  };
}

/** What of the store's state is the document's. */
export function openDocumentOf(state: OpenDocument): OpenDocument {
  const { document, history, savedDocument, savedEntry, file, name, readOnly, elsewhere, savedAt, journalId } = state;
  return { document, history, savedDocument, savedEntry, file, name, readOnly, elsewhere, savedAt, journalId };
}

/** The open document after the file was written with `saved`, a state of it that may be older than this one. */
export function afterSave(open: OpenDocument, saved: SavedState, file: FileRef): OpenDocument {
  const { document, history } = open;
  // A burst ends where it was saved, so that undo finds the way back to what the file holds.
  const sealed = saved.document === document ? seal(history) : history;
  const savedEntry = (saved.document === document ? sealed : saved.history).past.at(-1);
  return {
    ...openDocumentOf(open),
    savedDocument: saved.document,
    savedEntry,
    history: sealed,
    // Only as another file is such a document saved at all.
    readOnly: open.readOnly && !open.elsewhere,
    elsewhere: false,
    file,
    name: file.name,
    savedAt: Date.now(),
  };
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
      ...openDocument(document, { file: null, name }),
      generation: 0,
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
      replace: (document, origin) => get().enter(openDocument(document, origin)),
      enter: (open) => set(({ generation }) => ({ ...open, generation: generation + 1 })),
      seal: () => {
        const sealed = seal(get().history);
        if (sealed !== get().history) set({ history: sealed });
      },
      markSaved: (saved, file) => {
        // Another document was shown while this one was written.
        if (get().journalId === saved.journalId) set(afterSave(get(), saved, file));
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

type Saved = Pick<OpenDocument, 'savedDocument' | 'savedEntry'>;
