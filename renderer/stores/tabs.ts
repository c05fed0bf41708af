/**
 * The tabs store: the documents that are open, in the order of their tabs. The one that is shown lives in the document
 * store and the view store, where everybody reads it; of the others this keeps what they will come back with.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { FileRef } from '../platform/platform.ts';
import {
  afterSave,
  isDirty,
  openDocument,
  openDocumentOf,
  type DocumentOrigin,
  type DocumentStore,
  type OpenDocument,
  type SavedState,
} from './document.ts';
import { documentViewOf, type DocumentView, type ViewStore } from './view.ts';

export type TabId = string;

export interface Tab {
  readonly id: TabId;
  /** Null for the tab that is shown. */
  readonly left: LeftDocument | null;
}

/** A document as it was left: it comes back with its history, and one looks where one looked. */
export interface LeftDocument {
  readonly open: OpenDocument;
  readonly view: DocumentView;
  /** Bring back what companions have of it. */
  readonly restore: readonly (() => void)[];
}

/** Keeps something of the document that is shown elsewhere than in its stores: numbers of a comparison, written texts. */
export interface Companion {
  /** The document is left: nothing goes on into the next one. @returns brings back what there was. */
  leave(): () => void;
  /** A document comes that has nothing of it. */
  clear(): void;
}

export interface TabsState {
  /** Empty until a document is opened, and after the last was closed. */
  readonly tabs: readonly Tab[];
  readonly activeId: TabId | null;
  /** Tabs that were closed, the last one last, with the places where they stood. */
  readonly closed: readonly ClosedTab[];

  /** Shows another document in a tab of its own, right of the one that is shown. */
  readonly open: (document: PatchbayDocument, origin: DocumentOrigin) => TabId;
  /** Shows another document in the tab that is shown: what was there is let go. */
  readonly replace: (document: PatchbayDocument, origin: DocumentOrigin) => void;
  readonly activate: (id: TabId) => void;
  /**
   * Closes a tab, asked or not; the one right of it is shown next, or else the one left of it.
   * @param keep Whether it can be reopened: not what another window shows now.
   */
  readonly close: (id: TabId, keep?: boolean) => void;
  /** Moves a tab to this place among the others. */
  readonly move: (id: TabId, index: number) => void;
  /** Opens what was closed last, with its history. */
  readonly reopen: () => void;
  /**
   * A file was written with a state of this or that document, whichever is shown by now. Another tab that had the file
   * has none any more: saved again, it would undo this.
   * @returns names of such tabs.
   */
  readonly markSaved: (saved: SavedState, file: FileRef) => readonly string[];
}

export interface ClosedTab extends Tab {
  readonly left: LeftDocument;
  readonly index: number;
}

export type TabsStore = StoreApi<TabsState>;

/** More are not kept for `reopen`. */
const MOST_CLOSED = 25;

export interface TabsSurroundings {
  /** Its document is the first tab, if the view store shows the editor. */
  readonly document: DocumentStore;
  readonly view: ViewStore;
  readonly companions: readonly Companion[];
  /** What the document store holds while nothing is open. */
  readonly nothing: () => PatchbayDocument;
}

