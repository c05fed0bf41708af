/** What React Flow reports of nodes: selection goes to the stores, movement to the canvas until it ends as one edit. */
import { useReactFlow, useStoreApi, type NodeChange, type NodeMouseHandler, type OnNodeDrag } from '@xyflow/react';
import { useLayoutEffect, useMemo, useRef, type MouseEvent as ReactMouseEvent } from 'react';
import type { Edge } from '../../graph/schema.ts';
import { useApp } from '../app-context.ts';
import { keepValue } from '../stores/identity.ts';
import type { CanvasTools } from './canvas-context.ts';
import { wireKey, type Size } from './canvas-store.ts';
import type { FlowNode } from './flow-nodes.ts';
import { boundsOf, contains, overlap, type Box, type Point } from './geometry.ts';
import { followersOf, markOf, placeOf, REROUTE_SIZE, rerouteCorner, throughOf } from './marks.ts';
import type { ModuleView } from './node-view.ts';
import { portPoint, type PlacedNode } from './ports.ts';
import { snap, type Guide } from './snapping.ts';
import { areaAround } from './window.ts';
import { wireAt } from './wire-at.ts';

interface NodeEvents {
  readonly onNodesChange: (changes: NodeChange<FlowNode>[]) => void;
  readonly onNodeClick: NodeMouseHandler<FlowNode>;
  readonly onSelectionStart: (event: ReactMouseEvent) => void;
  readonly onSelectionEnd: (event: ReactMouseEvent) => void;
  readonly onNodeDragStart: OnNodeDrag<FlowNode>;
  readonly onNodeDrag: OnNodeDrag<FlowNode>;
  readonly onNodeDragStop: OnNodeDrag<FlowNode>;
}

export function useNodeChanges({ store, hand, actions, placed, boxes }: CanvasTools, view: ModuleView): NodeEvents {
  const app = useApp();
  const drag = useRef<Drag>(null);
  const box = useRef<Point>(null);
  // Handlers that change with each edit would render every card.
  const latest = useRef(view);
  useLayoutEffect(() => {
    latest.current = view;
  }, [view]);
  const { getZoom, screenToFlowPosition } = useReactFlow();
  const flow = useStoreApi();
  return useMemo((): NodeEvents => {
    const select = (changes: readonly { readonly id: string; readonly selected: boolean }[]): void => {
      if (changes.length === 0) return;
      const nodes = new Set(app.view.getState().selection);
      const decorations = new Set(store.getState().decorations);
      for (const { id, selected } of changes) {
        const ids = markOf(id) ? decorations : nodes;
        if (selected) ids.add(id);
        else ids.delete(id);
      }
      // First: whoever follows the selected nodes may ask for the rest.
      store.setState({ decorations, selectedWire: null });
      app.view.getState().select(nodes);
    };
    const selectFrame = (id: string): void => {
      store.setState({ decorations: new Set([id]), selectedWire: null });
      app.view.getState().select([]);
    };
    const move = (reported: ReadonlyMap<string, Point>): void => {
      const { positions, guides } = snapped(drag.current, reported, SNAP / getZoom());
      const moved = new Map([...positions, ...follow(drag.current, positions)]);
      const before = hand.getState();
      hand.setState({
        guides: keepValue(before.guides, guides),
        ...(drag.current?.copies
          ? { ghosts: outlines(boxes(), moved) }
          : { drag: new Map([...(before.drag ?? []), ...moved]) }),
      });
    };
    return {
      onNodesChange: (changes) => {
        select(changes.filter((change) => change.type === 'select'));
        const positions = new Map<string, Point>();
        const sizes = new Map<string, Size>();
        for (const change of changes) {
          // Sizes that React Flow measures are the ones it was given; only the hand at a corner is news.
          if (change.type === 'position' && change.position) positions.set(change.id, change.position);
          if (change.type === 'dimensions' && change.resizing && change.dimensions)
            sizes.set(change.id, change.dimensions);
        }
        if (positions.size > 0) move(positions);
        if (sizes.size > 0) hand.setState({ sizes: new Map([...(hand.getState().sizes ?? []), ...sizes]) });
      },
      onNodeClick: (event, node) => {
        if (node.type !== 'frame') return;
        const more = event.shiftKey || event.ctrlKey || event.metaKey;
        if (more) select([{ id: node.id, selected: !store.getState().decorations.has(node.id) }]);
        else selectFrame(node.id);
      },
      onSelectionStart: (event) => {
        box.current = screenToFlowPosition({ x: event.clientX, y: event.clientY });
      },
      onSelectionEnd: (event) => {
        const start = box.current;
        box.current = null;
        if (!start) return;
        const end = screenToFlowPosition({ x: event.clientX, y: event.clientY });
        const [x, y] = [Math.min(start.x, end.x), Math.min(start.y, end.y)];
        const drawn = { x, y, width: Math.abs(end.x - start.x), height: Math.abs(end.y - start.y) };
        select(framesIn(drawn, boxes()).map((id) => ({ id, selected: true })));
      },
      onNodeDragStart: (event, node, nodes) => {
        const view = latest.current;
        if (node.type === 'frame' && !node.selected) selectFrame(node.id);
        const keys = nodes.map(({ id }) => id);
        drag.current = {
          ...still(keys, view, placed(), boxes(), areaAround(flow.getState())),
          leader: { key: node.id, from: { ...node.position } },
          followers: startsOf(followersOf(keys, view), view),
          copies: event.altKey && node.type !== 'reroute',
          insertable: keys.length === 1 && node.type === 'card' && !event.altKey && !isWired(node.id, view),
        };
      },
      onNodeDrag: (event) => {
        const { clientX, clientY } = pointOf(event);
        const over = drag.current?.insertable ? wireAt(clientX, clientY) : null;
        if (over !== store.getState().hoveredWire) store.setState({ hoveredWire: over });
      },
      onNodeDragStop: (event) => {
        const { drag: positions, ghosts } = hand.getState();
        const { clientX, clientY } = pointOf(event);
        drag.current = null;
        if (ghosts) actions.duplicateTo(ghosts);
        else if (positions) actions.drop(positions, wireAt(clientX, clientY));
        hand.setState({ drag: null, guides: [], ghosts: null });
        store.setState({ hoveredWire: null });
      },
    };
  }, [app, store, hand, actions, placed, boxes, flow, getZoom, screenToFlowPosition]);
}

