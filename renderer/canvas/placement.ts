/** Where everything is on the canvas right now, also while it is dragged: for handlers, which run between renders. */
import type { HandStore } from './canvas-store.ts';
import { inHand, type FlowNode } from './flow-nodes.ts';
import type { Box } from './geometry.ts';
import type { PlacedNode } from './ports.ts';

export interface Placement {
  /** The nodes as they were rendered last, but for what is in hand. */
  set(nodes: readonly FlowNode[]): void;
  /** Nodes of the graph, without notes and frames. */
  placed(this: void): readonly PlacedNode[];
  /** Boxes of everything, by React Flow id. */
  boxes(this: void): ReadonlyMap<string, Box>;
}

export function createPlacement(hand: HandStore): Placement {
  let nodes: readonly FlowNode[] = [];
  const now = (): readonly FlowNode[] => {
    const { drag, sizes } = hand.getState();
    return inHand(nodes, drag, sizes);
  };
  return {
    set: (rendered) => {
      nodes = rendered;
    },
    placed: () =>
      now().flatMap((node) => (node.type === 'card' ? [{ view: node.data.view, position: node.position }] : [])),
    boxes: () =>
      new Map(
        now().map(({ id, position, width, height }) => [id, { ...position, width: width ?? 0, height: height ?? 0 }]),
      ),
  };
}
