/** Composites on the GPU against their own `evaluate`, on sizes around tiles and chunks. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elementCount } from './ir/types.ts';
import type { Engine } from './runtime/engine.ts';
import { both, expectClose, f32, i32 } from './testing/one-op.ts';
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

describe('rms_norm', () => {
  test.each([[[1, 1]], [[5, 3]], [[65, 197]], [[2, 3, 257]], [[0, 4]]])('of %j', async (shape) => {
    const width = shape.at(-1)!;
    const operands = [f32(shape, randomNumbers(elementCount(shape), 41)), f32([width], randomNumbers(width, 42))];
    for (const count of [1, 2]) {
      for (const [got, want] of await both(engine, 'rms_norm', operands.slice(0, count), { epsilon: 1e-6 })) {
        expect(relativeError(got, want)).toBeLessThan(1e-6);
      }
    }
  });
});

/** Few values, so that many are equal. */
const withTies = (count: number, seed: number) => randomNumbers(count, seed, 3).map((x) => Math.round(x) + 0);

describe('the largest', () => {
  const shapes = [[1], [3], [65], [4, 197], [257, 3], [2, 3, 63], [3, 5000], [1, 32_001], [0, 3]];
  test.each(shapes.map((shape) => [shape]))('argmax of %j along each axis', async (shape) => {
    const count = elementCount(shape);
    for (const data of [randomNumbers(count, 43), withTies(count, 44), new Float64Array(count).fill(-Infinity)]) {
      for (const axis of shape.keys()) {
        if (shape[axis] === 0) continue;
        for (const [got, want] of await both(engine, 'argmax', [f32(shape, data)], { axis })) expect(got).toEqual(want);
      }
    }
    for (const [got, want] of await both(engine, 'argmax', [i32(shape, withTies(count, 45))], {
      axis: shape.length - 1,
    })) {
      expect(got).toEqual(want);
    }
  });
  test.each(shapes.map((shape) => [shape]))('top_k of %j', async (shape) => {
    const count = elementCount(shape);
    for (const k of new Set([1, 2, 50].map((most) => Math.min(most, shape.at(-1)!)))) {
      for (const data of [randomNumbers(count, 46), withTies(count, 47), new Float64Array(count).fill(-Infinity)]) {
        for (const [got, want] of await both(engine, 'top_k', [f32(shape, data)], { k })) expect(got).toEqual(want);
      }
      for (const [got, want] of await both(engine, 'top_k', [i32(shape, withTies(count, 48))], { k })) {
        expect(got).toEqual(want);
      }
    }
  });
  test('top_k of a good part of a long row', async () => {
    for (const [got, want] of await both(engine, 'top_k', [f32([4100], randomNumbers(4100, 49))], { k: 1100 })) {
      expect(got).toEqual(want);
    }
  });
});

describe('cross_entropy', () => {
  test.each([
    [1, 1],
    [3, 4],
    [65, 257],
    [2, 32_001],
    [0, 3],
  ])('of %i rows and %i classes', async (rows, classes) => {
    const labels = Array.from({ length: rows }, (_, row) => (row * 7 + classes - 1) % classes);
    const operands = [f32([rows, classes], randomNumbers(rows * classes, 50, 6)), i32([rows], labels)];
    for (const [got, want] of await both(engine, 'cross_entropy', operands)) expectClose(got, want, 2e-6, 1e-6);
  });
  test('of large logits', async () => {
    const logits = [1e4, -1e4, 0, 5e3, 5e3, -3e38].map(Math.fround);
    for (const [got, want] of await both(engine, 'cross_entropy', [f32([2, 3], logits), i32([2], [1, 0])])) {
      expectClose(got, want, 1e-6);
    }
  });
});

describe('masked attention', () => {
  const [batch, heads, queries, keys, size] = [2, 3, 5, 7, 4];
  const operands = [
    f32([batch, heads, queries, size], randomNumbers(batch * heads * queries * size, 51, 2)),
    f32([batch, heads, keys, size], randomNumbers(batch * heads * keys * size, 52, 2)),
    f32([batch, heads, keys, size], randomNumbers(batch * heads * keys * size, 53, 2)),
  ];
  const masks = [[keys], [queries, keys], [batch, 1, 1, keys], [batch, heads, queries, keys]];
  test.each(masks.map((shape) => [shape]))('by a mask of %j', async (shape) => {
    const numbers = randomNumbers(elementCount(shape), 54);
    // The first key takes part everywhere, so that no query is without.
    const takesPart = numbers.map((x, i) => Number(x > 0 || i % keys === 0));
    const added = numbers.map((x, i) => (takesPart[i] ? x : -Infinity));
    for (const mask of [{ dtype: 'bool', shape, data: takesPart } as const, f32(shape, added)]) {
      for (const [got, want] of await both(engine, 'attention', [...operands, mask], { scale: 0.5 })) {
        expect(relativeError(got, want)).toBeLessThan(1e-6);
      }
    }
  });
  test('a query without keys has weights of NaN, the others have numbers', async () => {
    const mask = { dtype: 'bool', shape: [queries, 1], data: [1, 1, 0, 1, 1] } as const;
    for (const [got, want] of await both(engine, 'attention', [...operands, mask], { scale: 0.5 })) {
      expectClose(got, want, 1e-5, 1e-6);
      expect(got.data.some((x) => Number.isNaN(x))).toBe(true);
    }
  });
});
