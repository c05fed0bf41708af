/** Every op on the GPU against its own `evaluate`, over shapes that are odd in some way and data that is unkind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elementCount, type Attributes } from './ir/types.ts';
import { createBuilder } from './ops/create-builder.ts';
import { OPS } from './ops/registry.ts';
import type { Engine } from './runtime/engine.ts';
import { both, expectClose, f32, i32, oneOp, type Operand } from './testing/one-op.ts';
import { evaluateGraph, openTestEngine, randomNumbers, runOnGpu } from './testing/on-gpu.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

const SHAPES = [[], [1], [3], [63], [64], [65], [197], [257], [3, 5, 7], [0], [4, 0, 3]] as const;

/** Zeros of both signs, ones, tiny, huge and ordinary numbers, repeated to the length. */
const UNKIND = [0, -0, 1, -1, 0.5, 1e-30, -1e-30, 1e30, -1e30, 3e38, 88, -88, 1e-7, 12.25, -2.5, 16_777_217];

const repeated = (pattern: readonly number[], count: number, from = 0): number[] => {
  return Array.from({ length: count }, (_, index) => pattern[(index + from) % pattern.length]!);
};

/** Arguments where the function is defined and within range. */
const DOMAINS: Readonly<Record<string, (x: number) => number>> = {
  log: (x) => Math.abs(x) + 1e-20,
  log1p: (x) => Math.max(x, -0.9),
  sqrt: Math.abs,
  rsqrt: (x) => Math.abs(x) + 1e-20,
  reciprocal: (x) => (x === 0 ? 1 : x),
  exp: (x) => Math.max(Math.min(x, 80), -80),
};
/** Relative error where it is not 4e-6; WGSL bounds exp and log by absolute errors. */
const TOLERANCES: Readonly<Record<string, number>> = {
  exp: 2e-5,
  log: 2e-5,
  log1p: 1e-5,
  pow: 1e-4,
  sigmoid: 2e-5,
  tanh: 2e-5,
};

/** Where a difference of nearly equal numbers leaves no relative accuracy: GELU's negative tail. */
const ABSOLUTE: Readonly<Record<string, number>> = { gelu: 4e-7 };

const UNARY = [
  'neg',
  'abs',
  'exp',
  'log',
  'log1p',
  'sqrt',
  'rsqrt',
  'reciprocal',
  'tanh',
  'erf',
  'sigmoid',
  'relu',
  'gelu',
];
describe.each(UNARY)('%s', (op) => {
  const domain = DOMAINS[op] ?? ((x: number) => x);
  test.each(SHAPES.map((shape) => [shape]))('of shape %j', async (shape) => {
    const data = randomNumbers(elementCount(shape), 3, 4).map((x) => domain(x));
    for (const [got, want] of await both(engine, op, [f32(shape, data)]))
      expectClose(got, want, TOLERANCES[op] ?? 4e-6, ABSOLUTE[op]);
  });
  test('of unkind numbers', async () => {
    const data = UNKIND.map((x) => Math.fround(domain(x)));
    for (const [got, want] of await both(engine, op, [f32([data.length], data)]))
      expectClose(got, want, TOLERANCES[op] ?? 4e-6, ABSOLUTE[op]);
  });
});

const BINARY = [
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'minimum',
  'equal',
  'not_equal',
  'less',
  'less_equal',
  'greater',
  'greater_equal',
];
describe.each(BINARY)('%s', (op) => {
  test.each(SHAPES.map((shape) => [shape]))('of shape %j', async (shape) => {
    const count = elementCount(shape);
    const divisor = (x: number): number => (op === 'div' && Math.abs(x) < 0.01 ? 1 : x);
    const operands = [f32(shape, randomNumbers(count, 1, 4)), f32(shape, randomNumbers(count, 2, 4).map(divisor))];
    for (const [got, want] of await both(engine, op, operands)) expectClose(got, want, 1e-6);
  });
  test('of unkind numbers', async () => {
    const count = UNKIND.length * 7;
    const other = repeated(
      op === 'div' ? UNKIND.filter((x) => Math.abs(x) > 1e-8 && Math.abs(x) < 1e8) : UNKIND,
      count,
      3,
    );
    const operands = [f32([count], repeated(UNKIND, count)), f32([count], other.map(Math.fround))];
    for (const [got, want] of await both(engine, op, operands)) expectClose(got, want, 1e-6);
  });
  test('of i32', async () => {
    const a = [-7, 7, 7, 0, 5, -2_147_483_648, 2_147_483_647, 12];
    const b = [2, -2, 3, 5, 5, 3, -7, 12];
    const operands = [a, b].map((data): Operand => ({ dtype: 'i32', shape: [8], data }));
    for (const [got, want] of await both(engine, op, operands)) expect([...got.data]).toEqual([...want.data]);
  });
});

