/** Where ports lie on the canvas, which one is near the pointer, and what a wire between two of them is. */
import type { Edge } from '../../graph/schema.ts';
import { neighbour, type Point } from './geometry.ts';
import type { NodeView, PortView } from './node-view.ts';
import type { PortRef } from './canvas-store.ts';

export interface PlacedNode {
  readonly view: NodeView;
  readonly position: Point;
}

/** Centre of a port; null if the node has no such port. */
export function portPoint({ view, position }: PlacedNode, ref: Omit<PortRef, 'nodeId'>): Point | null {
  const ports = ref.side === 'input' ? view.inputs : view.outputs;
  const index = ports.findIndex(({ name }) => name === ref.port);
  if (index === -1) return null;
  const y = (ref.side === 'input' ? view.geometry.inputs : view.geometry.outputs)[index]!;
  return { x: position.x + (ref.side === 'input' ? 0 : view.geometry.width), y: position.y + y };
}

export function refOf(nodeId: string, port: PortView): PortRef {
  return { nodeId, side: port.side, port: port.name };
}

/** Ports at which a wire from `from` could end at all: of the other side, on other nodes. */
export function oppositePorts(nodes: readonly PlacedNode[], from: PortRef): readonly PortRef[] {
  return nodes.flatMap(({ view }) => {
    if (view.id === from.nodeId) return [];
    const ports = from.side === 'input' ? view.outputs : view.inputs;
    return ports.map((port) => refOf(view.id, port));
  });
}

/** The port of a side nearest to a point, no further away than `radius`; null if none. */
export function nearestPort(
  nodes: readonly PlacedNode[],
  side: PortRef['side'],
  point: Point,
  radius: number,
): PortRef | null {
  let best: { readonly ref: PortRef; readonly distance: number } | null = null;
  for (const node of nodes) {
    const { position, view } = node;
    // Far nodes are most of them: their ports are not looked at.
    if (point.x < position.x - radius || point.x > position.x + view.geometry.width + radius) continue;
    if (point.y < position.y - radius || point.y > position.y + view.geometry.height + radius) continue;
    for (const port of side === 'input' ? view.inputs : view.outputs) {
      const ref = refOf(view.id, port);
      const at = portPoint(node, ref)!;
      const distance = Math.hypot(at.x - point.x, at.y - point.y);
      if (distance <= radius && (best === null || distance < best.distance)) best = { ref, distance };
    }
  }
  return best?.ref ?? null;
}

/**
 * The port that a wire dropped on a node's body would mean: the one that fits nearest to the pointer, so that one need
 * not hit a dot of ten pixels.
 */
export function portOfBody(
  nodes: readonly PlacedNode[],
  side: PortRef['side'],
  point: Point,
  fits: (ref: PortRef) => boolean,
): PortRef | null {
  const inside = nodes.findLast(
    ({ position, view: { geometry } }) =>
      point.x >= position.x &&
      point.x <= position.x + geometry.width &&
      point.y >= position.y &&
      point.y <= position.y + geometry.height,
  );
  if (!inside) return null;
  const candidates = (side === 'input' ? inside.view.inputs : inside.view.outputs)
    .map((port) => refOf(inside.view.id, port))
    .filter(fits);
  return (
    candidates.toSorted(
      (a, b) => Math.abs(portPoint(inside, a)!.y - point.y) - Math.abs(portPoint(inside, b)!.y - point.y),
    )[0] ?? null
  );
}

/**
 * The node that an arrow key leads to: to the right what the node feeds, to the left what feeds it, of several the one
 * that lies nearest; without such a wire, and up and down, the nearest in that direction. Undefined if there is none.
 */
export function nextNode(
  from: PlacedNode,
  direction: Point,
  nodes: readonly PlacedNode[],
  wires: readonly Edge[],
): PlacedNode | undefined {
  const { id } = from.view;
  const linked = new Set(
    direction.x > 0
      ? wires.filter((wire) => wire.from[0] === id).map((wire) => wire.to[0])
      : direction.x < 0
        ? wires.filter((wire) => wire.to[0] === id).map((wire) => wire.from[0])
        : [],
  );
  const along = nodes.filter(({ view }) => linked.has(view.id) && view.id !== id);
  const distance = ({ position: { x, y } }: PlacedNode): number => Math.hypot(x - from.position.x, y - from.position.y);
  if (along.length > 0) return along.toSorted((a, b) => distance(a) - distance(b))[0];
  const boxOf = (node: PlacedNode) => {
    const { width, height } = node.view.geometry;
    return { node, ...node.position, width, height };
  };
  return neighbour(nodes.map(boxOf), boxOf(from), direction)?.node;
}

/** The ends of a wire between two ports, source first. */
export function wireBetween(
  a: PortRef,
  b: PortRef,
): { readonly from: [node: string, port: string]; readonly to: [node: string, port: string] } {
  const [source, target] = a.side === 'output' ? [a, b] : [b, a];
  return { from: [source.nodeId, source.port], to: [target.nodeId, target.port] };
}
