/** Every op on the GPU against its own `evaluate`, over shapes that are odd in some way and data that is unkind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Builder } from './ir/builder.ts';
import { elementCount, type Attributes, type DType, type ValueId } from './ir/types.ts';
import { createBuilder } from './ops/create-builder.ts';
import { OPS } from './ops/registry.ts';
import type { HostTensor } from './ops/record.ts';
import type { Engine } from './runtime/engine.ts';
import {
  evaluateGraph,
  openTestEngine,
  randomNumbers,
  relativeError,
  runOnGpu,
  type Leaves,
} from './testing/on-gpu.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

const SHAPES = [[], [1], [3], [63], [64], [65], [197], [257], [3, 5, 7], [0], [4, 0, 3]] as const;

/** Zeros of both signs, ones, tiny, huge and ordinary numbers, repeated to the length. */
const UNKIND = [0, -0, 1, -1, 0.5, 1e-30, -1e-30, 1e30, -1e30, 3e38, 88, -88, 1e-7, 12.25, -2.5, 16_777_217];

interface Operand {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** A graph of one op over inputs `in0`, `in1`, …, and outputs `out0`, …. */
function oneOp(op: string, operands: readonly Operand[], attributes: Attributes) {
  const builder = createBuilder();
  builder.origin = op;
  const inputs = operands.map(({ dtype, shape }, index) => input(builder, `in${index}`, dtype, shape));
  const results = builder.emitAll(op, inputs, attributes);
  for (const [index, result] of results.entries()) builder.output(`out${index}`, result, 'output');
  const leaves: Leaves = Object.fromEntries(operands.map(({ data }, index) => [`in${index}`, Float64Array.from(data)]));
  return { graph: builder.build(), leaves };
}

function input(builder: Builder, name: string, dtype: DType, shape: readonly number[]): ValueId {
  return builder.emit('input', [], { name, key: `${name} ${shape.join(' ')}`, dtype, shape });
}

async function both(
  op: string,
  operands: readonly Operand[],
  attributes: Attributes = {},
): Promise<[HostTensor, HostTensor][]> {
  const { graph, leaves } = oneOp(op, operands, attributes);
  const got = await runOnGpu(engine, graph, leaves);
  return [...evaluateGraph(graph, leaves)].map(([name, want]) => [got.get(name)!, want]);
}

/** Each element within the error that WGSL grants its functions, and infinite where float32 overflows. */
function expectClose(got: HostTensor, want: HostTensor, tolerance: number, absolute = 1.2e-38): void {
  expect(got.shape).toEqual(want.shape);
  expect(got.data.length).toBe(want.data.length);
  for (let i = 0; i < want.data.length; i++) {
    const [a, b] = [got.data[i]!, Math.fround(want.data[i]!)];
    if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    // Numbers below float32's normal range may be flushed to zero.
    const allowed = tolerance * Math.abs(b) + absolute;
    if (!(Math.abs(a - b) <= allowed)) expect.fail(`element ${i} is ${a}, wanted ${b}`);
  }
}

const f32 = (shape: readonly number[], data: ArrayLike<number>): Operand => ({ dtype: 'f32', shape, data });
const repeated = (pattern: readonly number[], count: number, from = 0): number[] => {
  return Array.from({ length: count }, (_, index) => pattern[(index + from) % pattern.length]!);
};

/** Arguments where the function is defined and within range. */
const DOMAINS: Readonly<Record<string, (x: number) => number>> = {
  log: (x) => Math.abs(x) + 1e-20,
  sqrt: Math.abs,
  rsqrt: (x) => Math.abs(x) + 1e-20,
  reciprocal: (x) => (x === 0 ? 1 : x),
  exp: (x) => Math.max(Math.min(x, 80), -80),
};
/** Relative error where it is not 4e-6; WGSL bounds exp and log by absolute errors. */
const TOLERANCES: Readonly<Record<string, number>> = { exp: 2e-5, log: 2e-5, pow: 1e-4, sigmoid: 2e-5, tanh: 2e-5 };

/** Where a difference of nearly equal numbers leaves no relative accuracy: GELU's negative tail. */
const ABSOLUTE: Readonly<Record<string, number>> = { gelu: 4e-7 };

const UNARY = ['neg', 'abs', 'exp', 'log', 'sqrt', 'rsqrt', 'reciprocal', 'tanh', 'erf', 'sigmoid', 'relu', 'gelu'];
describe.each(UNARY)('%s', (op) => {
  const domain = DOMAINS[op] ?? ((x: number) => x);
  test.each(SHAPES.map((shape) => [shape]))('of shape %j', async (shape) => {
    const data = randomNumbers(elementCount(shape), 3, 4).map((x) => domain(x));
    for (const [got, want] of await both(op, [f32(shape, data)]))
      expectClose(got, want, TOLERANCES[op] ?? 4e-6, ABSOLUTE[op]);
  });
  test('of unkind numbers', async () => {
    const data = UNKIND.map((x) => Math.fround(domain(x)));
    for (const [got, want] of await both(op, [f32([data.length], data)]))
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
    for (const [got, want] of await both(op, operands)) expectClose(got, want, 1e-6);
  });
  test('of unkind numbers', async () => {
    const count = UNKIND.length * 7;
    const other = repeated(
      op === 'div' ? UNKIND.filter((x) => Math.abs(x) > 1e-8 && Math.abs(x) < 1e8) : UNKIND,
      count,
      3,
    );
    const operands = [f32([count], repeated(UNKIND, count)), f32([count], other.map(Math.fround))];
    for (const [got, want] of await both(op, operands)) expectClose(got, want, 1e-6);
  });
  test('of i32', async () => {
    const a = [-7, 7, 7, 0, 5, -2_147_483_648, 2_147_483_647, 12];
    const b = [2, -2, 3, 5, 5, 3, -7, 12];
    const operands = [a, b].map((data): Operand => ({ dtype: 'i32', shape: [8], data }));
    for (const [got, want] of await both(op, operands)) expect([...got.data]).toEqual([...want.data]);
  });
});

test('pow', async () => {
  const a = [2, -2, -2, 0, 0, 9, 1e-10, -3];
  const b = [3, 3, 2, 0, 2, 0.5, 3, -1];
  for (const [got, want] of await both('pow', [f32([8], a), f32([8], b)])) expectClose(got, want, 1e-4);
});

test('logical ops and select over bool', async () => {
  const bool = (data: number[]): Operand => ({ dtype: 'bool', shape: [4], data });
  const [a, b] = [bool([0, 0, 1, 1]), bool([0, 1, 0, 1])];
  for (const op of ['and', 'or']) for (const [got, want] of await both(op, [a, b])) expect(got.data).toEqual(want.data);
  for (const [got, want] of await both('not', [a])) expect(got.data).toEqual(want.data);
  for (const [got, want] of await both('select', [b, f32([4], [1, 2, 3, 4]), f32([4], [5, 6, 7, 8])])) {
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
  for (const [got, want] of await both('cast', [{ dtype: from, shape: [5], data }], { dtype: to })) {
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
  for (const [got, want] of await both(op, [operand], attributes)) expect(got).toEqual(want);
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
    for (const [got, want] of await both('concat', operands, { axis })) expect(got).toEqual(want);
  }
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
      for (const [got, want] of await both(op, [f32(shape, data)], { axes, keepdims })) expectClose(got, want, 2e-6);
    }
  });
});