/** Frames that lie wholly in a box. */
function framesIn(outer: Box, boxes: ReadonlyMap<string, Box>): readonly string[] {
  return [...boxes].flatMap(([id, inner]) => (markOf(id)?.kind === 'frame' && contains(outer, inner) ? [id] : []));
}

/** On screen, in CSS pixels: how near a line has to be to be snapped to. */
const SNAP = 6;

/** What is dragged, from the press on. */
interface Drag {
  /** What snaps, where it lay, and what it may snap to. */
  readonly boxes: ReadonlyMap<string, Box>;
  readonly still: readonly Box[];
  readonly leader: { readonly key: string; readonly from: Point };
  /** What goes along with what is dragged, and where it was. */
  readonly followers: ReadonlyMap<string, Point>;
  /** Held with Alt: copies come to lie where the hand lets go. */
  readonly copies: boolean;
  /** A node that hangs on nothing: let go over a wire, it comes to stand in it. */
  readonly insertable: boolean;
}

function isWired(nodeId: string, { edges }: ModuleView): boolean {
  return edges.some(({ from, to }) => from[0] === nodeId || to[0] === nodeId);
}

function startsOf(keys: readonly string[], view: ModuleView): ReadonlyMap<string, Point> {
  return new Map(
    keys.flatMap((key) => {
      const start = placeOf(view, key);
      return start ? [[key, start] as const] : [];
    }),
  );
}

/** Cards snap to cards in the view or near it; a reroute point snaps to what lies before and behind it on its wire, which then is straight. */
function still(
  keys: readonly string[],
  view: ModuleView,
  placed: readonly PlacedNode[],
  boxes: ReadonlyMap<string, Box>,
  area: Box,
): Pick<Drag, 'boxes' | 'still'> {
  const dragged = new Set(keys);
  const [only] = keys;
  const mark = only !== undefined && keys.length === 1 ? markOf(only) : null;
  if (mark?.kind === 'reroute') {
    return { boxes: new Map([[only!, boxes.get(only!)!]]), still: besideOnWire(mark.wire, mark.index, view, placed) };
  }
  const cards = placed.map(({ view: { id } }) => [id, boxes.get(id)!] as const);
  return {
    boxes: new Map(cards.filter(([id]) => dragged.has(id))),
    still: cards.flatMap(([id, box]) => (!dragged.has(id) && overlap(area, box) ? [box] : [])),
  };
}

function besideOnWire(
  key: string,
  index: number,
  { edges }: ModuleView,
  placed: readonly PlacedNode[],
): readonly Box[] {
  const edge = edges.find((one) => wireKey(one) === key);
  if (!edge) return [];
  const end = ([id, port]: Edge['from'], side: 'input' | 'output'): Point | null => {
    const node = placed.find(({ view }) => view.id === id);
    return node ? portPoint(node, { side, port }) : null;
  };
  const stops = [end(edge.from, 'output'), ...throughOf(edge), end(edge.to, 'input')];
  const size = { width: REROUTE_SIZE, height: REROUTE_SIZE };
  return [stops[index], stops[index + 2]].flatMap((stop) =>
    stop ? [{ ...rerouteCorner([stop.x, stop.y]), ...size }] : [],
  );
}

/** Where the followers are, by what the leader has moved. */
function follow(drag: Drag | null, positions: ReadonlyMap<string, Point>): ReadonlyMap<string, Point> {
  const to = drag && positions.get(drag.leader.key);
  if (!drag || !to) return new Map();
  const { from } = drag.leader;
  return new Map([...drag.followers].map(([key, { x, y }]) => [key, { x: x + to.x - from.x, y: y + to.y - from.y }]));
}

/** Of what is copied: points of wires come with these. */
function outlines(boxes: ReadonlyMap<string, Box>, positions: ReadonlyMap<string, Point>): ReadonlyMap<string, Box> {
  return new Map(
    [...positions].flatMap(([key, at]) => {
      const box = boxes.get(key);
      return box && markOf(key)?.kind !== 'reroute' ? [[key, { ...box, ...at }] as const] : [];
    }),
  );
}

/** Positions moved to the nearest line, all by the same. */
function snapped(
  drag: Drag | null,
  positions: ReadonlyMap<string, Point>,
  reach: number,
): { readonly positions: ReadonlyMap<string, Point>; readonly guides: readonly Guide[] } {
  const box = drag && boundsOf([...drag.boxes].map(([key, one]) => ({ ...one, ...positions.get(key) })));
  if (!box) return { positions, guides: [] };
  const { shift, guides } = snap(box, drag.still, reach);
  if (guides.length === 0) return { positions, guides };
  return {
    positions: new Map([...positions].map(([id, { x, y }]) => [id, { x: x + shift.x, y: y + shift.y }])),
    guides,
  };
}

/** Where the hand is, be it a mouse or a finger that has just left. */
function pointOf(event: MouseEvent | TouchEvent | React.MouseEvent): { clientX: number; clientY: number } {
  if ('clientX' in event) return event;
  const touch = event.changedTouches[0];
  return { clientX: touch?.clientX ?? NaN, clientY: touch?.clientY ?? NaN };
}
