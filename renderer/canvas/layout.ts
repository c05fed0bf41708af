/** An order of nodes from left to right along their wires: dagre's layers, asked for as a command and in a worker. */
import dagre from '@dagrejs/dagre';
import { boundsOf, contains, type Box, type Point, overlap } from './geometry.ts';

export type Placed = Box & { readonly id: string };

export interface LayoutRequest {
  /** What is laid out; no other node moves. */
  readonly boxes: readonly Placed[];
  /** Wires between them, source first. */
  readonly wires: readonly (readonly [source: string, target: string])[];
  /** Nodes that stay where they are. */
  readonly still?: readonly Placed[];
  /** What stands beside the graph: frames go on holding what they hold, notes go on standing by their nodes. */
  readonly frames?: readonly Placed[];
  readonly notes?: readonly Placed[];
}

export interface LayoutPlace extends Point {
  readonly id: string;
}

export interface Layout {
  readonly nodes: readonly LayoutPlace[];
  /** Those frames and notes that are not where, or as large as, they were. */
  readonly frames: readonly Placed[];
  readonly notes: readonly LayoutPlace[];
}

/** Room between columns and between the nodes of one, in canvas units: wires bend there, problems hang there. */
const COLUMN_GAP = 80;
const ROW_GAP = 40;

/** Places of all boxes, and of what goes along; the upper left corner of what holds the boxes stays where it was. */
export function layOut({ boxes, wires, still = [], frames = [], notes = [] }: LayoutRequest): Layout {
  if (boxes.length === 0) return { nodes: [], frames: [], notes: [] };
  const all = [...boxes, ...still];
  const nodes = ordered(boxes, wires, clusters(boxes, still, frames));
  const places = new Map(nodes.map((place) => [place.id, place]));
  const after = all.map((box): Placed => ({ ...box, ...places.get(box.id) }));
  const placedNotes = moveNotes(notes, all, after);
  return {
    nodes,
    frames: fitFrames(frames, [...all, ...notes], [...after, ...placedNotes]),
    notes: placedNotes.filter((note, index) => note.x !== notes[index]!.x || note.y !== notes[index]!.y),
  };
}

/** Whole places from dagre; what has a parent there is kept together, and others are kept out. */
function ordered(
  boxes: readonly Placed[],
  wires: LayoutRequest['wires'],
  parents: ReadonlyMap<string, string>,
): readonly LayoutPlace[] {
  const graph = new dagre.graphlib.Graph({ multigraph: false, compound: parents.size > 0 });
  graph.setGraph({ rankdir: 'LR', ranksep: COLUMN_GAP, nodesep: ROW_GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const parent of new Set(parents.values())) graph.setNode(parent, {});
  for (const [child, parent] of parents) graph.setParent(child, parent);
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

/**
 * For each box the smallest frame that holds it, and for each such frame the smallest around that: of frames that hold
 * only what is laid out. Ids of frames have a sign before them that keeps them apart from nodes.
 */
function clusters(
  boxes: readonly Placed[],
  still: readonly Placed[],
  frames: readonly Placed[],
): ReadonlyMap<string, string> {
  const key = ({ id }: Placed): string => `frame:${id}`;
  const whole = frames
    .filter((frame) => !still.some((box) => contains(frame, box)) && boxes.some((box) => contains(frame, box)))
    .toSorted((a, b) => a.width * a.height - b.width * b.height);
  const parents = new Map<string, string>();
  for (const box of boxes) {
    const parent = whole.find((frame) => contains(frame, box));
    if (parent) parents.set(box.id, key(parent));
  }
  whole.forEach((frame, index) => {
    const parent = whole.slice(index + 1).find((other) => contains(other, frame));
    if (parent) parents.set(key(frame), key(parent));
  });
  return parents;
}

/** A note within this of a node belongs to it. */
const NEAR = 160;
const NOTE_GAP = 20;

/** Notes move along with the node that they stand by; where nodes come to lie under one, it goes up to where there is room. */
function moveNotes(notes: readonly Placed[], before: readonly Placed[], after: readonly Placed[]): readonly Placed[] {
  const taken: Box[] = [...after];
  return notes.map((note) => {
    const gaps = before.map((box) => gapBetween(note, box));
    const least = Math.min(...gaps);
    const index = gaps.indexOf(least);
    const [from, to] = least <= NEAR ? [before[index]!, after[index]!] : [note, note];
    let place: Placed = { ...note, x: note.x + to.x - from.x, y: note.y + to.y - from.y };
    // One that lay on a node before lies there on purpose.
    if (!before.some((box) => overlap(box, note))) {
      for (
        let under = taken.find((box) => overlap(box, place));
        under;
        under = taken.find((box) => overlap(box, place))
      )
        place = { ...place, y: under.y - place.height - NOTE_GAP };
    }
    taken.push(place);
    return place;
  });
}

function gapBetween(a: Box, b: Box): number {
  const x = Math.max(0, b.x - (a.x + a.width), a.x - (b.x + b.width));
  const y = Math.max(0, b.y - (a.y + a.height), a.y - (b.y + b.height));
  return Math.hypot(x, y);
}

/** Around what a frame holds, at most: more than the gaps between nodes would reach over others. */
const MARGIN = { side: 32, top: 56 };

/** Each frame about what it held, with the margins that it had. */
function fitFrames(frames: readonly Placed[], before: readonly Placed[], after: readonly Placed[]): readonly Placed[] {
  return frames.flatMap((frame) => {
    const held = before.flatMap((box, index) => (contains(frame, box) ? [index] : []));
    const [was, is] = [before, after].map((boxes) => boundsOf(held.map((index) => boxes[index]!)));
    if (!was || !is || held.every((index) => sameBox(before[index]!, after[index]!))) return [];
    const left = Math.min(MARGIN.side, was.x - frame.x);
    const top = Math.min(MARGIN.top, was.y - frame.y);
    const right = Math.min(MARGIN.side, frame.x + frame.width - was.x - was.width);
    const bottom = Math.min(MARGIN.side, frame.y + frame.height - was.y - was.height);
    const fitted = {
      id: frame.id,
      x: is.x - left,
      y: is.y - top,
      width: is.width + left + right,
      height: is.height + top + bottom,
    };
    return sameBox(frame, fitted) ? [] : [fitted];
  });
}

function sameBox(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
