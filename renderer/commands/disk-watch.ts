/** Notices that another program wrote the file of the document that is shown, and lets the person choose between the two. */
import { equal } from '../../graph/diff.ts';
import { DocumentError, type ParsedFile } from '../../graph/file.ts';
import type { App } from '../app-context.ts';
import type { FileRef } from '../platform/platform.ts';
import { isDirty } from '../stores/document.ts';

export class DiskWatch {
  readonly #app: App;
  /** What was told of already, and kept, by file: it is not told again each time the window comes to the front. */
  readonly #told = new Map<string, string>();
  #looking = false;

  constructor(app: App) {
    this.#app = app;
  }

  /** Looks whether the file is still as it was opened or saved. @throws {PlatformError} where it cannot be read. */
  async look(): Promise<void> {
    const { file } = this.#app.document.getState();
    // One question at a time: what is asked now may be about this file.
    if (!file || this.#looking || this.#app.notices.getState().dialog !== null) return;
    this.#looking = true;
    try {
      const bytes = await this.#app.platform.readChanged(file);
      if (bytes && this.#app.document.getState().file?.id === file.id) await this.#tell(file, bytes);
    } finally {
      this.#looking = false;
    }
  }

  async #tell(file: FileRef, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const text = new TextDecoder().decode(bytes);
    if (this.#told.get(file.id) === text) return;
    this.#told.set(file.id, text);
    await tellChanged(this.#app, file, bytes);
  }
}

/** The file of the document that is shown holds these bytes: asks which of the two is to stay, if they differ. */
export async function tellChanged(app: App, file: FileRef, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const { document, tabs, notices, view, journal, platform } = app;
  const { savedDocument, elsewhere } = document.getState();
  const parsed = await parsedOrReason(app, bytes);
  if (typeof parsed === 'string') {
    notices.getState().tell(`${file.name} was changed by another program, and cannot be read now: ${parsed}`, 'error');
    return;
  }
  // Touched, or written with the same content.
  if (savedDocument && equal(parsed.document, savedDocument)) return;
  const dirty = isDirty(document.getState());
  const { button } = await notices.getState().ask({
    title: `${file.name} was changed by another program`,
    message: dirty
      ? 'Here it has edits that are not saved: to load what is in the file gives them up.'
      : 'Here it is shown as it was before.',
    buttons: [
      { id: 'cancel', label: 'Keep this' },
      { id: 'compare', label: 'Show what differs' },
      { id: 'load', label: 'Load the file', kind: dirty ? 'danger' : 'primary' },
    ],
  });
  // Another document may have been opened while the question stood.
  if (document.getState().file?.id !== file.id) return;
  if (button === 'compare') {
    view.getState().setCompared({ document: parsed.document, name: `${file.name}, as it is in the file`, file });
  } else if (button === 'load') {
    void journal.discard(document.getState().journalId);
    tabs.getState().replace(parsed.document, { file, name: file.name, readOnly: parsed.readOnly, elsewhere });
    view.getState().setScreen('editor');
    // To save over it is no question any more, unless somebody wrote it again while this one stood.
    const now = await platform.readChanged(file, true);
    if (now && !isSame(now, bytes)) await tellChanged(app, file, now);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}

async function parsedOrReason(app: App, bytes: Uint8Array<ArrayBuffer>): Promise<ParsedFile | string> {
  try {
    return await app.files.parse(bytes);
  } catch (error) {
    if (error instanceof DocumentError) return error.message;
    throw error;
  }
}
