/** Keys of the canvas: what acts on the node that has the focus, and on what is selected. Commands have the rest. */
import type { App } from '../app-context.ts';
import type { CanvasTools } from './canvas-context.ts';
import { focusedAt, focusItem, itemOf, type Focused } from './focus.ts';
import { GRID } from './geometry.ts';
import { markOf } from './marks.ts';
import { handlePortKey } from './port-keys.ts';
import { refOf, type PlacedNode } from './ports.ts';
import { arrowOf, inOrder, walk, type Going } from './walking.ts';

/** What a key press tells; React's event and the browser's both do. */
export type CanvasKey = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'target'>;

/** @returns false for a key that is not the canvas's: fields, ports and commands have it. */
export function handleCanvasKey(event: CanvasKey, app: App, tools: CanvasTools): boolean {
  if (isTyping(event.target)) return false;
  const focused = focusedAt(event.target);
  if (focused?.kind === 'port' && handlePortKey(event, focused.ref, app, tools)) return true;
  if (holdMark(event, focused, app, tools) && event.key === 'Enter') return true;
  const arrow = arrowOf(event.key);
  if (arrow && event.altKey && !event.ctrlKey && !event.metaKey) {
    if (focused?.kind === 'node') selectIfAlone(app, focused.id);
    return tools.actions.nudge({ x: arrow.x * step(event), y: arrow.y * step(event) });
  }
  if (event.altKey) return false;
  if (arrow) return walk(app, tools, focused && itemOf(focused), arrow, goingOf(event));
  if (event.key === ' ' && (event.ctrlKey || event.shiftKey) && focused?.kind === 'node')
    return toggle(app, focused.id);
  if (event.ctrlKey || event.metaKey) return false;
  switch (event.key) {
    case 'Home':
    case 'End':
    case 'PageUp':
    case 'PageDown':
      return inOrder(app, tools, focused && itemOf(focused), event.key, goingOf(event));
    case 'Enter':
      return focused?.kind === 'node' && focused.itself && selectFirst(app, focused.id);
    case 'F2':
      return rename(app, tools, focused);
    case 'w':
    case 'W':
      return wire(app, tools, focused);
    case 'Delete':
    case 'Backspace':
      return removeWire(tools);
    case 'Escape':
      return leaveControl(focused) || letGo(app, tools);
    default:
      return false;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"]') !== null;
}

function step(event: CanvasKey): number {
  return event.shiftKey ? 5 * GRID : GRID;
}

/** Selecting what it comes to; with Shift more and more; with Ctrl nothing, to select it with Ctrl and the space bar. */
function goingOf(event: CanvasKey): Going {
  if (event.ctrlKey || event.metaKey) return 'looking';
  return event.shiftKey ? 'extending' : 'selecting';
}

/** Keys that act on what is selected: a note, frame or reroute point that has the focus then is. */
const ACTS: ReadonlySet<string> = new Set(['Enter', 'F2', 'Delete', 'Backspace']);

/** @returns whether it is selected only now. */
function holdMark(event: CanvasKey, focused: Focused | null, app: App, { store }: CanvasTools): boolean {
  if (focused?.kind !== 'mark') return false;
  const acts = ACTS.has(event.key) || (event.altKey && arrowOf(event.key) !== undefined);
  if (!acts || store.getState().decorations.has(focused.id)) return false;
  store.setState({ decorations: new Set([focused.id]), selectedWire: null });
  app.view.getState().select([]);
  return true;
}

function selectIfAlone(app: App, nodeId: string): void {
  const { selection, select } = app.view.getState();
  if (!selection.has(nodeId)) select([nodeId]);
}

/** The first Enter selects; a selected module is opened by the command of that key. */
function selectFirst(app: App, nodeId: string): boolean {
  const { selection, select } = app.view.getState();
  if (selection.has(nodeId)) return false;
  select([nodeId]);
  return true;
}

function toggle(app: App, nodeId: string): boolean {
  const { selection, select } = app.view.getState();
  const next = new Set(selection);
  if (!next.delete(nodeId)) next.add(nodeId);
  select(next);
  return true;
}

/** The focused node, or the one that is selected. */
function subject(app: App, tools: CanvasTools, focused: Focused | null): PlacedNode | null {
  const { selection } = app.view.getState();
  const id =
    focused && focused.kind !== 'mark' ? itemOf(focused) : selection.size === 1 ? [...selection][0] : undefined;
  return tools.placed().find(({ view }) => view.id === id) ?? null;
}

function rename(app: App, tools: CanvasTools, focused: Focused | null): boolean {
  const { decorations } = tools.store.getState();
  const node = subject(app, tools, focused);
  const written = [...decorations].find((key) => markOf(key)?.kind !== 'reroute');
  const id = node?.view.id ?? written;
  if (id === undefined || app.document.getState().readOnly) return false;
  tools.store.setState({ renaming: id });
  return true;
}

function wire(app: App, tools: CanvasTools, focused: Focused | null): boolean {
  const view = subject(app, tools, focused)?.view;
  const port = view?.outputs[0] ?? view?.inputs[0];
  if (!view || !port || app.document.getState().readOnly) return false;
  tools.store.setState({ connecting: refOf(view.id, port) });
  return true;
}

/** Deletes what the commands do not know: a selected wire. */
function removeWire({ store, actions }: CanvasTools): boolean {
  const { selectedWire } = store.getState();
  if (selectedWire === null) return false;
  actions.disconnectKey(selectedWire);
  store.setState({ selectedWire: null });
  return true;
}

/** From a control of a node back to the node. */
function leaveControl(focused: Focused | null): boolean {
  if (focused?.kind !== 'node' || focused.itself) return false;
  focusItem(focused.id);
  return true;
}

/** Lets go of what the commands do not know; with nodes selected as well, one Escape lets go of both. */
function letGo(app: App, { store }: CanvasTools): boolean {
  const { selectedWire, decorations } = store.getState();
  if (selectedWire === null && decorations.size === 0) return false;
  store.setState({ selectedWire: null, decorations: new Set() });
  return app.view.getState().selection.size === 0;
}
