/** Rows of a table by number: shapes, dtypes, and what is refused. */
import { expect, test } from 'vitest';
import { evaluateOp, expectTensor, randomTensor, tensor } from '../testing/host.ts';
import { inferTypes } from './infer.ts';

test.each([
  [[5], [3]],
  [[5, 1], [1]],
  [
    [7, 3],
    [2, 5],
  ],
  [[4, 2, 3], []],
  [[0, 3], [0]],
  [
    [3, 0],
    [2, 2],
  ],
])('table %j, indices %j', (tableShape, indexShape) => {
  const [rows, ...rest] = tableShape as [number, ...number[]];
  const table = randomTensor(tableShape, 1);
  const count = indexShape.reduce((product: number, size: number) => product * size, 1);
  const numbers = Array.from({ length: count }, (_, i) => (i * 5 + rows - 1) % rows);
  const width = table.data.length / Math.max(rows, 1);
  const want = numbers.flatMap((row) => [...table.data.subarray(row * width, (row + 1) * width)]);
  const [got] = evaluateOp('gather', [table, tensor(indexShape, numbers, 'i32')]);
  expectTensor(got!, tensor([...indexShape, ...rest], want));
});

test('keeps the dtype of the table', () => {
  const [got] = evaluateOp('gather', [tensor([2], [0, 1], 'bool'), tensor([3], [1, 0, 1], 'i32')]);
  expectTensor(got!, tensor([3], [1, 0, 1], 'bool'));
});

test.each([5, -1])('refuses index %i of five rows', (index) => {
  expect(() => evaluateOp('gather', [tensor([5], [0, 1, 2, 3, 4]), tensor([2], [0, index], 'i32')])).toThrow(
    `index ${index} at position 1 is no row of the table, which has 5`,
  );
});

test('refuses operands that do not fit', () => {
  const f32 = (shape: readonly number[]) => ({ dtype: 'f32', shape }) as const;
  const i32 = (shape: readonly number[]) => ({ dtype: 'i32', shape }) as const;
  expect(() => inferTypes('gather', [f32([3]), f32([2])], {})).toThrow('indices is f32, wanted i32');
  expect(() => inferTypes('gather', [f32([]), i32([2])], {})).toThrow('table is f32[], wanted 1 dimensions or more');
  expect(() => inferTypes('gather', [f32([0, 4]), i32([2])], {})).toThrow('table f32[0,4] has no rows');
});
