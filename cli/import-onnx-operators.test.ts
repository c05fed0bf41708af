/** Operators one by one: small files, imported and computed in float64, against ONNX Runtime on the same file. */
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { NamedWords } from '../export/onnx/run/session.ts';
import { testFolder } from './testing/in-process.ts';
import { compareImport } from './testing/onnx-import.ts';
import {
  BOOL,
  FLOAT,
  floats,
  INT64,
  integers,
  onnxModel,
  type AttributeValue,
  type ModelInit,
  type NodeInit,
} from '../import/onnx/testing/onnx-models.ts';

const files = testFolder();
afterAll(files.remove);

/** Numbers that look random, and are the same each time. */
function numbers(count: number, scale = 1, offset = 0): number[] {
  return Array.from({ length: count }, (_, index) => offset + scale * Math.sin(1 + index * 12.9898) * 1.7);
}

const count = (dims: readonly number[]) => dims.reduce((product, size) => product * size, 1);

function words(name: string, dims: readonly number[], type: number, scale = 1, offset = 0): NamedWords {
  const values = numbers(count(dims), scale, offset);
  if (type === FLOAT) return { name, type: { dtype: 'f32', shape: dims }, data: Float32Array.from(values) };
  if (type === BOOL)
    return { name, type: { dtype: 'bool', shape: dims }, data: Uint32Array.from(values, (x) => Number(x > 0)) };
  return { name, type: { dtype: 'i32', shape: dims }, data: Int32Array.from(values, (x) => Math.round(3 * x)) };
}

interface Input {
  readonly dims: readonly number[];
  readonly type?: number;
  readonly scale?: number;
  readonly offset?: number;
}

async function compared(
  nodes: readonly NodeInit[],
  inputs: Readonly<Record<string, Input>>,
  init: Partial<ModelInit> = {},
) {
  const model = `${files.fresh()}.onnx`;
  const outputs = init.outputs ?? [{ name: 'y', type: FLOAT }];
  const ports = Object.entries(inputs).map(([name, { dims, type = FLOAT }]) => ({ name, dims, type }));
  writeFileSync(model, onnxModel({ ...init, nodes, inputs: ports, outputs }));
  const given = Object.entries(inputs).map(([name, { dims, type = FLOAT, scale, offset }]) =>
    words(name, dims, type, scale, offset),
  );
  const comparison = await compareImport(files, model, given);
  expect(comparison.lines.join('\n')).not.toContain('placeholder');
  for (const [output, distance] of Object.entries(comparison.distances)) expect(distance, output).toBeLessThan(5e-6);
  return comparison;
}

type Attributes = Readonly<Record<string, AttributeValue>>;
type Case = readonly [
  operator: string,
  inputs: Readonly<Record<string, Input>>,
  attributes?: Attributes,
  more?: Partial<ModelInit> & {
    readonly operands?: readonly string[];
    readonly results?: readonly { name: string; type: number }[];
  },
];

const x = { dims: [2, 3, 4] };
const positive = { ...x, scale: 0.4, offset: 1 };
const whole = { dims: [2, 3, 4], type: INT64 };
const mask = { dims: [3, 1], type: BOOL };
const int = (name: string, ...values: number[]) => integers(name, values);
const asInt = { results: [{ name: 'y', type: INT64 }] };
const asBool = { results: [{ name: 'y', type: BOOL }] };

