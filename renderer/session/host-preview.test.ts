import { expect, test } from 'vitest';
import { previewOf } from './host-preview.ts';

const matrix = { index: [], maxSide: 64, view: 'matrix' } as const;

test('statistics leave out what is not finite, and count it', () => {
  const { statistics, histogram } = previewOf('k', [5], [1, 2, 3, Number.NaN, Number.POSITIVE_INFINITY], matrix);
  expect(statistics).toMatchObject({ count: 5, mean: 2, min: 1, max: 3, nonFinite: 2 });
  expect(statistics.standardDeviation).toBeCloseTo(Math.sqrt(2 / 3), 12);
  expect([histogram[0], histogram[32], histogram[63]]).toEqual([1, 1, 1]);
});

test('a matrix is shown whole, between its extremes, in the slice of the index', () => {
  const values = [0, 1, 2, 3, 10, 20, 30, 40];
  const { thumbnail } = previewOf('k', [2, 2, 2], values, { ...matrix, index: [1] });
  expect(thumbnail).toMatchObject({ width: 2, height: 2, channels: 1, min: 10, max: 40 });
  expect([...thumbnail.codes]).toEqual([0, 85, 170, 255]);
});

test('what is larger than the thumbnail is averaged in boxes', () => {
  const { thumbnail } = previewOf('k', [2, 4], [0, 2, 4, 6, 0, 2, 4, 6], { ...matrix, maxSide: 2 });
  expect(thumbnail).toMatchObject({ width: 2, height: 1, min: 1, max: 5 });
});

test('an image has its channels last', () => {
  const { thumbnail } = previewOf('k', [1, 3, 1, 2], [0, 1, 2, 3, 4, 5], { ...matrix, view: 'image' });
  expect(thumbnail).toMatchObject({ width: 2, height: 1, channels: 3 });
  expect([...thumbnail.codes]).toEqual([0, 2, 4, 1, 3, 5].map((value) => Math.round((value / 5) * 255)));
});

test('without a finite value there is no range', () => {
  const { statistics, thumbnail } = previewOf('k', [2], [Number.NaN, Number.NaN], matrix);
  expect(statistics).toMatchObject({ mean: Number.NaN, min: Number.NaN, nonFinite: 2 });
  expect(thumbnail.min).toBeNaN();
  expect([...thumbnail.codes]).toEqual([0, 0]);
});

test('one value everywhere is code 0', () => {
  expect([...previewOf('k', [2], [3, 3], matrix).thumbnail.codes]).toEqual([0, 0]);
});

test('an empty tensor has an empty preview', () => {
  expect(previewOf('k', [0, 4], [], matrix).thumbnail).toMatchObject({ width: 0, height: 0 });
});
