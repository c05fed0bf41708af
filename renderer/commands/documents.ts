/** Documents come and are saved: new, open, templates, recovery. Each has its tab; close-documents.ts lets them go. */
import { DocumentError, formatDocument, type ParsedFile } from '../../graph/file.ts';
import { FORMAT_VERSION, type PatchbayDocument } from '../../graph/schema.ts';
import type { Template } from '../../templates/registry.ts';
import type { App } from '../app-context.ts';
import type { FileRef, FoundJournalEntry, OpenedFile } from '../platform/platform.ts';
import { askHowToOpen } from './open-elsewhere.ts';
import { chooseRecovery } from './recovered-edits.ts';
import { settleText } from '../platform/text-editing.ts';
import { replay } from '../session/journal-log.ts';
import { messageOf } from '../session/message-of.ts';
import { isDirty, type DocumentOrigin, type OpenDocument } from '../stores/document.ts';
import { openTabs, type TabId } from '../stores/tabs.ts';
import { tellChanged } from './disk-watch.ts';
import { withProgress } from './with-progress.ts';

export const FILE_ENDING = '.patchbay';

/** A document with an empty main module. */
export function emptyDocument(): PatchbayDocument {
  return {
    format: 'patchbay',
    version: FORMAT_VERSION,
    seed: 0,
    main: 'Model',
    presets: [],
    modules: [{ name: 'Model', hyperparameters: [], sizes: [], nodes: [], edges: [] }],
    assets: [],
  };
}

export function newDocument(app: App): void {
  open(app, emptyDocument(), { file: null, name: freeName(app, 'Untitled') });
}

/** Opens a template as an untitled copy. */
export async function openTemplate(app: App, template: Template): Promise<void> {
  const document = await template.load();
  openInPlace(app, document, { file: null, name: freeName(app, template.title) });
}

export async function openWithDialog(app: App): Promise<void> {
  await openAll(app, await app.platform.openFiles());
}

/** Opens a file of the recent ones; if it cannot be, the person may take it from the list. */
export async function openRecent(app: App, { id, name }: FileRef): Promise<void> {
  let opened: OpenedFile | null;
  try {
    opened = await app.platform.openRecent(id);
  } catch (error) {
    const { button } = await app.notices.getState().ask({
      title: `${name} cannot be opened`,
      message: messageOf(error),
      buttons: [
        { id: 'forget', label: 'Remove from the list' },
        { id: 'cancel', label: 'Keep it', kind: 'primary' },
      ],
    });
    if (button === 'forget') await app.platform.forgetRecent(id);
    return;
  }
  if (opened) await openBytes(app, opened);
}

/** Opens several of the recent ones, each in its tab. */
export async function openFiles(app: App, files: readonly FileRef[]): Promise<void> {
  for (const file of files) await openRecent(app, file);
}

/**
 * Opens a file's bytes, wherever they came from. A file that is open already is shown in its tab; one that cannot be
 * read is told, and what was open stays.
 */
export async function openBytes(app: App, { file, name, bytes }: OpenedFile): Promise<void> {
  if (await showOpen(app, file, bytes)) return;
  const opening = file ? await askHowToOpen(app, file) : 'to-edit';
  if (opening === null) return;
  const parsed = await parse(app, name, bytes);
  if (!parsed) {
    if (file) app.claims.release(file);
    return;
  }
  // Asked for twice, it was opened while this one was read.
  if (await showOpen(app, file, bytes)) return;
  const { document, readOnly } = parsed;
  const elsewhere = opening === 'read-only';
  openInPlace(app, document, { file, name: file ? name : freeName(app, name), readOnly, elsewhere });
}

/** Opens what another window hands over, in a tab of its own. */
export function openMoved(app: App, document: PatchbayDocument, origin: DocumentOrigin): void {
  open(app, document, origin);
}

/** Opens what was imported: no file holds it yet. */
export function openImported(app: App, document: PatchbayDocument, name: string): void {
  openInPlace(app, document, { file: null, name: freeName(app, name), unsaved: true });
}

