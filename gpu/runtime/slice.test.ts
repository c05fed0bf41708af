import { expect, test } from 'vitest';
import { sliceAt } from './slice.ts';

test('leading indices choose a part, none the whole, all one element', () => {
  expect(sliceAt([2, 3, 4], [])).toEqual({ shape: [2, 3, 4], offset: 0, count: 24 });
  expect(sliceAt([2, 3, 4], [1])).toEqual({ shape: [3, 4], offset: 12, count: 12 });
  expect(sliceAt([2, 3, 4], [1, 2])).toEqual({ shape: [4], offset: 20, count: 4 });
  expect(sliceAt([2, 3, 4], [1, 2, 3])).toEqual({ shape: [], offset: 23, count: 1 });
  expect(sliceAt([], [])).toEqual({ shape: [], offset: 0, count: 1 });
});

test('an index beyond the tensor is told', () => {
  for (const index of [[2], [-1], [0.5], [0, 3], [0, 0, 0, 0]]) {
    expect(() => sliceAt([2, 3, 4], index)).toThrow(RangeError);
  }
});
