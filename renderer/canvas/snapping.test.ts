import { expect, test } from 'vitest';
import { snap } from './snapping.ts';

const box = (x: number, y: number, width = 100, height = 40) => ({ x, y, width, height });

test('a box snaps to the nearest edge or middle within reach, on each axis by itself', () => {
  expect(snap(box(103, 500), [box(100, 0), box(108, 200)], 6)).toEqual({
    shift: { x: -3, y: 0 },
    guides: [{ axis: 'x', at: 100, from: 0, to: 540 }],
  });
  expect(snap(box(300, 12, 100, 80), [box(0, 30)], 6)).toEqual({
    shift: { x: 0, y: -2 },
    guides: [{ axis: 'y', at: 50, from: 0, to: 400 }],
  });
});

test('nothing snaps to what is further away', () => {
  expect(snap(box(0, 0), [box(20, 61)], 6)).toEqual({ shift: { x: 0, y: 0 }, guides: [] });
});
