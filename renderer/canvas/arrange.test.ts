import fc from 'fast-check';
import { expect, test } from 'vitest';
import { align, distribute, makeRoom, roomBelow } from './arrange.ts';
import type { Box } from './geometry.ts';

const box = (x: number, y: number, width = 100, height = 50): Box => ({ x, y, width, height });

test('boxes line up at an edge or the middle of what holds them', () => {
  const boxes = new Map([
    ['a', box(0, 0)],
    ['b', box(40, 100, 60)],
  ]);
  expect(align(boxes, 'left')).toEqual(new Map([['b', { x: 0, y: 100 }]]));
  expect(align(boxes, 'right')).toEqual(new Map());
  expect(align(boxes, 'centre')).toEqual(new Map([['b', { x: 20, y: 100 }]]));
  expect(align(boxes, 'bottom')).toEqual(new Map([['a', { x: 0, y: 100 }]]));
  expect(align(boxes, 'middle').get('a')).toEqual({ x: 0, y: 50 });
  expect(align(boxes, 'top')).toEqual(new Map([['b', { x: 40, y: 0 }]]));
});

test('gaps become equal, and the outermost stay', () => {
  const boxes = new Map([
    ['a', box(0, 0)],
    ['c', box(500, 7)],
    ['b', box(110, 3)],
  ]);
  expect(distribute(boxes, 'x')).toEqual(new Map([['b', { x: 250, y: 3 }]]));
  expect(distribute(new Map([...boxes].slice(0, 2)), 'x')).toEqual(new Map());
});

test('only what is overlapped moves aside, each to its side, and on to what it then overlaps', () => {
  const boxes = new Map([
    ['new', box(100, 0)],
    ['left', box(20, 10)],
    ['right', box(180, 10)],
    ['next', box(310, 20)],
    ['far', box(180, 200)],
  ]);
  expect(makeRoom(boxes, 'new')).toEqual(
    new Map([
      ['left', { x: -60, y: 10 }],
      ['right', { x: 260, y: 10 }],
      ['next', { x: 420, y: 20 }],
    ]),
  );
});

test('room is made for any boxes: nothing that moved overlaps what pushed it, and it ends', () => {
  const some = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 300 })), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(some, (places) => {
      const boxes = new Map(places.map(([x, y], index) => [String(index), box(x, y)]));
      const after = makeRoom(boxes, '0');
      const at = (id: string): Box => ({ ...boxes.get(id)!, ...after.get(id) });
      for (const id of boxes.keys()) {
        if (id === '0') continue;
        const [a, b] = [at('0'), at(id)];
        expect(a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height).toBe(false);
        expect(at(id).y).toBe(boxes.get(id)!.y);
      }
    }),
  );
});

test('what nobody placed goes down to where it lies on nothing, kept together', () => {
  const boxes = new Map([
    ['a', box(0, 0)],
    ['b', box(0, 80)],
    ['new', box(10, 10)],
    ['with', box(200, 10)],
  ]);
  expect(roomBelow(boxes, ['new', 'with'])).toBe(140);
  expect(roomBelow(boxes, ['with'])).toBe(0);
  expect(roomBelow(boxes, [])).toBe(0);
});

test('room is found among any boxes', () => {
  const boxes = fc.array(fc.record({ x: fc.integer({ min: 0, max: 400 }), y: fc.integer({ min: 0, max: 400 }) }));
  fc.assert(
    fc.property(boxes, (places) => {
      const all = new Map<string, Box>(places.map(({ x, y }, index) => [String(index), box(x, y)]));
      all.set('new', box(100, 100));
      const moved = { ...box(100, 100), y: 100 + roomBelow(all, ['new']) };
      const meets = ({ x, y }: { x: number; y: number }) =>
        Math.abs(x - moved.x) < moved.width && Math.abs(y - moved.y) < moved.height;
      expect(places.some(meets)).toBe(false);
    }),
  );
});