test('sum of nothing is 0', async () => {
  for (const [got] of await both('reduce_sum', [f32([3, 0], [])], { axes: [1], keepdims: false }))
    expect([...got.data]).toEqual([0, 0, 0]);
});

describe('softmax', () => {
  test.each([
    [[1], 0],
    [[5, 197], 1],
    [[65, 3], 0],
    [[3, 63, 5], 1],
    [[2, 0], 1],
  ] as const)('of %j along %i', async (shape, axis) => {
    const data = randomNumbers(elementCount(shape), 13, 5);
    for (const [got, want] of await both('softmax', [f32(shape, data)], { axis })) expectClose(got, want, 1e-5);
  });
  test('of large magnitudes', async () => {
    const data = [1e4, 1e4 - 1, 0, -1e4, 3e38, 3e38, -3e38, 0, -200, -201, -202, -1e30];
    for (const [got, want] of await both('softmax', [f32([3, 4], data.map(Math.fround))], { axis: 1 }))
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
      for (const [got, want] of await both('layer_norm', operands.slice(0, count), { epsilon: 1e-5 })) {
        expect(relativeError(got, want)).toBeLessThan(1e-6);
      }
    }
  });
  test('with a mean far from 0', async () => {
    const data = randomNumbers(4 * 256, 20).map((x) => Math.fround(x + 1000));
    // The inputs' own rounding is 6e-5 of the spread; the yardstick has the same inputs.
    for (const [got, want] of await both('layer_norm', [f32([4, 256], data)], { epsilon: 1e-5 })) {
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
        for (const [got, want] of await both('linear', operands)) expect(relativeError(got, want)).toBeLessThan(1e-6);
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
    for (const [got, want] of await both('matmul', operands)) {
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
    for (const [got, want] of await both('attention', operands, { scale: size ** -0.5 }))
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
    for (const [got, want] of await both('patch_conv', operands, { stride: patch }))
      expect(relativeError(got, want)).toBeLessThan(1e-6);
  });
});

test('every op of the registry is tested here', () => {
  const tested = new Set([
    ...UNARY,
    ...BINARY,
    ...MOVEMENT.map(([op]) => op),
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
    'softmax',
    'layer_norm',
    'linear',
    'matmul',
    'attention',
    'patch_conv',
  ]);
  expect([...OPS.keys()].filter((op) => !tested.has(op))).toEqual([]);
});