/** Shows the tab of a file that is open, and tells if it holds something else by now. @returns false if it is not open. */
async function showOpen(app: App, file: FileRef | null, bytes: OpenedFile['bytes']): Promise<boolean> {
  const known = openTabs(app.tabs.getState(), app.document.getState()).find(({ open }) => open.file?.id === file?.id);
  if (!file || !known) return false;
  activateTab(app, known.id);
  if (known.open.savedDocument) await tellChanged(app, file, bytes);
  else app.notices.getState().tell(`${file.name} is open already, with edits that were recovered`);
  return true;
}

/** Opens several, each in its tab, in their order. */
export async function openAll(app: App, files: readonly OpenedFile[]): Promise<void> {
  for (const file of files) await openBytes(app, file);
}

/** A document of a file that is chosen, to be looked into; null if none was, or it cannot be read, which is told. */
export async function readWithDialog(
  app: App,
): Promise<{ readonly name: string; readonly document: PatchbayDocument } | null> {
  const opened = await app.platform.openFile();
  const parsed = opened && (await parse(app, opened.name, opened.bytes));
  return parsed && { name: opened.name, document: parsed.document };
}

/**
 * Opens edits that a crash left in the journal; they stay unsaved, under the same journal entry. Where their file was
 * written after them, the person chooses: the edits, the file, or both.
 */
export async function recover(app: App, entry: FoundJournalEntry): Promise<void> {
  const { platform, notices } = app;
  if (!(await platform.journal.claim(entry.id))) {
    notices.getState().tell(`The edits of ${entry.name} are open in another window, or gone`);
    return;
  }
  let opened = false;
  try {
    opened = await openEntry(app, entry);
  } finally {
    // Whoever cancels leaves it as it is, for this window and others.
    if (!opened) await platform.journal.release(entry.id);
  }
}

/** @returns whether the entry is done with, or its document open. */
async function openEntry(app: App, entry: FoundJournalEntry): Promise<boolean> {
  const { name, id: journalId } = entry;
  const file = await freeFileOf(app, entry);
  // First: the shell may ask the person, for as long as it takes this to be what they just did.
  const written = file && (await app.platform.readChangedSince(entry, file));
  const parsed = await parse(app, name, new TextEncoder().encode(replay(entry.bytes)));
  if (!parsed) return false;
  const choice = written ? await chooseRecovery(app, name, parsed.document, written) : 'edits';
  if (choice === 'cancel') {
    if (file) app.claims.release(file);
    return false;
  }
  if (written) {
    // The person knows of it now: neither the next look at the disk nor the next save has to ask again.
    const bytes = (await app.platform.readChanged(file, true)) ?? written;
    if (choice !== 'edits') await openBytes(app, { file, name, bytes });
  }
  if (choice === 'file') {
    await app.journal.discard(journalId);
    return true;
  }
  // Of two in tabs the one from the file is saved to it.
  const own = choice === 'both' ? null : file;
  openInPlace(app, parsed.document, { file: own, name, readOnly: parsed.readOnly, unsaved: true, journalId });
  return true;
}

/** The file that the edits are saved to; null where a tab or another window has it, which then is the one that saves. */
async function freeFileOf(app: App, { file }: FoundJournalEntry): Promise<FileRef | null> {
  if (!file) return null;
  const isOpen = openTabs(app.tabs.getState(), app.document.getState()).some(({ open }) => open.file?.id === file.id);
  if (isOpen) return null;
  if ((await app.claims.claim(file, false)) === 'own') return file;
  app.claims.release(file);
  app.notices.getState().tell(`${file.name} is open elsewhere: the edits open as a document of their own`);
  return null;
}

/** Recovers several, the newest first, each in its tab. */
export async function recoverAll(app: App, entries: readonly FoundJournalEntry[]): Promise<void> {
  for (const entry of entries) await recover(app, entry);
}

/** @returns false if the person cancelled or it could not be saved, which is told. */
export async function save(app: App): Promise<boolean> {
  const state = app.document.getState();
  return saveTo(app, state, state.file);
}

export async function saveAs(app: App): Promise<boolean> {
  return saveTo(app, app.document.getState(), null);
}

/** Saves a document, whether it is shown or not. @returns as `save`. */
export async function saveOpen(app: App, open: OpenDocument): Promise<boolean> {
  return saveTo(app, open, open.file);
}