test('pow', async () => {
  const a = [2, -2, -2, 0, 0, 9, 1e-10, -3];
  const b = [3, 3, 2, 0, 2, 0.5, 3, -1];
  for (const [got, want] of await both(engine, 'pow', [f32([8], a), f32([8], b)])) expectClose(got, want, 1e-4);
});

test('logical ops and select over bool', async () => {
  const bool = (data: number[]): Operand => ({ dtype: 'bool', shape: [4], data });
  const [a, b] = [bool([0, 0, 1, 1]), bool([0, 1, 0, 1])];
  for (const op of ['and', 'or'])
    for (const [got, want] of await both(engine, op, [a, b])) expect(got.data).toEqual(want.data);
  for (const [got, want] of await both(engine, 'not', [a])) expect(got.data).toEqual(want.data);
  for (const [got, want] of await both(engine, 'select', [b, f32([4], [1, 2, 3, 4]), f32([4], [5, 6, 7, 8])])) {
    expect(got.data).toEqual(want.data);
  }
});

test.each([
  ['f32', 'i32', [1.9, -1.9, 0, 2e9, -3e9]],
  ['f32', 'bool', [0, 2, -0, 1e-20, -1]],
  ['i32', 'f32', [1, -1, 0, 16_777_217, -5]],
  ['bool', 'f32', [0, 1, 1, 0, 1]],
  ['bool', 'i32', [0, 1, 1, 0, 1]],
  ['i32', 'bool', [0, 1, -1, 7, 0]],
] as const)('cast from %s to %s', async (from, to, data) => {
  for (const [got, want] of await both(engine, 'cast', [{ dtype: from, shape: [5], data }], { dtype: to })) {
    expect([...got.data]).toEqual(Array.from(want.data, Math.fround));
  }
});

const MOVEMENT: readonly (readonly [string, readonly number[], Attributes])[] = [
  ['reshape', [6, 35], { shape: [5, 7, 6] }],
  ['permute', [3, 5, 7], { axes: [2, 0, 1] }],
  ['permute', [65, 63], { axes: [1, 0] }],
  ['expand', [3, 1, 7], { shape: [3, 65, 7] }],
  ['slice', [9, 8], { starts: [1, 7], stops: [8, 0], steps: [3, 1] }],
  ['slice', [9, 8], { starts: [2, 1], stops: [8, 8], steps: [3, 2] }],
  ['pad', [3, 4], { before: [1, 0], after: [2, 3], value: -1.5 }],
  ['pad', [0, 4], { before: [1, 0], after: [0, 1], value: 2 }],
];
test.each(MOVEMENT)('%s of %j by %j', async (op, shape, attributes) => {
  const operand = f32(shape, randomNumbers(elementCount(shape), 5));
  for (const [got, want] of await both(engine, op, [operand], attributes)) expect(got).toEqual(want);
});

test('concat along each axis, with an empty part', async () => {
  for (const axis of [0, 1]) {
    const shapes =
      axis === 0
        ? [
            [2, 3],
            [1, 3],
            [0, 3],
          ]
        : [
            [2, 3],
            [2, 5],
            [2, 0],
          ];
    const operands = shapes.map((shape, index) => f32(shape, randomNumbers(elementCount(shape), index)));
    for (const [got, want] of await both(engine, 'concat', operands, { axis })) expect(got).toEqual(want);
  }
});

