/**
 * What can be dragged and selected beside nodes: notes, frames, and the points that wires are led through. React Flow
 * has one list for all, so that these have ids of their own kind there, and none is taken for a node.
 */
import type { DecorationRef } from '../../graph/edits.ts';
import type { Edge, Frame } from '../../graph/schema.ts';
import { wireKey } from './canvas-store.ts';
import { contains, type Point } from './geometry.ts';
import type { ModuleView } from './node-view.ts';

const NOTE = 'note:';
const FRAME = 'frame:';
const REROUTE = 'reroute:';

export type Mark =
  | DecorationRef
  /** A point of the wire of this key: its place among the wire's points. */
  | { readonly kind: 'reroute'; readonly wire: string; readonly index: number };

export function noteKey(id: string): string {
  return NOTE + id;
}

export function frameKey(id: string): string {
  return FRAME + id;
}

export function decorationKey({ kind, id }: DecorationRef): string {
  return kind === 'note' ? noteKey(id) : frameKey(id);
}

export function rerouteKey(wire: Pick<Edge, 'to'>, index: number): string {
  return `${REROUTE}${index}:${wireKey(wire)}`;
}

/** What is behind a React Flow id; null for a node. */
export function markOf(key: string): Mark | null {
  if (key.startsWith(NOTE)) return { kind: 'note', id: key.slice(NOTE.length) };
  if (key.startsWith(FRAME)) return { kind: 'frame', id: key.slice(FRAME.length) };
  if (!key.startsWith(REROUTE)) return null;
  const [index, ...wire] = key.slice(REROUTE.length).split(':');
  return { kind: 'reroute', wire: wire.join(':'), index: Number(index) };
}

/** A reroute point is grabbed by a square about it. */
export const REROUTE_SIZE = 20;

export function rerouteCorner([x, y]: readonly [number, number]): Point {
  return { x: x - REROUTE_SIZE / 2, y: y - REROUTE_SIZE / 2 };
}

export function rerouteCentre({ x, y }: Point): Point {
  return { x: x + REROUTE_SIZE / 2, y: y + REROUTE_SIZE / 2 };
}

/** The points that a wire is led through, where those that are dragged are now. */
export function throughOf(edge: Edge, drag: ReadonlyMap<string, Point> | null = null): readonly Point[] {
  return (edge.reroutes ?? []).map(([x, y], index) => {
    const dragged = drag?.get(rerouteKey(edge, index));
    return dragged ? rerouteCentre(dragged) : { x, y };
  });
}

/** Where a node, or the upper left corner of another thing, lies; null if it does not exist. */
export function placeOf({ nodes, positions, notes, frames, edges }: ModuleView, key: string): Point | null {
  const mark = markOf(key);
  if (mark?.kind === 'reroute') {
    const point = edges.find((edge) => wireKey(edge) === mark.wire)?.reroutes?.[mark.index];
    return point ? rerouteCorner(point) : null;
  }
  const position =
    mark === null
      ? positions[nodes.findIndex(({ id }) => id === key)]
      : (mark.kind === 'note' ? notes : frames).find(({ id }) => id === mark.id)?.position;
  return position ? { x: position[0], y: position[1] } : null;
}

/** Ids of what lies wholly inside a frame, which moves along with it. */
export function insideFrame(frame: Frame, { nodes, positions, notes, frames, edges }: ModuleView): readonly string[] {
  const outer = { x: frame.position[0], y: frame.position[1], width: frame.size[0], height: frame.size[1] };
  const inside = ([x, y]: readonly [number, number], width: number, height: number): boolean =>
    contains(outer, { x, y, width, height });
  return [
    ...nodes
      .filter(({ geometry: { width, height } }, index) => inside(positions[index]!, width, height))
      .map(({ id }) => id),
    ...notes.filter(({ position, size }) => inside(position, ...size)).map(({ id }) => noteKey(id)),
    ...frames
      .filter(({ id, position, size }) => id !== frame.id && inside(position, ...size))
      .map(({ id }) => frameKey(id)),
    ...edges.flatMap((edge) =>
      (edge.reroutes ?? []).flatMap((point, index) => (inside(point, 0, 0) ? [rerouteKey(edge, index)] : [])),
    ),
  ];
}

/** What moves along with these: what their frames hold, and the points of wires of which both ends move. */
export function followersOf(keys: readonly string[], view: ModuleView): readonly string[] {
  const led = new Set(keys);
  for (const key of keys) {
    const mark = markOf(key);
    const frame = mark?.kind === 'frame' ? view.frames.find(({ id }) => id === mark.id) : undefined;
    if (frame) for (const held of insideFrame(frame, view)) led.add(held);
  }
  for (const edge of view.edges)
    if (edge.reroutes && led.has(edge.from[0]) && led.has(edge.to[0]))
      edge.reroutes.forEach((_, index) => led.add(rerouteKey(edge, index)));
  for (const key of keys) led.delete(key);
  return [...led];
}
