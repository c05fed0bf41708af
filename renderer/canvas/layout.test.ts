import { expect, test } from 'vitest';
import type { Box } from './geometry.ts';
import { layOut, type LayoutPlace, type Placed } from './layout.ts';

const box = (id: string, x: number, y: number) => ({ id, x, y, width: 200, height: 80 });

test('sources stand left of what they feed, nothing overlaps, and the corner stays', () => {
  const boxes = [box('c', 50, 70), box('a', 400, 30), box('b', 400, 30)];
  const placed = new Map(
    layOut({
      boxes,
      wires: [
        ['a', 'c'],
        ['b', 'c'],
        ['c', 'outside'],
        ['c', 'c'],
      ],
    }).nodes.map((place) => [place.id, place]),
  );
  const [a, b, c] = ['a', 'b', 'c'].map((id) => placed.get(id)!) as [Place, Place, Place];
  expect(c.x).toBeGreaterThanOrEqual(a.x + 200);
  expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(80);
  expect(Math.min(a.x, b.x, c.x)).toBe(50);
  expect(Math.min(a.y, b.y, c.y)).toBe(30);
});

test('a cycle is laid out all the same', () => {
  expect(
    layOut({
      boxes: [box('a', 0, 0), box('b', 0, 0)],
      wires: [
        ['a', 'b'],
        ['b', 'a'],
      ],
    }).nodes,
  ).toHaveLength(2);
});

/** Two chains side by side, the upper one in a frame. */
const CHAINS = ['a', 'b', 'c'].flatMap((id, index) => [box(id, 300 * index, 100), box(`${id}2`, 300 * index, 160)]);
const WIRES = ['', '2'].flatMap((row) => [[`a${row}`, `b${row}`] as const, [`b${row}`, `c${row}`] as const]);
const wrapped = CHAINS.filter(({ id }) => id.length === 1);
const inside = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const meets = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

function after(boxes: readonly Placed[], places: readonly LayoutPlace[]): readonly Placed[] {
  return boxes.map((one) => ({ ...one, ...places.find(({ id }) => id === one.id) }));
}

test('a frame goes on holding what it held, and nothing else; one within another stays within it', () => {
  const boxes = wrapped.map((one, index) => ({ ...one, x: 500 - 200 * index, y: 100 + 90 * index }));
  const others = [box('x', 900, 0), box('y', 900, 100)];
  const outer = { id: 'outer', x: 60, y: 30, width: 680, height: 400 };
  const inner = { id: 'inner', x: 90, y: 180, width: 440, height: 190 };
  const layout = layOut({
    boxes: [...boxes, ...others],
    wires: [...WIRES, ['x', 'b'], ['a', 'y'], ['x', 'y']],
    frames: [outer, inner],
  });
  const placed = after([...boxes, ...others], layout.nodes);
  const [out, within] = [outer, inner].map((frame) => layout.frames.find(({ id }) => id === frame.id)!) as [
    Placed,
    Placed,
  ];
  expect(placed.filter((one) => inside(out, one)).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(placed.filter((one) => inside(within, one)).map(({ id }) => id)).toEqual(['b', 'c']);
  expect(inside(out, within)).toBe(true);
  for (const other of placed.slice(3)) expect(meets(out, other)).toBe(false);
});

test('a frame that holds what stays grows about it', () => {
  const frame = { id: 'f', x: -20, y: 60, width: 840, height: 140 };
  const layout = layOut({
    boxes: wrapped.slice(0, 2).map((one) => ({ ...one, y: one.id === 'a' ? 110 : 100 })),
    still: [wrapped[2]!],
    wires: WIRES,
    frames: [frame],
  });
  const placed = [...after(wrapped.slice(0, 2), layout.nodes), wrapped[2]!];
  const [fitted = frame] = layout.frames;
  for (const one of placed) expect(inside(fitted, one)).toBe(true);
});

test('a note goes where its node goes, and up where it would lie on another; one far away stays', () => {
  const notes = [
    { id: 'by b', x: 300, y: 0, width: 200, height: 40 },
    { id: 'far', x: -2000, y: 0, width: 200, height: 40 },
  ];
  const layout = layOut({ boxes: CHAINS, wires: WIRES, notes });
  const placed = after(CHAINS, layout.nodes);
  const [by, far] = after(notes, layout.notes) as [Placed, Placed];
  expect(far).toEqual(notes[1]);
  for (const one of placed) expect(meets(one, by)).toBe(false);
  const moved = placed.find(({ id }) => id === 'b')!;
  expect(by.x - moved.x).toBe(0);
});

test('nothing is laid out where there is nothing', () => {
  expect(layOut({ boxes: [], wires: [] })).toEqual({ nodes: [], frames: [], notes: [] });
});

type Place = LayoutPlace;
