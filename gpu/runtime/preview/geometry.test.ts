import { expect, test } from 'vitest';
import { thumbnailGeometry } from './geometry.ts';

test('a grid averages each patch over its width', () => {
  const geometry = thumbnailGeometry([2, 9, 4], { index: [1], maxSide: 64, view: 'grid' });
  expect(geometry).toMatchObject({ base: 36, sourceWidth: 3, sourceHeight: 3, inner: 4, strideX: 4, strideY: 12 });
});

test('with every axis but the last fixed, the last is the grid: one row of attention', () => {
  const geometry = thumbnailGeometry([1, 6, 9, 9], { index: [0, 2, 4], maxSide: 64, view: 'grid' });
  expect(geometry).toMatchObject({
    base: (2 * 9 + 4) * 9,
    sourceWidth: 3,
    sourceHeight: 3,
    inner: 1,
    strideX: 1,
    strideY: 3,
  });
});

test('a class token in front has no place in the grid', () => {
  const row = thumbnailGeometry([10, 10], { index: [3], maxSide: 64, view: 'grid' });
  expect(row).toMatchObject({ base: 31, sourceWidth: 3, places: 9 });
});