/** Shows the gallery, with what is open left as it is. */
export function showGallery(app: App): void {
  app.view.getState().setScreen('gallery');
}

/** Shows a tab, on the editor. */
export function activateTab(app: App, id: TabId): void {
  leaveShown(app);
  app.tabs.getState().activate(id);
  app.view.getState().setScreen('editor');
}

/** What is open over the document that is shown goes with it: nothing of it may act on the next one. */
function leaveShown(app: App): void {
  settleText();
  if (app.notices.getState().dialog) app.notices.getState().answer('cancel');
  if (app.view.getState().exporting) {
    app.notices.getState().tell(`The export of ${app.document.getState().name} was closed: another document is shown`);
  }
}

/** Opens in a tab of its own. */
function open(app: App, document: PatchbayDocument, origin: DocumentOrigin): void {
  leaveShown(app);
  app.tabs.getState().open(document, origin);
  app.view.getState().setScreen('editor');
}

/** Opens in a tab of its own, or in that of a new document that nothing was done with. */
function openInPlace(app: App, document: PatchbayDocument, origin: DocumentOrigin): void {
  if (app.tabs.getState().activeId !== null && isUntouched(app.document.getState())) {
    leaveShown(app);
    app.tabs.getState().replace(document, origin);
    app.view.getState().setScreen('editor');
  } else open(app, document, origin);
}

function isUntouched(open: OpenDocument): boolean {
  const { document, history, file } = open;
  if (file !== null || isDirty(open) || history.past.length + history.future.length > 0) return false;
  const isSmall = document.modules.length === 1 && document.modules[0]!.nodes.length === 0;
  return isSmall && formatDocument(document) === formatDocument(emptyDocument());
}

/** `Untitled`, `Untitled 2`, …: the first that no tab has. */
function freeName(app: App, name: string): string {
  const taken = new Set(
    openTabs(app.tabs.getState(), app.document.getState()).map(({ open: { name: other } }) => other),
  );
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name} ${number}`;
  return free;
}

async function saveTo(app: App, saving: OpenDocument, file: FileRef | null): Promise<boolean> {
  const { name, journalId } = saving;
  try {
    const bytes = await withProgress(app, `Saving ${name}`, (job) => app.files.format(saving.document, job));
    if (!bytes) return false;
    const saved = await app.platform.saveFile(file, withEnding(name), bytes);
    if (!saved) return false;
    const { markSaved } = app.tabs.getState();
    for (const other of markSaved(saving, saved)) {
      app.notices.getState().tell(`${other} was open in another tab, which now is a document without a file`);
    }
    // The journal follows the document that is shown; of others it is told.
    const now = openTabs(app.tabs.getState(), app.document.getState()).find(({ open }) => open.journalId === journalId);
    if (now && !now.active && !isDirty(now.open)) await app.journal.discard(journalId);
    app.notices.getState().tell(`Saved ${saved.name}`);
    return true;
  } catch (error) {
    await app.notices.getState().ask({
      title: `${file?.name ?? name} was not saved`,
      message: 'The document is still open, with its edits. Save it in another place.',
      detail: messageOf(error),
      buttons: [{ id: 'close', label: 'Keep editing', kind: 'primary' }],
    });
    return false;
  }
}

/** A document of these bytes; null if they hold none, which is told. */
export async function parse(app: App, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<ParsedFile | null> {
  try {
    const parsed = await withProgress(app, `Opening ${name}`, (job) => app.files.parse(bytes, job));
    if (!parsed) return null;
    const [first, ...others] = parsed.problems;
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    if (first) app.notices.getState().tell(`${name}: ${first.message}${more}`);
    return parsed;
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    await app.notices.getState().ask({
      title: `${name} cannot be opened`,
      message: 'It is not a Patchbay document, or it is damaged. What was open is unchanged.',
      detail: error.message,
      buttons: [{ id: 'close', label: 'Close', kind: 'primary' }],
    });
    return null;
  }
}

function withEnding(name: string): string {
  return name.endsWith(FILE_ENDING) ? name : `${name}${FILE_ENDING}`;
}
