/** Nodes on the clipboard: kept here for the menu, and written to the system's as text, for another window. */
import { copySelection, parseClipboard, paste, type ClipboardPayload } from '../../graph/edits.ts';
import type { App } from '../app-context.ts';
import { openModule } from './open-module.ts';

export interface Clipboard {
  /** What was copied last in this window; null if nothing was. */
  payload: ClipboardPayload | null;
}

export function createClipboard(): Clipboard {
  return { payload: null };
}

/** Each copy of a copy goes a little further, so that they do not hide each other. */
const DUPLICATE_OFFSET = 32;

export async function copyNodes(app: App): Promise<void> {
  const { document } = app.document.getState();
  const payload = copySelection(document, openModule(app).name, [...app.view.getState().selection]);
  app.clipboard.payload = payload;
  await app.platform.copyText(JSON.stringify(payload));
}

/**
 * Pastes what was copied in this window under the pointer.
 * @param keepIncoming With the wires that came from nodes that were not copied.
 */
export function pasteNodes(app: App, keepIncoming = false): void {
  if (app.clipboard.payload) insert(app, app.clipboard.payload, pointer(app), keepIncoming);
}

/** Pastes a text from the system's clipboard, if it is one of ours. @returns false if it is not. */
export function pasteText(app: App, text: string): boolean {
  const payload = parseClipboard(text);
  if (!payload) return false;
  insert(app, payload, pointer(app));
  return true;
}

export function duplicateNodes(app: App): void {
  const { document } = app.document.getState();
  const module = openModule(app);
  const { selection } = app.view.getState();
  const nodes = module.nodes.filter(({ id }) => selection.has(id));
  const left = Math.min(...nodes.map(({ position }) => position[0]));
  const top = Math.min(...nodes.map(({ position }) => position[1]));
  const payload = copySelection(document, module.name, [...selection]);
  insert(app, payload, [left + DUPLICATE_OFFSET, top + DUPLICATE_OFFSET]);
}

function insert(app: App, payload: ClipboardPayload, at: readonly [number, number], keepIncoming = false): void {
  const { document, dispatch } = app.document.getState();
  const edit = paste(document, openModule(app).name, payload, at, keepIncoming);
  dispatch(edit);
  app.view.getState().select(edit.place?.nodeIds ?? []);
}

function pointer(app: App): readonly [number, number] {
  return app.canvas.current?.insertionPoint() ?? [0, 0];
}
