import { expect, test } from 'vitest';
import type { Preview } from '../../gpu/runtime/types.ts';
import { cellAt, codeOf, isExact, matrixOf, matrixWish, rangeOf } from './matrix.ts';
import { diagonalMeans } from './similarity-matrix.ts';
import { rankOf } from './table.ts';

function previewOf(shape: readonly number[], thumbnail: Preview['thumbnail']): Preview {
  const statistics = { count: 0, mean: 0, standardDeviation: 0, min: 0, max: 0, nonFinite: 0 };
  return { key: 'key', shape, statistics, histogram: new Uint32Array(64), thumbnail };
}

const SMALL = { width: 1, height: 1, channels: 1, codes: Uint8Array.of(0), min: 0, max: 0 };

test('a matrix of reasonable size is read exactly, a larger one as means of blocks', () => {
  expect(matrixWish([2, 197, 197], [1])).toMatchObject({ index: [1] });
  expect(matrixWish([1000, 1000], [])).toMatchObject({ index: null, spec: { maxSide: 256 } });
  const codes = Uint8Array.of(0, 255, 51, 0);
  const means = matrixOf({
    preview: previewOf([1000, 1000], { width: 2, height: 2, channels: 1, codes, min: 0, max: 5 }),
    values: null,
  });
  expect(isExact(means)).toBe(false);
  expect([...means.values]).toEqual([0, 5, 1, 0]);
});

test('numbers that were read are taken as they are; a vector is one row', () => {
  const data = Float32Array.of(1, 2, 3);
  const matrix = matrixOf({ preview: previewOf([3], SMALL), values: { type: { dtype: 'f32', shape: [3] }, data } });
  expect(matrix).toMatchObject({ rows: 1, columns: 3, values: data });
  expect(isExact(matrix)).toBe(true);
});

test('colours span the legend; what is not finite has none', () => {
  const legend = { map: 'diverging', range: { min: -2, max: 2 } } as const;
  expect([-2, 0, 2, 9].map((value) => codeOf(value, legend))).toEqual([0, 128, 255, 255]);
  expect(codeOf(Number.NaN, legend)).toBeNull();
  expect(rangeOf([Number.NaN, 3, -Infinity, 1])).toEqual({ min: 1, max: 3 });
  expect(rangeOf([Number.NaN])).toBeNull();
});

test('a place is the cell that it lies in', () => {
  const box = { x: 10, y: 0, width: 40, height: 20 };
  expect(cellAt(box, { rows: 2, columns: 4 }, { x: 25, y: 15 })).toEqual({ row: 1, column: 1 });
  expect(cellAt(box, { rows: 2, columns: 4 }, { x: 5, y: 15 })).toBeNull();
  expect(cellAt(box, { rows: 2, columns: 4 }, { x: 50, y: 15 })).toBeNull();
});

test('the diagonal is weighed against the rest', () => {
  const values = Float32Array.of(4, 1, 1, 2);
  const means = diagonalMeans({ rows: 2, columns: 2, values, tensorRows: 2, tensorColumns: 2 });
  expect(means).toEqual({ on: 3, off: 1 });
});

test('a ranking goes from the largest down, equal ones in order, what is no number last', () => {
  expect(rankOf([1, Number.NaN, 3, 3, -Infinity])).toEqual([2, 3, 0, 1, 4]);
});