describe('gather', () => {
  test.each([
    [[1], [1]],
    [[65], [197]],
    [
      [257, 3],
      [2, 63],
    ],
    [[3, 5, 7], []],
    [[4, 64], [0]],
  ] as const)('of table %j by indices %j', async (table, indices) => {
    const rows = randomNumbers(elementCount(indices), 6).map((x) => Math.floor(((x + 1) / 2) * table[0] * 0.999));
    const operands = [f32(table, randomNumbers(elementCount(table), 5)), i32(indices, rows)];
    for (const [got, want] of await both(engine, 'gather', operands)) expect(got).toEqual(want);
  });
  test('an index outside reads the nearest row', async () => {
    const { graph, leaves } = oneOp('gather', [f32([3], [5, 6, 7]), i32([4], [-1, 3, 2_147_483_647, 1])], {});
    expect([...(await runOnGpu(engine, graph, leaves)).get('out0')!.data]).toEqual([5, 7, 7, 6]);
  });
});

test('concat of more operands than a kernel binds', async () => {
  const parts = Array.from({ length: 60 }, (_, index) =>
    f32([2, 1 + (index % 3)], randomNumbers(6, index).slice(0, 2 + 2 * (index % 3))),
  );
  for (const [got, want] of await both(engine, 'concat', parts, { axis: 1 })) expect(got).toEqual(want);
});

test('iota and constant', async () => {
  const builder = createBuilder();
  builder.output('iota', builder.emit('iota', [], { axis: 1, dtype: 'i32', shape: [3, 5] }), 'output');
  builder.output('constant', builder.emit('constant', [], { value: -0.1, dtype: 'f32', shape: [7] }), 'output');
  builder.output('literal', builder.emit('literal', [], { values: [1, 2.5, -3], dtype: 'f32', shape: [3] }), 'output');
  const graph = builder.build();
  const got = await runOnGpu(engine, graph, {});
  for (const [name, want] of evaluateGraph(graph, {})) expectClose(got.get(name)!, want, 0);
});

describe.each(['reduce_sum', 'reduce_mean', 'reduce_max', 'reduce_min'])('%s', (op) => {
  const cases = [
    [[1], [0]],
    [[197], [0]],
    [[65, 257], [1]],
    [[65, 257], [0]],
    [
      [3, 5, 7],
      [0, 2],
    ],
    [
      [3, 5, 7],
      [0, 1, 2],
    ],
    [[3, 0, 2], [2]],
    [[70_001], [0]],
    [[2, 30_000], [1]],
    [
      [20, 3, 400],
      [0, 2],
    ],
    [[4096, 2], [0]],
  ] as const;
  test.each(cases)('of %j over %j', async (shape, axes) => {
    const data = randomNumbers(elementCount(shape), 11).map((x) => x + 0.25);
    for (const keepdims of [true, false]) {
      for (const [got, want] of await both(engine, op, [f32(shape, data)], { axes, keepdims }))
        expectClose(got, want, 2e-6);
    }
  });
});

test('sum of nothing is 0', async () => {
  for (const [got] of await both(engine, 'reduce_sum', [f32([3, 0], [])], { axes: [1], keepdims: false }))
    expect([...got.data]).toEqual([0, 0, 0]);
});

/** Tested in gpu/composites.gpu.test.ts. */
const COMPOSITES = [
  'softmax',
  'layer_norm',
  'linear',
  'matmul',
  'attention',
  'patch_conv',
  'lstm',
  'lstm_step',
  'rms_norm',
  'argmax',
  'top_k',
  'cross_entropy',
];

test('every op of the registry is tested', () => {
  const tested = new Set([
    ...UNARY,
    ...BINARY,
    ...COMPOSITES,
    ...MOVEMENT.map(([op]) => op),
    'gather',
    'pow',
    'and',
    'or',
    'not',
    'select',
    'cast',
    'concat',
    'iota',
    'constant',
    'literal',
    'input',
    'weight',
    'reduce_sum',
    'reduce_mean',
    'reduce_max',
    'reduce_min',
  ]);
  expect([...OPS.keys()].filter((op) => !tested.has(op))).toEqual([]);
});
