import { expect, test } from 'vitest';
import { nestedList } from './copy.ts';

test('values are nested lists, as Python reads them', () => {
  expect(nestedList([1, -2.5, 3, 4, 5, 6], [2, 3])).toBe('[[1, -2.5, 3], [4, 5, 6]]');
  expect(nestedList([0.1], [])).toBe('0.1');
  expect(nestedList([Infinity, -Infinity, NaN], [3])).toBe('[inf, -inf, nan]');
  expect(nestedList([], [0, 4])).toBe('[]');
});
