import { expect, test } from 'vitest';
import { attentionAxes, patchLayout } from './attention.ts';
import type { Token } from './tokens.ts';

const dims = (...sizes: number[]) => sizes.map((size) => ({ size }));

test('the axis before the matrix is the heads, the one before that the batch', () => {
  expect(attentionAxes(dims(2, 8, 5, 7), { head: 3, index: [1] })).toEqual({
    index: [1, 3],
    item: 1,
    items: 2,
    head: 3,
    heads: 8,
    queries: 5,
    keys: 7,
  });
  expect(attentionAxes(dims(8, 5, 5), { head: 99 })).toMatchObject({ index: [7], heads: 8, items: 1 });
  expect(attentionAxes(dims(5, 5), {})).toMatchObject({ index: [], heads: 1, items: 1 });
});

test('weights averaged over heads have a batch and no head', () => {
  const averaged = [{ size: 2, name: 'batch' }, ...dims(5, 5)];
  expect(attentionAxes(averaged, { index: [1], head: 4 })).toMatchObject({ index: [1], items: 2, heads: 1 });
});

test('all keys are patches where nothing says otherwise, less a class token', () => {
  expect(patchLayout(4, null, 0, 1)).toEqual({ rows: 2, columns: 2, positions: [0, 1, 2, 3] });
  expect(patchLayout(5, null, 0, 1)).toEqual({ rows: 2, columns: 2, positions: [1, 2, 3, 4] });
});

test('image tokens among the keys are the patches, in the proportions of the picture', () => {
  const token = (kind: Token['kind']): Token => ({ kind, id: 0, name: '' });
  const tokens = [token('text'), ...Array.from({ length: 8 }, () => token('image')), token('pad')];
  expect(patchLayout(10, tokens, 0, 2)).toEqual({ rows: 2, columns: 4, positions: [1, 2, 3, 4, 5, 6, 7, 8] });
  expect(patchLayout(10, null, 6, 1.5)).toMatchObject({ rows: 2, columns: 3 });
  expect(patchLayout(2, [token('text'), token('text')], 0, 1)).toBeNull();
});

test('a wide picture whose patches happen to fill a square keeps its proportions', () => {
  expect(patchLayout(16, null, 0, 4)).toMatchObject({ rows: 2, columns: 8 });
});
