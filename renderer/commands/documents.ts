/** Documents come and go: new, open, templates, save, recovery; nothing unsaved goes without a question. */
import { DocumentError, formatDocument, parseDocument, type ParsedFile } from '../../graph/file.ts';
import { FORMAT_VERSION, type PatchbayDocument } from '../../graph/schema.ts';
import type { Template } from '../../templates/registry.ts';
import type { App } from '../app-context.ts';
import type { FileRef, FoundJournalEntry, OpenedFile, UnsavedAnswer } from '../platform/platform.ts';
import { replay } from '../session/journal-log.ts';
import { messageOf } from '../session/message-of.ts';
import { isDirty, type DocumentOrigin } from '../stores/document.ts';

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

export async function newDocument(app: App): Promise<void> {
  await show(app, emptyDocument(), { file: null, name: 'Untitled' });
}

/** Opens a template as an untitled copy. */
export async function openTemplate(app: App, template: Template): Promise<void> {
  await show(app, await template.load(), { file: null, name: template.title });
}

export async function openWithDialog(app: App): Promise<void> {
  const opened = await app.platform.openFile();
  if (opened) await openBytes(app, opened);
}

export async function openRecent(app: App, id: string): Promise<void> {
  const opened = await app.platform.openRecent(id);
  if (opened) await openBytes(app, opened);
}

/** Opens a file's bytes, wherever they came from; a file that cannot be read is told, and what was open stays. */
export async function openBytes(app: App, { file, name, bytes }: OpenedFile): Promise<void> {
  const parsed = await parse(app, name, bytes);
  if (parsed) await show(app, parsed.document, { file, name, readOnly: parsed.readOnly });
}

/** A document of a file that is chosen, to be looked into; null if none was, or it cannot be read, which is told. */
export async function readWithDialog(
  app: App,
): Promise<{ readonly name: string; readonly document: PatchbayDocument } | null> {
  const opened = await app.platform.openFile();
  const parsed = opened && (await parse(app, opened.name, opened.bytes));
  return parsed && { name: opened.name, document: parsed.document };
}

/** Opens edits that a crash left in the journal; they stay unsaved, under the same journal entry. */
export async function recover(app: App, entry: FoundJournalEntry): Promise<void> {
  const parsed = await parse(app, entry.name, new TextEncoder().encode(replay(entry.bytes)));
  if (!parsed) return;
  const { file, name, id: journalId } = entry;
  await show(app, parsed.document, { file, name, readOnly: parsed.readOnly, unsaved: true, journalId });
}

/** @returns false if the person cancelled or it could not be saved, which is told. */
export async function save(app: App): Promise<boolean> {
  return saveTo(app, app.document.getState().file);
}

export async function saveAs(app: App): Promise<boolean> {
  return saveTo(app, null);
}

/** Asks what to do with unsaved edits, if there are any. @returns true if the document may go. */
export async function mayLeave(app: App): Promise<boolean> {
  const state = app.document.getState();
  if (!isDirty(state)) return true;
  const answer = await (app.platform.confirmUnsaved?.(state.name) ?? askUnsaved(app, state.name));
  switch (answer) {
    case 'cancel':
      return false;
    case 'discard':
      return true;
    case 'save':
      return save(app);
    default:
      return answer satisfies never;
  }
}

/** Shows the gallery, with what is open left as it is. */
export function showGallery(app: App): void {
  app.view.getState().setScreen('gallery');
}

async function show(app: App, document: PatchbayDocument, origin: DocumentOrigin): Promise<void> {
  if (!(await mayLeave(app))) return;
  void app.journal.discard(app.document.getState().journalId);
  app.view.getState().reset();
  app.document.getState().replace(document, origin);
  app.view.getState().setScreen('editor');
}

async function saveTo(app: App, file: FileRef | null): Promise<boolean> {
  const saving = app.document.getState();
  const { name, markSaved } = saving;
  const bytes = new TextEncoder().encode(formatDocument(saving.document));
  try {
    const saved = await app.platform.saveFile(file, withEnding(name), bytes);
    if (!saved) return false;
    markSaved(saving, saved);
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

async function parse(app: App, name: string, bytes: Uint8Array): Promise<ParsedFile | null> {
  try {
    const parsed = parseDocument(bytes);
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

function withEnding(name: string): string {
  return name.endsWith(FILE_ENDING) ? name : `${name}${FILE_ENDING}`;
}
