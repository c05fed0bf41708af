/** Several windows: a document moves from one to another, and a file that another window was asked for is shown here. */
import type { App } from '../app-context.ts';
import type { MovedDocument } from '../platform/platform.ts';
import { settleText } from '../platform/text-editing.ts';
import { isDirty, type OpenDocument } from '../stores/document.ts';
import { openTabs, type TabId } from '../stores/tabs.ts';
import type { Command } from './command.ts';
import { all, always, onEditor } from './conditions.ts';
import { activateTab, openMoved, parse } from './documents.ts';

export const WINDOW_COMMANDS: readonly Command[] = [
  {
    id: 'file.new-window',
    title: 'New window',
    group: 'file',
    // A browser keeps Ctrl+Shift+N for itself.
    keys: ['Mod+Shift+N', 'Mod+Alt+Shift+N'],
    inText: true,
    when: always,
    run: (app) => app.platform.newWindow(),
  },
  {
    id: 'file.move-to-window',
    title: 'Move to a new window',
    group: 'file',
    when: all(
      onEditor,
      (app) => app.platform.moveDocument !== null || 'Only documents of the desktop application move',
    ),
    run: async (app) => {
      const { activeId } = app.tabs.getState();
      if (activeId !== null) await moveToWindow(app, activeId);
    },
  },
];

/** Moves a document, with its unsaved edits; its history starts anew there. */
export async function moveToWindow(app: App, id: TabId): Promise<void> {
  const { platform, tabs, view } = app;
  if (!(await platform.moveDocument?.(() => documentOf(app, id)))) return;
  tabs.getState().close(id, false);
  if (tabs.getState().activeId === null) view.getState().setScreen('gallery');
}

/** Another window hands over a document. */
export async function takeMoved(app: App, { name, file, bytes, unsaved, journalId }: MovedDocument): Promise<void> {
  const parsed = await parse(app, name, bytes);
  if (!parsed) return;
  const claim = file ? await app.claims.claim(file, false) : 'own';
  // Another program has it, as it had before: what is edited stays so, and the rest is looked at.
  const elsewhere = claim !== 'own' && !unsaved;
  if (elsewhere && file) app.claims.release(file);
  openMoved(app, parsed.document, { file, name, readOnly: parsed.readOnly, elsewhere, unsaved, journalId });
}

/** Shows a file that is open here; nothing happens where it was closed meanwhile. */
export function showFile(app: App, fileId: string): void {
  const tab = openTabs(app.tabs.getState(), app.document.getState()).find(({ open }) => open.file?.id === fileId);
  if (tab) activateTab(app, tab.id);
}

/** The document as it is once all of it is written down; null where its tab was closed meanwhile. */
async function documentOf(app: App, id: TabId): Promise<MovedDocument | null> {
  settleText();
  for (;;) {
    const open = openOf(app, id);
    const bytes = open && (await app.files.format(open.document));
    await app.journal.flush();
    if (!open || !bytes) return null;
    // Edited while it was written down: once more.
    if (openOf(app, id)?.document !== open.document) continue;
    const { name, file, journalId } = open;
    return { name, file, bytes, unsaved: isDirty(open), journalId };
  }
}

function openOf(app: App, id: TabId): OpenDocument | null {
  return openTabs(app.tabs.getState(), app.document.getState()).find((tab) => tab.id === id)?.open ?? null;
}