export function createTabsStore({ document: documents, view, companions, nothing }: TabsSurroundings): TabsStore {
  const leave = (): LeftDocument => ({
    open: openDocumentOf(documents.getState()),
    view: documentViewOf(view.getState()),
    restore: companions.map((companion) => companion.leave()),
  });
  const enter = ({ open, view: seen, restore }: LeftDocument): void => {
    // First: whoever follows the document store finds the place that is looked at.
    view.getState().reset(seen);
    documents.getState().enter(open);
    for (const bringBack of restore) bringBack();
  };
  const enterNew = (open: OpenDocument): void => {
    view.getState().reset();
    documents.getState().enter(open);
    for (const companion of companions) companion.clear();
  };

  return createStore<TabsState>()((set, get) => {
    const first: Tab[] = view.getState().screen === 'editor' ? [{ id: crypto.randomUUID(), left: null }] : [];
    /** The tabs, with what is shown put into its tab. */
    const allLeft = (): readonly Tab[] => {
      const { tabs, activeId } = get();
      return tabs.map((tab) => (tab.id === activeId ? { ...tab, left: leave() } : tab));
    };
    const show = (tabs: readonly Tab[], activeId: TabId): void => {
      const { left } = tabs.find(({ id }) => id === activeId)!;
      set({ tabs: tabs.map((tab) => (tab.id === activeId ? { ...tab, left: null } : tab)), activeId });
      if (left) enter(left);
    };
    return {
      tabs: first,
      activeId: first[0]?.id ?? null,
      closed: [],
      open: (document, origin) => {
        const id = crypto.randomUUID();
        const tabs = allLeft();
        const place = tabs.findIndex((tab) => tab.id === get().activeId) + 1;
        set({ tabs: tabs.toSpliced(place, 0, { id, left: null }), activeId: id });
        // A copy: what is derived follows a document by its identity, and a template may be opened twice.
        enterNew(openDocument({ ...document }, origin));
        return id;
      },
      replace: (document, origin) => {
        // What companions do for it ends, and is not kept.
        for (const companion of companions) companion.leave();
        enterNew(openDocument(document, origin));
      },
      activate: (id) => {
        const { tabs, activeId } = get();
        if (id !== activeId && tabs.some((tab) => tab.id === id)) show(allLeft(), id);
      },
      close: (id, keep = true) => {
        const index = get().tabs.findIndex((tab) => tab.id === id);
        if (index < 0) return;
        const wasShown = get().activeId === id;
        const tabs = wasShown ? allLeft() : get().tabs;
        const rest = tabs.toSpliced(index, 1);
        const left = tabs[index]!.left!;
        if (keep) set({ closed: [...get().closed, { id, left, index }].slice(-MOST_CLOSED) });
        const next = rest[Math.min(index, rest.length - 1)];
        if (!wasShown) set({ tabs: rest });
        else if (next) show(rest, next.id);
        else {
          set({ tabs: [], activeId: null });
          enterNew(openDocument(nothing(), { file: null, name: 'Untitled' }));
        }
      },
      move: (id, index) => {
        const { tabs } = get();
        const tab = tabs.find((each) => each.id === id);
        if (tab) set({ tabs: tabs.filter((each) => each !== tab).toSpliced(index, 0, tab) });
      },
      reopen: () => {
        const last = get().closed.at(-1);
        if (!last) return;
        const { id, left, index } = last;
        set({ closed: get().closed.slice(0, -1) });
        show(allLeft().toSpliced(index, 0, { id, left }), id);
      },
      markSaved: (saved, file) => {
        documents.getState().markSaved(saved, file);
        const lost: string[] = [];
        const after = (open: OpenDocument): OpenDocument => {
          if (open.journalId === saved.journalId) return afterSave(open, saved, file);
          if (open.file?.id !== file.id) return open;
          lost.push(open.name);
          return { ...open, file: null, savedDocument: null };
        };
        const told = <T extends Tab>(tab: T): T => {
          const open = tab.left && after(tab.left.open);
          return open === null || open === tab.left?.open ? tab : { ...tab, left: { ...tab.left, open } };
        };
        set({ tabs: get().tabs.map(told), closed: get().closed.map(told) });
        return lost;
      },
    };
  });
}

/** A document that is open, as its tab tells it. */
export interface OpenTab {
  readonly id: TabId;
  readonly active: boolean;
  readonly open: OpenDocument;
}

/** All that are open, in the order of their tabs. */
export function openTabs({ tabs, activeId }: TabsState, shown: OpenDocument): readonly OpenTab[] {
  return tabs.map(({ id, left }) => ({ id, active: id === activeId, open: left?.open ?? shown }));
}

/** Those with unsaved edits. */
export function dirtyTabs(state: TabsState, shown: OpenDocument): readonly OpenTab[] {
  return openTabs(state, shown).filter(({ open }) => isDirty(open));
}
