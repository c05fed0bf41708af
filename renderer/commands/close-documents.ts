/** Documents go: tabs and the window close, and nothing unsaved goes without a question. */
import type { App } from '../app-context.ts';
import type { UnsavedAnswer } from '../platform/platform.ts';
import { isDirty } from '../stores/document.ts';
import { dirtyTabs, openTabs, type OpenTab, type TabId } from '../stores/tabs.ts';
import { activateTab, saveOpen } from './documents.ts';

/** Closes tabs, one after the other. @returns false if the person wants to keep one: it and those after it stay. */
export async function closeTabs(app: App, ids: readonly TabId[]): Promise<boolean> {
  for (const id of ids) {
    if (!(await mayClose(app, id))) return false;
    app.tabs.getState().close(id);
  }
  if (app.tabs.getState().activeId === null) app.view.getState().setScreen('gallery');
  return true;
}

/** Opens what was closed last. */
export function reopenTab(app: App): void {
  app.tabs.getState().reopen();
  app.view.getState().setScreen('editor');
}

/** Asks about all unsaved edits at once. @returns true if the window may close. */
export async function mayCloseWindow(app: App): Promise<boolean> {
  const dirty = dirtyTabs(app.tabs.getState(), app.document.getState());
  const [only] = dirty;
  if (!only) return true;
  if (dirty.length === 1) {
    if (!(await mayClose(app, only.id))) return false;
    // What was discarded or saved has left the journal before the page goes.
    await app.journal.flush();
    return true;
  }
  const { button } = await app.notices.getState().ask({
    title: `Save the edits of ${dirty.length} documents?`,
    message: 'They are lost if you do not save them.',
    detail: dirty.map(({ open }) => open.name).join('\n'),
    buttons: [
      { id: 'discard', label: 'Discard all', kind: 'danger' },
      { id: 'cancel', label: 'Keep editing' },
      { id: 'save', label: 'Save all', kind: 'primary' },
    ],
  });
  if (button === 'discard') {
    await Promise.all(dirty.map(({ open }) => app.journal.discard(open.journalId)));
    return true;
  }
  if (button !== 'save') return false;
  for (const tab of dirty) {
    // So that one sees what a question where to save it is about.
    if (tab.open.file === null) activateTab(app, tab.id);
    if (!(await saveOpen(app, tab.open))) return false;
  }
  await app.journal.flush();
  return true;
}

/** Asks what to do with the unsaved edits of a tab, if there are any, with its document on screen. */
async function mayClose(app: App, id: TabId): Promise<boolean> {
  const tab = tabOf(app, id);
  if (!tab || !isDirty(tab.open)) return true;
  activateTab(app, id);
  const { name, journalId } = tab.open;
  const answer = await (app.platform.confirmUnsaved?.(name) ?? askUnsaved(app, name));
  switch (answer) {
    case 'cancel':
      return false;
    case 'discard':
      // Not waited for: the tab goes at once, and the journal does one thing after the other.
      void app.journal.discard(journalId);
      return true;
    case 'save':
      return saveOpen(app, tabOf(app, id)?.open ?? tab.open);
    default:
      return answer satisfies never;
  }
}

function tabOf(app: App, id: TabId): OpenTab | undefined {
  return openTabs(app.tabs.getState(), app.document.getState()).find((tab) => tab.id === id);
}

/** The page's own question, where the shell has none. */
async function askUnsaved(app: App, name: string): Promise<UnsavedAnswer> {
  const { button } = await app.notices.getState().ask({
    title: `Save the edits of ${name}?`,
    message: 'They are lost if you do not save them.',
    buttons: [
      { id: 'discard', label: 'Discard edits', kind: 'danger' },
      { id: 'cancel', label: 'Keep editing' },
      { id: 'save', label: 'Save', kind: 'primary' },
    ],
  });
  return button === 'save' || button === 'discard' ? button : 'cancel';
}
