/** What React Flow reports of nodes: selection goes to the stores, movement to the canvas until it ends as one edit. */
import type { NodeChange, OnNodeDrag } from '@xyflow/react';
import { useMemo, useRef } from 'react';
import { useApp } from '../app-context.ts';
import type { CanvasTools } from './canvas-context.ts';
import type { Size } from './canvas-store.ts';
import { decorationOf, insideFrame, type FlowNode } from './flow-nodes.ts';
import type { Point } from './geometry.ts';
import type { ModuleView } from './node-view.ts';
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

export function useNodeChanges({ store, actions }: CanvasTools, view: ModuleView): NodeEvents {
  const app = useApp();
  const carried = useRef<Carried>(null);
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
    const move = (positions: ReadonlyMap<string, Point>): void => {
      const drag = new Map([...(store.getState().drag ?? []), ...positions]);
      const frame = carried.current && positions.get(carried.current.frame);
      if (carried.current && frame) {
        const { from, starts } = carried.current;
        for (const [id, start] of starts)
          drag.set(id, { x: start.x + frame.x - from.x, y: start.y + frame.y - from.y });
      }
      store.setState({ drag });
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
      onNodeDragStart: (_, node) => {
        carried.current = null;
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
        const { drag } = store.getState();
        const { clientX, clientY } = pointOf(event);
        carried.current = null;
        if (drag) actions.drop(drag, wireAt(clientX, clientY));
        store.setState({ drag: null, hoveredWire: null });
      },
    };
  }, [app, store, actions, view]);
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
