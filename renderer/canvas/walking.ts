/** Walking the graph by keys: along wires and through space by arrows, and in the order in which it runs. */
import type { App } from '../app-context.ts';
import type { CanvasTools } from './canvas-context.ts';
import type { PortRef } from './canvas-store.ts';
import { executionOrder } from './execution-order.ts';
import { focusItem, focusPort } from './focus.ts';
import { neighbour, type Box, type Point } from './geometry.ts';
import { markOf } from './marks.ts';
import { nextNode } from './ports.ts';

/** What becomes of the selection on the way. */
export type Going = 'selecting' | 'extending' | 'looking';

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The direction of an arrow key. */
export function arrowOf(key: string): Point | undefined {
  return ARROWS[key];
}

/**
 * Goes to the next node: along a wire to the right and to the left, or else to the nearest in that direction. From the
 * canvas itself it goes to where one was last.
 * @param from React Flow id; null for the canvas itself.
 */
export function walk(app: App, tools: CanvasTools, from: string | null, direction: Point, going: Going): boolean {
  const nodes = tools.placed();
  const node = nodes.find(({ view }) => view.id === from);
  const box = from === null ? undefined : tools.boxes().get(from);
  const cards = (): (Box & { readonly id: string })[] =>
    nodes.map(({ view: { id, geometry }, position }) => {
      const { width, height } = geometry;
      return { id, ...position, width, height };
    });
  const next = node
    ? nextNode(node, direction, nodes, tools.actions.wires())?.view.id
    : box
      ? neighbour(cards(), box, direction)?.id
      : resumed(app, tools, cards());
  if (next === undefined) return false;
  goTo(app, tools, next, going);
  return true;
}

/** Goes to the first, the last, the one before or behind in execution order; notes, frames and points come after. */
export function inOrder(
  app: App,
  tools: CanvasTools,
  from: string | null,
  key: 'Home' | 'End' | 'PageUp' | 'PageDown',
  going: Going,
): boolean {
  const nodes = tools.placed().map(({ view }) => view);
  const marks = [...tools.boxes().keys()].filter((id) => markOf(id) !== null);
  const order = [...executionOrder(nodes, tools.actions.wires()), ...marks];
  const here = from === null ? -1 : order.indexOf(from);
  const wanted = { Home: 0, End: order.length - 1, PageUp: here - 1, PageDown: here + 1 }[key];
  const next = order[Math.max(0, Math.min(order.length - 1, wanted))];
  if (next === undefined) return false;
  goTo(app, tools, next, going);
  return true;
}

/** Brings a card or mark on screen and gives it the focus. */
export function goTo(app: App, { store }: CanvasTools, id: string, going: Going): void {
  const { selection, select } = app.view.getState();
  const { decorations } = store.getState();
  const isMark = markOf(id) !== null;
  if (going === 'selecting') {
    store.setState({ decorations: new Set(isMark ? [id] : []), selectedWire: null });
    select(isMark ? [] : [id]);
  } else if (going === 'extending') {
    if (isMark) store.setState({ decorations: new Set([...decorations, id]) });
    else select([...selection, id]);
  }
  app.canvas.current?.reveal([id]);
  focusItem(id);
}

/** Gives the focus to a port, of this node or another, whose card is selected with it. */
export function goToPort(app: App, ref: PortRef): void {
  app.view.getState().select([ref.nodeId]);
  app.canvas.current?.reveal([ref.nodeId]);
  focusPort(ref);
}

/** Where one was last, or is selected, or what lies nearest to it if that is gone; else the first that runs. */
function resumed(
  app: App,
  { store, actions }: CanvasTools,
  cards: readonly (Box & { readonly id: string })[],
): string | undefined {
  const { current } = store.getState();
  const there = (id: string | undefined): boolean => cards.some((card) => card.id === id);
  const [selected] = app.view.getState().selection;
  if (there(selected)) return selected;
  if (current === null) return executionOrder(cards, actions.wires())[0];
  if (there(current.id)) return current.id;
  const distance = ({ x, y }: Point): number => Math.hypot(x - current.at.x, y - current.at.y);
  return cards.toSorted((a, b) => distance(a) - distance(b))[0]?.id;
}
