/** What React Flow reports of nodes: selection goes to the stores, movement to the canvas until it ends as one edit. */
import { useReactFlow, type NodeChange, type OnNodeDrag } from '@xyflow/react';
import { useMemo, useRef } from 'react';
import { useApp } from '../app-context.ts';
import type { CanvasTools } from './canvas-context.ts';
import type { Size } from './canvas-store.ts';
import { decorationOf, insideFrame, type FlowNode } from './flow-nodes.ts';
import { boundsOf, type Box, type Point } from './geometry.ts';
import type { ModuleView } from './node-view.ts';
import type { PlacedNode } from './ports.ts';
import { snap, type Guide } from './snapping.ts';
import { wireAt } from './wire-at.ts';

interface NodeEvents {
  readonly onNodesChange: (changes: NodeChange<FlowNode>[]) => void;
  readonly onNodeDragStart: OnNodeDrag<FlowNode>;
  readonly onNodeDrag: OnNodeDrag<FlowNode>;
  readonly onNodeDragStop: OnNodeDrag<FlowNode>;
}

/** What goes along with a frame that is dragged, and where the frame and they were. */
interface Carried {
  readonly frame: string;
  readonly from: Point;
  readonly starts: ReadonlyMap<string, Point>;
}

export function useNodeChanges({ store, actions, placed }: CanvasTools, view: ModuleView): NodeEvents {
  const app = useApp();
  const carried = useRef<Carried>(null);
  const drag = useRef<Drag>(null);
  const { getZoom } = useReactFlow();
  return useMemo((): NodeEvents => {
    const select = (changes: readonly { readonly id: string; readonly selected: boolean }[]): void => {
      if (changes.length === 0) return;
      const nodes = new Set(app.view.getState().selection);
      const decorations = new Set(store.getState().decorations);
      for (const { id, selected } of changes) {
        const ids = decorationOf(id) ? decorations : nodes;
        if (selected) ids.add(id);
        else ids.delete(id);
      }
      app.view.getState().select(nodes);
      store.setState({ decorations, selectedWire: null });
    };
    const move = (reported: ReadonlyMap<string, Point>): void => {
      if (drag.current?.copies) {
        store.setState({ ghosts: boxesAt(drag.current.boxes, reported) });
        return;
      }
      const { positions, guides } = snapped(drag.current, reported, SNAP / getZoom());
      if (guides.length > 0 || store.getState().guides.length > 0) store.setState({ guides });
      const dragged = new Map([...(store.getState().drag ?? []), ...positions]);
      const frame = carried.current && positions.get(carried.current.frame);
      if (carried.current && frame) {
        const { from, starts } = carried.current;
        for (const [id, start] of starts)
          dragged.set(id, { x: start.x + frame.x - from.x, y: start.y + frame.y - from.y });
      }
      store.setState({ drag: dragged });
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
        if (sizes.size > 0) store.setState({ sizes: new Map([...(store.getState().sizes ?? []), ...sizes]) });
      },
      onNodeDragStart: (event, node, nodes) => {
        carried.current = null;
        drag.current = beginDrag(placed(), nodes, node.type === 'card' && event.altKey);
        if (node.type !== 'frame') return;
        const starts = insideFrame(node.data.frame, view).flatMap((id) => {
          const start = startOf(view, id);
          return start ? [[id, start] as const] : [];
        });
        carried.current = { frame: node.id, from: { ...node.position }, starts: new Map(starts) };
      },
      onNodeDrag: (event) => {
        const { clientX, clientY } = pointOf(event);
        const over = store.getState().drag?.size === 1 ? wireAt(clientX, clientY) : null;
        if (over !== store.getState().hoveredWire) store.setState({ hoveredWire: over });
      },
      onNodeDragStop: (event) => {
        const { drag: positions, ghosts } = store.getState();
        const { clientX, clientY } = pointOf(event);
        carried.current = null;
        drag.current = null;
        if (ghosts) actions.duplicateTo(ghosts);
        else if (positions) actions.drop(positions, wireAt(clientX, clientY));
        store.setState({ drag: null, hoveredWire: null, guides: [], ghosts: null });
      },
    };
  }, [app, store, actions, placed, view, getZoom]);
}

/** On screen, in CSS pixels: how near a line has to be to be snapped to. */
const SNAP = 6;

/** What is dragged, from the press on: nodes, where they and the others lay. */
interface Drag {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly still: readonly Box[];
  /** Held with Alt: copies come to lie where the hand lets go. */
  readonly copies: boolean;
}

function beginDrag(placed: readonly PlacedNode[], nodes: readonly FlowNode[], copies: boolean): Drag {
  const ids = new Set(nodes.map(({ id }) => id));
  const boxes = placed.map(({ view: { id, geometry }, position }) => {
    return [id, { ...position, width: geometry.width, height: geometry.height }] as const;
  });
  return {
    boxes: new Map(boxes.filter(([id]) => ids.has(id))),
    still: boxes.filter(([id]) => !ids.has(id)).map(([, box]) => box),
    copies,
  };
}

function boxesAt(boxes: ReadonlyMap<string, Box>, positions: ReadonlyMap<string, Point>): ReadonlyMap<string, Box> {
  return new Map([...boxes].map(([id, box]) => [id, { ...box, ...positions.get(id) }]));
}

/** Positions moved to the nearest line, all by the same. */
function snapped(
  drag: Drag | null,
  positions: ReadonlyMap<string, Point>,
  reach: number,
): { readonly positions: ReadonlyMap<string, Point>; readonly guides: readonly Guide[] } {
  const box = drag && boundsOf(boxesAt(drag.boxes, positions).values());
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

function startOf({ nodes, positions, notes, frames }: ModuleView, key: string): Point | null {
  const decoration = decorationOf(key);
  const position =
    decoration === null
      ? positions[nodes.findIndex(({ id }) => id === key)]
      : (decoration.kind === 'note' ? notes : frames).find(({ id }) => id === decoration.id)?.position;
  return position ? { x: position[0], y: position[1] } : null;
}
