/** Keys of the canvas: what acts on the node that has the focus, and on what is selected. Commands have the rest. */
import type { App } from '../app-context.ts';
import type { CanvasTools } from './canvas-context.ts';
import { GRID, type Point } from './geometry.ts';
import { markOf } from './marks.ts';
import { nextNode, refOf, type PlacedNode } from './ports.ts';

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** What a key press tells; React's event and the browser's both do. */
export type CanvasKey = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'target'>;

/** @returns false for a key that is not the canvas's: fields, ports and commands have it. */
export function handleCanvasKey(event: CanvasKey, app: App, tools: CanvasTools): boolean {
  if (isTyping(event.target)) return false;
  if (holdMark(event, app, tools) && event.key === 'Enter') return true;
  const focused = focusedNode(event.target, tools.placed());
  const arrow = ARROWS[event.key];
  if (arrow && !event.ctrlKey && !event.metaKey) {
    if (!event.altKey) return walk(app, tools, subject(app, tools, focused), arrow);
    if (focused) selectIfAlone(app, focused.view.id);
    return tools.actions.nudge({ x: arrow.x * step(event), y: arrow.y * step(event) });
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  switch (event.key) {
    case 'Enter':
      // The first Enter selects; a selected module is opened by the command of that key.
      if (!focused || app.view.getState().selection.has(focused.view.id)) return false;
      app.view.getState().select([focused.view.id]);
      return true;
    case 'F2':
      return rename(app, tools, focused);
    case 'w':
    case 'W':
      return wire(app, tools, focused);
    case 'Delete':
    case 'Backspace':
      return removeWire(tools);
    case 'Escape':
      return letGo(app, tools);
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

/** The node that has the focus itself, not through one of its controls. */
function focusedNode(target: EventTarget | null, nodes: readonly PlacedNode[]): PlacedNode | null {
  const id = target instanceof HTMLElement ? target.dataset['node'] : undefined;
  return nodes.find(({ view }) => view.id === id) ?? null;
}

/** Keys that act on what is selected: a note, frame or reroute point that has the focus then is. */
const ACTS: ReadonlySet<string> = new Set(['Enter', 'F2', 'Delete', 'Backspace']);

/** @returns whether it is selected only now. */
function holdMark(event: CanvasKey, app: App, { store }: CanvasTools): boolean {
  const key = event.target instanceof HTMLElement ? event.target.dataset['mark'] : undefined;
  const acts = ACTS.has(event.key) || (event.altKey && event.key in ARROWS);
  if (key === undefined || !acts || store.getState().decorations.has(key)) return false;
  store.setState({ decorations: new Set([key]), selectedWire: null });
  app.view.getState().select([]);
  return true;
}

/** Goes to the next node: along a wire to the right and to the left, or else to the nearest in that direction. */
function walk(app: App, tools: CanvasTools, from: PlacedNode | null, direction: Point): boolean {
  const nodes = tools.placed();
  const next = from ? nextNode(from, direction, nodes, tools.actions.wires()) : nodes[0];
  if (!next) return false;
  app.view.getState().select([next.view.id]);
  app.canvas.current?.reveal([next.view.id]);
  const focus = (): boolean => {
    const card = document.querySelector<HTMLElement>(`[data-node="${CSS.escape(next.view.id)}"]`);
    card?.focus({ preventScroll: true });
    return card !== null;
  };
  // One that was out of sight is rendered with the next frame.
  if (!focus()) requestAnimationFrame(focus);
  return true;
}

function selectIfAlone(app: App, nodeId: string): void {
  const { selection, select } = app.view.getState();
  if (!selection.has(nodeId)) select([nodeId]);
}

/** The focused node, or the one that is selected. */
function subject(app: App, tools: CanvasTools, focused: PlacedNode | null): PlacedNode | null {
  if (focused) return focused;
  const { selection } = app.view.getState();
  if (selection.size !== 1) return null;
  const [id] = selection;
  return tools.placed().find(({ view }) => view.id === id) ?? null;
}

function rename(app: App, tools: CanvasTools, focused: PlacedNode | null): boolean {
  const { decorations } = tools.store.getState();
  const node = subject(app, tools, focused);
  const written = [...decorations].find((key) => markOf(key)?.kind !== 'reroute');
  const id = node?.view.id ?? written;
  if (id === undefined || app.document.getState().readOnly) return false;
  tools.store.setState({ renaming: id });
  return true;
}

function wire(app: App, tools: CanvasTools, focused: PlacedNode | null): boolean {
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

/** Lets go of what the commands do not know; with nodes selected as well, one Escape lets go of both. */
function letGo(app: App, { store }: CanvasTools): boolean {
  const { selectedWire, decorations } = store.getState();
  if (selectedWire === null && decorations.size === 0) return false;
  store.setState({ selectedWire: null, decorations: new Set() });
  return app.view.getState().selection.size === 0;
}
