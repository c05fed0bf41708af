/** Which values are f16 in memory, and what that changes of a plan. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { compile, type CompileOptions } from './compile.ts';
import { valueKeys } from './ir/key.ts';
import type { Builder } from './ir/builder.ts';
import { halfKey } from './ir/storage.ts';
import type { Attributes, Shape, ValueId } from './ir/types.ts';
import { createBuilder } from './ops/create-builder.ts';
import { chooseHalves } from './passes/halves.ts';

const NATIVE = { storage: 'f16', shaderF16: true } as const;
const PAIRS = { storage: 'f16', shaderF16: false } as const;

function planOf(builder: Builder, options: Partial<CompileOptions> = {}) {
  const fixed = { limits: DEFAULT_LIMITS, tuning: { adapter: '', matmul: {} }, keep: 'outputs' } as const;
  return compile(builder.build(), { ...fixed, ...options });
}

function weight(builder: Builder, path: string, shape: Shape): ValueId {
  return builder.emit('weight', [], { path, key: path, dtype: 'f32', shape });
}

function input(builder: Builder, name: string, shape: Shape, key = name): ValueId {
  return builder.emit('input', [], { name, key, dtype: 'f32', shape });
}

/** Two layers; both results are seen, the second as an output. */
function layers() {
  const builder = createBuilder();
  const first = builder.emit('linear', [
    input(builder, 'x', [5, 8]),
    weight(builder, 'w0', [7, 8]),
    weight(builder, 'b0', [7]),
  ]);
  const second = builder.emit('linear', [first, weight(builder, 'w1', [3, 7])]);
  builder.output('first', first, 'tap');
  builder.output('y', second, 'output');
  return builder;
}

describe('what is f16 in memory', () => {
  test('matrices of weights and what is computed of them; not inputs, biases and outputs', () => {
    const plan = planOf(layers(), NATIVE);
    expect(plan.leaves.map(({ name, storage }) => [name, storage])).toEqual([
      ['x', undefined],
      ['w0', 'f16'],
      ['b0', undefined],
      ['w1', 'f16'],
    ]);
    expect(plan.outputs.map(({ place }) => [place.storage, place.byteLength])).toEqual([
      // 35 elements, in whole words.
      ['f16', 72],
      [undefined, 60],
    ]);
    expect(plan.memory.weightBytes).toBe(2 * 56 + 4 * 7 + 44);
  });

  test('weights alone, where shaders cannot store it', () => {
    const plan = planOf(layers(), PAIRS);
    expect(plan.leaves.map(({ storage }) => storage)).toEqual([undefined, 'f16', undefined, 'f16']);
    expect(plan.outputs.map(({ place }) => place.storage)).toEqual([undefined, undefined]);
  });

  const followed: readonly [string, (builder: Builder) => ValueId, boolean][] = [
    ['a table of weights, looked up', (builder) => emitted(builder, 'gather', [matrix(builder), ids(builder)]), true],
    ['a product', product, true],
    ['what is computed of a product', (builder) => emitted(builder, 'tanh', [product(builder)]), true],
    [
      'a product in another order',
      (builder) => emitted(builder, 'permute', [product(builder)], { axes: [1, 0] }),
      true,
    ],
    [
      'a product with a border of numbers',
      (builder) => emitted(builder, 'pad', [product(builder)], { before: [1, 0], after: [0, 1], value: 0 }),
      true,
    ],
    [
      'probabilities of an input',
      (builder) => emitted(builder, 'softmax', [input(builder, 'x', [4, 4])], { axis: 1 }),
      true,
    ],
    ['what is computed of inputs alone', (builder) => emitted(builder, 'exp', [input(builder, 'x', [4, 4])]), false],
    ['a sum', (builder) => sum(builder, product(builder)), false],
    ['a loss', (builder) => emitted(builder, 'log', [sum(builder, product(builder))]), false],
    ['the largest', (builder) => builder.emitAll('top_k', [product(builder)], { k: 2 })[0]!, false],
    ['a product that is an output, in another shape', asOutput, false],
    ['what a run before has left as halves', (builder) => input(builder, 'x', [4, 4], halfKey('before')), true],
  ];

  test('in a plan of f32, only what a run before has left so', () => {
    const builder = createBuilder();
    const [kept, w] = [input(builder, 'x', [4, 4], halfKey('before')), matrix(builder)];
    builder.output('y', builder.emit('matmul', [kept, w]), 'output');
    const { leaves, shaders } = planOf(builder);
    expect(leaves.map(({ storage }) => storage)).toEqual(['f16', undefined]);
    expect(shaders[0]!.wgsl).toContain('unpack2x16float');
  });

  test.each(followed)('%s: %#', (_, make, isHalf) => {
    const builder = createBuilder();
    const value = make(builder);
    expect(chooseHalves(builder.build(), 'f16', 'f16').values.has(value)).toBe(isHalf);
  });
});

