/** Where boxes go when they are aligned, spread evenly, or make room for another: plain geometry, whole canvas units. */
import { boundsOf, GRID, type Box, type Point, overlap } from './geometry.ts';

/** Boxes by id. */
export type Boxes = ReadonlyMap<string, Box>;
export type Positions = ReadonlyMap<string, Point>;

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom';

/** Positions that put the boxes on one line, at the edge or middle of what holds them all; those that stay are left out. */
export function align(boxes: Boxes, alignment: Alignment): Positions {
  const bounds = boundsOf(boxes.values());
  if (!bounds) return new Map();
  return moved(boxes, (box) => {
    switch (alignment) {
      case 'left':
        return { x: bounds.x, y: box.y };
      case 'centre':
        return { x: bounds.x + (bounds.width - box.width) / 2, y: box.y };
      case 'right':
        return { x: bounds.x + bounds.width - box.width, y: box.y };
      case 'top':
        return { x: box.x, y: bounds.y };
      case 'middle':
        return { x: box.x, y: bounds.y + (bounds.height - box.height) / 2 };
      case 'bottom':
        return { x: box.x, y: bounds.y + bounds.height - box.height };
      default:
        return alignment satisfies never;
    }
  });
}

/** Positions with equal gaps along an axis; the outermost two stay where they are. */
export function distribute(boxes: Boxes, axis: 'x' | 'y'): Positions {
  const length = axis === 'x' ? 'width' : 'height';
  const ordered = [...boxes].toSorted(([, a], [, b]) => a[axis] + a[length] / 2 - (b[axis] + b[length] / 2));
  const bounds = boundsOf(boxes.values());
  if (!bounds || ordered.length < 3) return new Map();
  const taken = ordered.reduce((sum, [, box]) => sum + box[length], 0);
  const gap = (bounds[length] - taken) / (ordered.length - 1);
  let next = bounds[axis];
  const places = new Map<string, number>();
  for (const [id, box] of ordered) {
    places.set(id, next);
    next += box[length] + gap;
  }
  return moved(boxes, (box, id) => ({ x: box.x, y: box.y, [axis]: places.get(id)! }));
}

function moved(boxes: Boxes, place: (box: Box, id: string) => Point): Positions {
  return new Map(
    [...boxes].flatMap(([id, box]) => {
      const { x, y } = place(box, id);
      const to = { x: Math.round(x), y: Math.round(y) };
      return to.x === box.x && to.y === box.y ? [] : [[id, to] as const];
    }),
  );
}

/** Between what was pushed aside and what pushed it: a wire has to turn there. */
const ROOM = 6 * GRID;

/**
 * Positions that free the place of one box: what it overlaps moves aside, to the side of it on which it mostly lies, and
 * moves on what it comes to overlap there. Nothing else moves.
 */
export function makeRoom(boxes: Boxes, placed: string): Positions {
  const start = boxes.get(placed);
  const result = new Map<string, Point>();
  if (!start) return result;
  const centre = start.x + start.width / 2;
  const current = new Map(boxes);
  const waiting: string[] = [placed];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const pusher = current.get(id)!;
    for (const [other, box] of current) {
      if (other === id || other === placed || !overlap(pusher, box)) continue;
      // Away from the placed box, always: so nothing is pushed to and fro.
      const original = boxes.get(other)!;
      const right = original.x + original.width / 2 >= centre;
      const x = right ? pusher.x + pusher.width + ROOM : pusher.x - box.width - ROOM;
      current.set(other, { ...box, x });
      result.set(other, { x, y: box.y });
      waiting.push(other);
    }
  }
  return result;
}

/** How far these boxes, kept in their places to each other, have to go down to lie on none of the others; 0 for not at all. */
export function roomBelow(boxes: Boxes, moving: readonly string[]): number {
  const chosen = moving.flatMap((id) => boxes.get(id) ?? []);
  const others = [...boxes].flatMap(([id, box]) => (moving.includes(id) ? [] : [box]));
  let down = 0;
  for (;;) {
    const below = chosen.flatMap((box) =>
      others
        .filter((other) => overlap({ ...box, y: box.y + down }, other))
        .map((other) => other.y + other.height + 2 * GRID - box.y),
    );
    if (below.length === 0) return down;
    down = Math.max(...below);
  }
}
