/** What is selected, on the clipboard: kept here for the menu, and written to the system's as text, for another window. */
import { apply } from '../../graph/diff.ts';
import {
  countSelection,
  copySelection,
  parseClipboard,
  paste,
  type ClipboardPayload,
  type DecorationRef,
} from '../../graph/edits.ts';
import { NODES } from '../../nodes/registry.ts';
import type { App } from '../app-context.ts';
import { roomBelow } from '../canvas/arrange.ts';
import { boundsOf, type Box, type Point } from '../canvas/geometry.ts';
import { decorationKey, followersOf, markOf, placeOf } from '../canvas/marks.ts';
import { createProjector, type ModuleView } from '../canvas/node-view.ts';
import { boxesOf } from './boxes.ts';
import type { Command } from './command.ts';
import { openModule } from './open-module.ts';

export interface Clipboard {
  /** What was copied last in this window; null if nothing was. */
  payload: ClipboardPayload | null;
  /** It is on its way to the system's clipboard, which still has what was there before. */
  isWriting: boolean;
}

export function createClipboard(): Clipboard {
  return { payload: null, isWriting: false };
}

/** Each copy of a copy goes a little further, so that they do not hide each other. */
const DUPLICATE_OFFSET = 32;

/** What a copy takes along. */
interface Copied {
  readonly nodeIds: readonly string[];
  readonly decorations: readonly DecorationRef[];
}

/** What is selected, and what the frames among it hold: that moves along with them, too. */
export function copied(app: App): Copied {
  const marked = app.canvas.current?.marks().decorations ?? [];
  return sorted(app, [...app.view.getState().selection, ...marked.map(decorationKey)]);
}

/** Of React Flow ids, with what follows them. */
function sorted(app: App, keys: readonly string[]): Copied {
  const all = [...keys, ...followersOf(keys, viewOf(app))];
  const marks = all.map((key) => ({ key, mark: markOf(key) }));
  return {
    nodeIds: marks.flatMap(({ key, mark }) => (mark === null ? [key] : [])),
    decorations: marks.flatMap(({ mark }) => (mark === null || mark.kind === 'reroute' ? [] : [mark])),
  };
}

function viewOf(app: App): ModuleView {
  return createProjector(NODES)(app.document.getState().document, openModule(app).name);
}

/** Reroute points alone are no copy: they go with their wire. */
export const anythingToCopy: Command['when'] = (app) => {
  const { screen, selection } = app.view.getState();
  if (screen !== 'editor') return 'No document is open';
  if (selection.size > 0) return true;
  return app.canvas.current?.marks().decorations.length ? true : 'No node, note or frame is selected';
};

/** `2 nodes and 1 note or frame`. */
export function describe({ nodeIds, decorations }: Copied): string {
  return countSelection(nodeIds.length, decorations.length);
}

export async function copySelected(app: App): Promise<void> {
  const payload = payloadOf(app, copied(app));
  app.clipboard.payload = payload;
  app.clipboard.isWriting = true;
  try {
    await app.platform.copyText(JSON.stringify(payload));
  } finally {
    if (app.clipboard.payload === payload) app.clipboard.isWriting = false;
  }
  app.notices.getState().say(`Copied ${describe(copied(app))}`);
}

/**
 * Pastes what was copied in this window under the pointer.
 * @param keepIncoming With the wires that came from nodes that were not copied.
 */
export function pasteCopied(app: App, keepIncoming = false): void {
  if (app.clipboard.payload) insertAtPointer(app, app.clipboard.payload, keepIncoming);
}

/** Pastes a text from the system's clipboard, if it is one of ours. @returns false if it is not. */
export function pasteText(app: App, text: string): boolean {
  // Who pastes at once means what was copied, which the text is not yet.
  const payload = app.clipboard.isWriting ? app.clipboard.payload : parseClipboard(text);
  if (!payload) return false;
  insertAtPointer(app, payload);
  return true;
}

export function duplicateSelected(app: App): void {
  const chosen = copied(app);
  const view = viewOf(app);
  const keys = [...chosen.nodeIds, ...chosen.decorations.map(decorationKey)];
  const places = keys.flatMap((key) => placeOf(view, key) ?? []);
  const corner = {
    x: Math.min(...places.map(({ x }) => x)) + DUPLICATE_OFFSET,
    y: Math.min(...places.map(({ y }) => y)) + DUPLICATE_OFFSET,
  };
  duplicate(app, chosen, corner);
}

/** Copies of what these outlines are of, by React Flow id, where they lie. */
export function duplicateTo(app: App, boxes: ReadonlyMap<string, Box>): void {
  const at = boundsOf(boxes.values());
  if (at) duplicate(app, sorted(app, [...boxes.keys()]), at);
}

function duplicate(app: App, chosen: Copied, { x, y }: Point): void {
  insert(app, payloadOf(app, chosen), [Math.round(x), Math.round(y)], false, `Duplicate ${describe(chosen)}`);
}

function payloadOf(app: App, { nodeIds, decorations }: Copied): ClipboardPayload {
  return copySelection(app.document.getState().document, openModule(app).name, nodeIds, decorations);
}

function insert(
  app: App,
  payload: ClipboardPayload,
  at: readonly [number, number],
  keepIncoming = false,
  title?: string,
): void {
  const { document, dispatch } = app.document.getState();
  const { decorations, ...edit } = paste(document, openModule(app).name, payload, at, keepIncoming);
  dispatch(title === undefined ? edit : { ...edit, title });
  app.view.getState().select(edit.place?.nodeIds ?? []);
  app.canvas.current?.mark(decorations);
}

/** Under the pointer; where none is over the canvas, in its middle, or below what lies there. */
function insertAtPointer(app: App, payload: ClipboardPayload, keepIncoming = false): void {
  const { document } = app.document.getState();
  const { name } = openModule(app);
  const [x, y] = app.canvas.current?.insertionPoint() ?? [0, 0];
  if (app.canvas.current?.insertionPointOnScreen().free !== true) {
    insert(app, payload, [x, y], keepIncoming);
    return;
  }
  const { diff, place } = paste(document, name, payload, [x, y], keepIncoming);
  const nodeIds = place?.nodeIds ?? [];
  insert(app, payload, [x, y + roomBelow(boxesOf(apply(document, diff), name), nodeIds)], keepIncoming);
  // Their cards are there after the next frame.
  requestAnimationFrame(() => app.canvas.current?.reveal(nodeIds));
}
