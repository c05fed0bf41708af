/** Composites on the GPU against their own `evaluate`, on sizes around tiles and chunks. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elementCount } from './ir/types.ts';
import type { Engine } from './runtime/engine.ts';
import { both, expectClose, f32 } from './testing/one-op.ts';
import { openTestEngine, randomNumbers, relativeError } from './testing/on-gpu.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

describe('softmax', () => {
  test.each([
    [[1], 0],
    [[5, 197], 1],
    [[65, 3], 0],
    [[3, 63, 5], 1],
    [[2, 0], 1],
  ] as const)('of %j along %i', async (shape, axis) => {
    const data = randomNumbers(elementCount(shape), 13, 5);
    for (const [got, want] of await both(engine, 'softmax', [f32(shape, data)], { axis })) expectClose(got, want, 1e-5);
  });
  test('of large magnitudes', async () => {
    const data = [1e4, 1e4 - 1, 0, -1e4, 3e38, 3e38, -3e38, 0, -200, -201, -202, -1e30];
    for (const [got, want] of await both(engine, 'softmax', [f32([3, 4], data.map(Math.fround))], { axis: 1 }))
      expectClose(got, want, 1e-5);
  });
});

describe('layer_norm', () => {
  test.each([[[1, 1]], [[5, 3]], [[65, 197]], [[2, 3, 257]], [[0, 4]]])('of %j', async (shape) => {
    const width = shape.at(-1)!;
    const operands = [
      f32(shape, randomNumbers(elementCount(shape), 17)),
      f32([width], randomNumbers(width, 18)),
      f32([width], randomNumbers(width, 19)),
    ];
    for (const count of [1, 2, 3]) {
      for (const [got, want] of await both(engine, 'layer_norm', operands.slice(0, count), { epsilon: 1e-5 })) {
        expect(relativeError(got, want)).toBeLessThan(1e-6);
      }
    }
  });
  test('with a mean far from 0', async () => {
    const data = randomNumbers(4 * 256, 20).map((x) => Math.fround(x + 1000));
    // The inputs' own rounding is 6e-5 of the spread; the yardstick has the same inputs.
    for (const [got, want] of await both(engine, 'layer_norm', [f32([4, 256], data)], { epsilon: 1e-5 })) {
      expect(relativeError(got, want)).toBeLessThan(1e-4);
    }
  });
});

describe('products', () => {
  const sizes = [1, 3, 64, 65, 197];
  test.each(sizes.flatMap((rows) => sizes.map((depth) => [rows, depth] as const)))(
    'linear, %i rows of %i',
    async (rows, depth) => {
      for (const out of [1, 5, 64]) {
        const operands = [
          f32([rows, depth], randomNumbers(rows * depth, 21)),
          f32([out, depth], randomNumbers(out * depth, 22)),
          f32([out], randomNumbers(out, 23)),
        ];
        for (const [got, want] of await both(engine, 'linear', operands))
          expect(relativeError(got, want)).toBeLessThan(1e-6);
      }
    },
  );
  test.each([
    [[2, 3, 5, 7], 4],
    [[3, 64, 64], 64],
    [[1, 257], 3],
    [[2, 0, 3], 4],
    [[2, 3, 0], 4],
    [[0, 3, 2], 4],
  ])('matmul of %j by %i columns', async (shape, columns) => {
    const right = [...shape.slice(0, -2), shape.at(-1)!, columns];
    const operands = [
      f32(shape, randomNumbers(elementCount(shape), 24)),
      f32(right, randomNumbers(elementCount(right), 25)),
    ];
    for (const [got, want] of await both(engine, 'matmul', operands)) {
      expect(got.shape).toEqual(want.shape);
      expect(relativeError(got, want)).toBeLessThan(1e-6);
    }
  });
  test.each([
    [3, 5, 17, 7],
    [1, 1, 1, 1],
    [2, 4, 64, 16],
  ])('attention of batch %i, heads %i, length %i, size %i', async (batch, heads, length, size) => {
    const shape = [batch, heads, length, size];
    const operands = [26, 27, 28].map((seed) => f32(shape, randomNumbers(elementCount(shape), seed, 2)));
    for (const [got, want] of await both(engine, 'attention', operands, { scale: size ** -0.5 }))
      expect(relativeError(got, want)).toBeLessThan(1e-6);
  });
  test.each([
    [3, 2, 9, 4, 5],
    [1, 3, 16, 4, 8],
  ])('patch_conv of batch %i, channels %i, side %i, patch %i, out %i', async (batch, channels, side, patch, out) => {
    const [x, weight] = [
      [batch, channels, side, side],
      [out, channels, patch, patch],
    ];
    const operands = [
      f32(x, randomNumbers(elementCount(x), 29)),
      f32(weight, randomNumbers(elementCount(weight), 30)),
      f32([out], randomNumbers(out, 31)),
    ];
    for (const [got, want] of await both(engine, 'patch_conv', operands, { stride: patch }))
      expect(relativeError(got, want)).toBeLessThan(1e-6);
  });
});

describe('lstm', () => {
  test.each([
    [1, 1, 3, 2],
    [1, 9, 4, 8],
    [3, 2, 5, 7],
    [4, 20, 16, 64],
    [5, 30, 65, 63],
    [65, 3, 4, 4],
  ])('of batch %i, %i steps, %i inputs, %i units', async (batch, steps, width, hidden) => {
    const gates = 4 * hidden;
    const shapes = [[batch, steps, width], [gates, width], [gates, hidden], [gates], [gates]];
    const operands = shapes.map((shape, index) => f32(shape, randomNumbers(elementCount(shape), 32 + index, 0.5)));
    for (const count of [3, 5]) {
      for (const [got, want] of await both(engine, 'lstm', operands.slice(0, count))) {
        expect(got.shape).toEqual(want.shape);
        expect(relativeError(got, want)).toBeLessThan(1e-6);
      }
    }
  });
  test('a step', async () => {
    const shapes = [
      [6, 9],
      [36, 9],
      [6, 36],
      [6, 9],
    ];
    const operands = shapes.map((shape, index) => f32(shape, randomNumbers(elementCount(shape), 37 + index)));
    for (const [got, want] of await both(engine, 'lstm_step', operands)) {
      expect(relativeError(got, want)).toBeLessThan(1e-6);
    }
  });
});