const CASES: readonly Case[] = [
  ...['Relu', 'Sigmoid', 'Tanh', 'Exp', 'Neg', 'Abs', 'Identity', 'Softplus'].map((name): Case => [name, { x }]),
  ...['Sqrt', 'Log', 'Reciprocal'].map((name): Case => [name, { x: positive }]),
  ...['Add', 'Sub', 'Mul', 'Div'].map((name): Case => [name, { x, b: { dims: [3, 1], scale: 0.3, offset: 1 } }]),
  ...['Add', 'Sub', 'Mul'].map((name): Case => [name, { x: whole, b: { dims: [4], type: INT64 } }, {}, asInt]),
  ['Div', { x: whole }, {}, { ...asInt, operands: ['x', 'two'], initializers: [int('two', 2)] }],
  ['Neg', { x: whole }, {}, asInt],
  ['Abs', { x: whole }, {}, asInt],
  ['Pow', { x: positive }, {}, { operands: ['x', 'constant/e'], initializers: [floats('constant/e', [], [3])] }],
  ['Sub', { x }, {}, { operands: ['constant/c', 'x'], initializers: [floats('constant/c', [], [1])] }],
  ['Div', { x: positive }, {}, { operands: ['constant/c', 'x'], initializers: [floats('constant/c', [1], [2])] }],
  ...['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual'].map((name): Case => [
    name,
    { x: whole, b: { dims: [4], type: INT64 } },
    {},
    asBool,
  ]),
  ['Greater', { x }, {}, { ...asBool, operands: ['constant/c', 'x'], initializers: [floats('constant/c', [], [0.1])] }],
  ['Equal', { x: { dims: [3, 4], type: BOOL }, b: mask }, {}, asBool],
  ['And', { x: { dims: [3, 4], type: BOOL }, b: mask }, {}, asBool],
  ['Or', { x: { dims: [3, 4], type: BOOL }, b: mask }, {}, asBool],
  ['Not', { x: mask }, {}, asBool],
  ['IsNaN', { x }, {}, asBool],
  ['Sum', { x, b: { dims: [4] }, c: { dims: [1] } }],
  ['Mean', { x, b: { dims: [4] }, c: { dims: [1] } }],
  ['LeakyRelu', { x }, { alpha: 0.2 }],
  ['Max', { x, b: { dims: [4], offset: 0.2 } }],
  ['Min', { x, b: { dims: [4], offset: 0.2 }, c: { dims: [1] } }],
  ['Max', { x }, {}, { operands: ['constant/c', 'x'], initializers: [floats('constant/c', [], [0.1])] }],
  [
    'Clip',
    { x },
    {},
    {
      operands: ['x', 'constant/a', 'constant/b'],
      initializers: [floats('constant/a', [], [-0.5]), floats('constant/b', [], [0.7])],
    },
  ],
  ['Clip', { x }, {}, { operands: ['x', '', 'constant/b'], initializers: [floats('constant/b', [], [0.7])] }],
  ['Where', { x: mask, a: { dims: [2, 3, 4] }, b: { dims: [4] } }],
  [
    'Where',
    { x: mask, b: { dims: [3, 4] } },
    {},
    { operands: ['x', 'constant/low', 'b'], initializers: [floats('constant/low', [], [-1e9])] },
  ],
  [
    'Where',
    { x: mask, b: { dims: [3, 4] } },
    {},
    { operands: ['x', 'b', 'constant/low'], initializers: [floats('constant/low', [], [-1e9])] },
  ],
  ['Where', { x: mask, a: whole, b: { dims: [4], type: INT64 } }, {}, asInt],
  ['Cast', { x: { ...x, scale: 3 } }, { to: BigInt(INT64) }, asInt],
  ['Cast', { x: whole }, { to: BigInt(FLOAT) }],
  ['Cast', { x: whole }, { to: BigInt(BOOL) }, asBool],
  ['Cast', { x: mask }, { to: BigInt(FLOAT) }],
  ['Reshape', { x }, {}, { operands: ['x', 's'], initializers: [int('s', 0, -1, 2)] }],
  ['Flatten', { x }, { axis: 2n }],
  ['Flatten', { x }, { axis: 0n }],
  ['Squeeze', { x: { dims: [1, 3, 1] } }, {}, { operands: ['x', 'a'], initializers: [int('a', -1)] }],
  ['Squeeze', { x: { dims: [1, 3, 1] } }],
  ['Unsqueeze', { x }, {}, { operands: ['x', 'a'], initializers: [int('a', 0, -1)] }],
  ['Transpose', { x: { dims: [2, 3, 4, 5] } }, { perm: [3n, 0n, 2n, 1n] }],
  ['Transpose', { x }],
  ['Concat', { x, b: { dims: [2, 1, 4] }, c: x, d: x, e: x, f: x }, { axis: 1n }],
  [
    'Split',
    { x },
    { axis: 2n },
    {
      operands: ['x', 's'],
      initializers: [int('s', 1, 3)],
      results: [
        { name: 'y', type: FLOAT },
        { name: 'z', type: FLOAT },
      ],
    },
  ],
  [
    'Split',
    { x },
    { axis: 2n },
    {
      results: [
        { name: 'y', type: FLOAT },
        { name: 'z', type: FLOAT },
      ],
    },
  ],
  [
    'Slice',
    { x: { dims: [5, 6, 7] } },
    {},
    {
      operands: ['x', 'a', 'b', 'c', 'd'],
      initializers: [int('a', 1, -3, 0), int('b', 4, 2 ** 62, -1), int('c', 0, 1, 2), int('d', 1, 1, 3)],
    },
  ],
  ['Slice', { x }, {}, { operands: ['x', 'a', 'b', 'c'], initializers: [int('a', 2), int('b', 1), int('c', 2)] }],
  ['Expand', { x: { dims: [3, 1] } }, {}, { operands: ['x', 's'], initializers: [int('s', 2, 1, 4)] }],
  ['Tile', { x: { dims: [2, 3] } }, {}, { operands: ['x', 's'], initializers: [int('s', 3, 2)] }],
  [
    'Pad',
    { x },
    {},
    {
      operands: ['x', 'p', 'constant/v'],
      initializers: [int('p', 1, 0, -1, 0, 2, 1), floats('constant/v', [], [0.5])],
    },
  ],
  ...['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceL2', 'ReduceSumSquare'].flatMap((name): Case[] => [
    [name, { x }, { axes: [0n, -1n], keepdims: 0n }],
    [name, { x }, { axes: [1n] }],
    [name, { x }],
  ]),
  ['ReduceSum', { x }, { keepdims: 0n }, { operands: ['x', 'a'], initializers: [int('a', 1, 2)] }],
  ['ReduceSum', { x: whole }, {}, { ...asInt, operands: ['x', 'a'], initializers: [int('a', 1)] }],
  ['GlobalAveragePool', { x: { dims: [2, 3, 4, 5] } }],
  ['Softmax', { x }, { axis: 1n }],
  ['Softmax', { x }, { axis: 2n }, { operatorSet: 11 }],
  ['LogSoftmax', { x: { ...x, scale: 20 } }],
  ['ArgMax', { x }, { axis: 1n, keepdims: 0n }, asInt],
  ['ArgMax', { x }, { axis: -1n }, asInt],
  [
    'TopK',
    { x },
    {},
    {
      operands: ['x', 'k'],
      initializers: [int('k', 2)],
      results: [
        { name: 'y', type: FLOAT },
        { name: 'z', type: INT64 },
      ],
    },
  ],
  ['CumSum', { x }, {}, { operands: ['x', 'a'], initializers: [integers('a', [1], [])] }],
  ['CumSum', { x: whole }, {}, { ...asInt, operands: ['x', 'a'], initializers: [integers('a', [-1], [])] }],
  ['MatMul', { x, b: { dims: [4, 5] } }],
  ['MatMul', { x: { dims: [4] }, b: { dims: [2, 4, 5] } }],
  ['MatMul', { x }, {}, { operands: ['x', 'w'], initializers: [floats('w', [4, 5], numbers(20))] }],
  ['MatMul', { x: { dims: [4, 5] } }, {}, { operands: ['w', 'x'], initializers: [floats('w', [2, 4], numbers(8))] }],
  [
    'Gemm',
    { x: { dims: [3, 4] } },
    { transB: 1n },
    { operands: ['x', 'w', 'b'], initializers: [floats('w', [5, 4], numbers(20)), floats('b', [5], numbers(5))] },
  ],
  [
    'Gemm',
    { x: { dims: [4, 3] } },
    { transA: 1n, alpha: 0.5, beta: 2 },
    { operands: ['x', 'w', 'b'], initializers: [floats('w', [4, 5], numbers(20)), floats('b', [5], numbers(5))] },
  ],
  [
    'Gemm',
    { x: { dims: [3, 4] } },
    {},
    { operands: ['x', 'w', 'b'], initializers: [floats('w', [4, 5], numbers(20)), floats('b', [3, 1], numbers(3))] },
  ],
  ['Gemm', { x: { dims: [3, 4] }, b: { dims: [5, 4] }, c: { dims: [5] } }, { transB: 1n, alpha: 2 }],
  ['Einsum', { x: { dims: [2, 3, 4, 5] }, b: { dims: [2, 6, 4, 5] } }, { equation: 'bqhd, bkhd -> bhqk' }],
  ['Einsum', { x: { dims: [2, 3] }, b: { dims: [3, 4, 5] } }, { equation: 'ij,jkl->ilk' }],
  [
    'Conv',
    { x: { dims: [2, 3, 6, 8] } },
    { strides: [2n, 2n], kernel_shape: [2n, 2n] },
    { operands: ['x', 'w', 'b'], initializers: [floats('w', [4, 3, 2, 2], numbers(48)), floats('b', [4], numbers(4))] },
  ],
  [
    'LayerNormalization',
    { x },
    { epsilon: 1e-3 },
    { operands: ['x', 'w', 'b'], initializers: [floats('w', [4], numbers(4)), floats('b', [4], numbers(4))] },
  ],
  ['LayerNormalization', { x }, {}, { operands: ['x', 'w'], initializers: [floats('w', [4], numbers(4))] }],
  ['LayerNormalization', { x, w: { dims: [4] }, b: { dims: [4] } }],
  ['Gather', { x }, { axis: 1n }, { operands: ['x', 'i'], initializers: [integers('i', [-1], [])] }],
  ['Gather', { x }, { axis: 2n }, { operands: ['x', 'i'], initializers: [int('i', 1, 2, 3)] }],
  ['Gather', { x }, { axis: 1n }, { operands: ['x', 'i'], initializers: [integers('i', [2, -3, 0, 2], [2, 2])] }],
  [
    'GatherElements',
    { x },
    { axis: 1n },
    { operands: ['x', 'i'], initializers: [integers('i', [0, -1, 2, 1, 1, 0, 2, 2], [2, 1, 4])] },
  ],
  [
    'SoftmaxCrossEntropyLoss',
    { x: { dims: [3, 5] } },
    { reduction: 'sum' },
    { operands: ['x', 'l'], initializers: [int('l', 4, 0, 2)] },
  ],
  ['Dropout', { x }],
  [
    'Dropout',
    { x },
    {},
    {
      operands: ['x', 'constant/p', 'on'],
      initializers: [
        floats('constant/p', [], [0]),
        { name: 'on', dims: [], dataType: BOOL, rawData: Uint8Array.of(1) },
      ],
    },
  ],
];

