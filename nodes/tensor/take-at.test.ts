import { expect, test } from 'vitest';
import { compute, singleNode } from '../testing/graphs.ts';

/** Two sequences of three numbers. */
const INPUT = { shape: [2, 3, 1], data: [0, 1, 2, 10, 11, 12] };

async function taken(...positions: number[]): Promise<number[]> {
  const document = singleNode('take_at', {}, ['input', 'positions'], { positions: 'i32' });
  const inputs = { input: INPUT, positions: { shape: [2], data: positions, dtype: 'i32' as const } };
  return [...(await compute(document, inputs)).outputs.get('output')!.data];
}

test('each sequence gives what stands at its own position', async () => {
  expect(await taken(2, 0)).toEqual([2, 10]);
});

// One too far in the first sequence is a place of the second one: it must not be read in its stead.
test.each([
  [3, 0],
  [0, 3],
  [-1, 0],
])('positions %i and %i: one is not there, and is refused', async (...positions) => {
  await expect(taken(...positions)).rejects.toThrow(/index -1 at position [01] is no row/);
});
