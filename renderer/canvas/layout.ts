/** An order of nodes from left to right along their wires: dagre's layers, asked for as a command and in a worker. */
import dagre from '@dagrejs/dagre';
import type { Box, Point } from './geometry.ts';

export interface LayoutRequest {
  /** What is laid out; nothing else moves. */
  readonly boxes: readonly (Box & { readonly id: string })[];
  /** Wires between them, source first. */
  readonly wires: readonly (readonly [source: string, target: string])[];
}

export interface LayoutPlace extends Point {
  readonly id: string;
}

/** Room between columns and between the nodes of one, in canvas units: wires bend there, problems hang there. */
const COLUMN_GAP = 80;
const ROW_GAP = 40;

/** Places of all boxes; the upper left corner of what holds them stays where it was. */
export function layOut({ boxes, wires }: LayoutRequest): readonly LayoutPlace[] {
  if (boxes.length === 0) return [];
  const graph = new dagre.graphlib.Graph({ multigraph: false });
  graph.setGraph({ rankdir: 'LR', ranksep: COLUMN_GAP, nodesep: ROW_GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const [source, target] of wires)
    if (source !== target && graph.hasNode(source) && graph.hasNode(target)) graph.setEdge(source, target);
  dagre.layout(graph);
  const placed = boxes.map(({ id, width, height }) => {
    const { x, y } = graph.node(id) as Point;
    return { id, x: x - width / 2, y: y - height / 2 };
  });
  const corner = (places: readonly Point[]): Point => ({
    x: Math.min(...places.map(({ x }) => x)),
    y: Math.min(...places.map(({ y }) => y)),
  });
  const [before, after] = [corner(boxes), corner(placed)];
  return placed.map(({ id, x, y }) => ({
    id,
    x: Math.round(x - after.x + before.x),
    y: Math.round(y - after.y + before.y),
  }));
}