/** Operators of ONNX Runtime's own, which its optimiser puts in the place of several. */
const FUSED: readonly Case[] = [
  ['Gelu', { x }],
  ['FastGelu', { x, b: { dims: [4] } }],
  ['BiasGelu', { x, b: { dims: [4] } }],
  ['QuickGelu', { x }, { alpha: 1.702 }],
  ['QuickGelu', { x }, { alpha: 1 }],
  [
    'SkipLayerNormalization',
    { x, s: x },
    { epsilon: 1e-5 },
    { operands: ['x', 's', 'w', 'b', 'c'], initializers: ['w', 'b', 'c'].map((name) => floats(name, [4], numbers(4))) },
  ],
  [
    'SkipSimplifiedLayerNormalization',
    { x, s: x },
    { epsilon: 1e-5 },
    { operands: ['x', 's', 'w'], initializers: [floats('w', [4], numbers(4))] },
  ],
  [
    'SkipLayerNormalization',
    { x, s: x, w: { dims: [4] } },
    {},
    {
      results: [
        { name: 'y', type: FLOAT },
        { name: '', type: FLOAT },
        { name: '', type: FLOAT },
        { name: 'z', type: FLOAT },
      ],
    },
  ],
];

test.each(FUSED.map((row, index) => [`${index} ${row[0]}`, row] as const))(
  'com.microsoft.%s',
  async (_, [op, inputs, attributes = {}, more = {}]) => {
    const { operands = Object.keys(inputs), results = [{ name: 'y', type: FLOAT }], ...init } = more;
    const node = {
      op,
      domain: 'com.microsoft',
      inputs: operands,
      outputs: results.map(({ name }) => name),
      attributes,
    };
    await compared([node], inputs, {
      ...init,
      outputs: results.filter(({ name }) => name !== ''),
      domains: ['com.microsoft'],
    });
  },
);

describe('operators', () => {
  test.each(CASES.map((row, index) => [`${index} ${row[0]}`, row] as const))(
    '%s',
    async (_, [op, inputs, attributes = {}, more = {}]) => {
      const { operands = Object.keys(inputs), results = [{ name: 'y', type: FLOAT }], ...init } = more;
      await compared([{ op, inputs: operands, outputs: results.map(({ name }) => name), attributes }], inputs, {
        ...init,
        outputs: results,
      });
    },
  );
});