function emitted(builder: Builder, op: string, inputs: readonly ValueId[], attributes: Attributes = {}): ValueId {
  return builder.emit(op, inputs, attributes);
}

function matrix(builder: Builder): ValueId {
  return weight(builder, 'w', [4, 4]);
}

function ids(builder: Builder): ValueId {
  return builder.emit('input', [], { name: 'ids', key: 'ids', dtype: 'i32', shape: [3] });
}

function product(builder: Builder): ValueId {
  return builder.emit('matmul', [input(builder, 'left', [4, 4]), matrix(builder)]);
}

function sum(builder: Builder, value: ValueId): ValueId {
  return builder.emit('reduce_sum', [value], { axes: [1], keepdims: true });
}

function asOutput(builder: Builder): ValueId {
  const made = product(builder);
  builder.output('y', builder.emit('reshape', [made], { shape: [16] }), 'output');
  return made;
}

describe('keys', () => {
  test('of halves, and of all that is computed of them, are others than in f32', () => {
    const keysOf = (options: Partial<CompileOptions>) => {
      const { leaves, outputs } = planOf(layers(), options);
      return [...leaves, ...outputs].map(({ key }) => key);
    };
    const [full, native, pairs] = [keysOf({}), keysOf(NATIVE), keysOf(PAIRS)];
    expect(native.map((key, index) => key === full[index])).toEqual([true, false, true, false, false, false]);
    expect(pairs.map((key, index) => key === native[index])).toEqual([true, true, true, true, false, false]);
    expect(native[1]).toBe(halfKey(full[1]!));
  });

  test('a key that says so already says it once', () => {
    const builder = createBuilder();
    const value = input(builder, 'x', [2, 2], halfKey('before'));
    expect(valueKeys(builder.build(), new Set([value])).get(value)).toBe(halfKey('before'));
  });
});

test('what was measured of halves decides for them, and of f32 where nothing was', () => {
  const shadersOf = (matmul: Record<string, string>, options: Partial<CompileOptions>) =>
    planOf(layers(), { ...options, tuning: { adapter: '', matmul } }).shaders.map(({ wgsl }) => wgsl);
  const full = { small: 'shared 4x4' };
  const both = { ...full, 'small f16': 'register 4x4' };
  const isShared = (shaders: readonly string[]) => shaders.some((wgsl) => wgsl.includes('left_block'));
  expect([full, both].map((matmul) => isShared(shadersOf(matmul, {})))).toEqual([true, true]);
  expect([full, both].map((matmul) => isShared(shadersOf(matmul, NATIVE)))).toEqual([true, false]);
});

test('shaders of a plan in f32 know nothing of halves, and f16 is asked for where it is used', () => {
  const texts = (options: Partial<CompileOptions>) =>
    planOf(layers(), options)
      .shaders.map(({ wgsl }) => wgsl)
      .join();
  expect(texts({ storage: 'f32', shaderF16: true })).toBe(texts({}));
  expect(texts({})).not.toMatch(/f16|unpack/);
  expect(texts(PAIRS)).toMatch(/unpack2x16float/);
  expect(texts(PAIRS)).not.toMatch(/f16/);
  expect(texts(NATIVE)).toMatch(/^enable f16;\n/);
  expect(texts(NATIVE)).not.toMatch(/unpack/);
});
