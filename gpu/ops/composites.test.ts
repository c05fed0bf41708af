/** Matrix products and composites on sizes around the tiles and blocks, against plain loops; and how they pause. */
import { expect, test } from 'vitest';
import { elementCount, type Attributes, type Shape } from '../ir/types.ts';
import { evaluateGraph, evaluateOp, expectTensor, randomTensor, tensor } from '../testing/host.ts';
import { broadcastShape, binary } from './broadcast.ts';
import { createBuilder } from './create-builder.ts';
import { recordOf } from './infer.ts';
import type { HostTensor } from './record.ts';

/** a[…, M, K] · b[…, K, N], as a sum of products per element. */
function plainProduct(a: HostTensor, b: HostTensor): HostTensor {
  const [rows, depth, columns] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  const shape = [...a.shape.slice(0, -1), columns];
  const data = Float64Array.from({ length: elementCount(shape) }, (_, flat) => {
    const column = flat % columns;
    const row = Math.floor(flat / columns);
    const batch = Math.floor(row / rows);
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += a.data[row * depth + k]! * b.data[(batch * depth + k) * columns + column]!;
    return sum;
  });
  return { dtype: a.dtype, shape, data };
}

const EDGES = [0, 1, 3, 4, 63, 64, 65];

test('matmul on all sizes around a tile', () => {
  for (const rows of EDGES) {
    for (const columns of EDGES) {
      for (const depth of [0, 1, 3, 65]) {
        const [a, b] = [randomTensor([rows, depth], 1), randomTensor([depth, columns], 2)];
        expectTensor(evaluateOp('matmul', [a, b])[0]!, plainProduct(a, b));
      }
    }
  }
});

test.each([
  [
    [197, 257],
    [257, 65],
  ],
  [
    [257, 3],
    [3, 197],
  ],
  [
    [3, 1025],
    [1025, 5],
  ],
  [
    [513, 70],
    [70, 4],
  ],
  [
    [2, 3, 5, 7],
    [2, 3, 7, 4],
  ],
  [
    [0, 5, 7],
    [0, 7, 4],
  ],
])('matmul of %j and %j', (shapeA, shapeB) => {
  const [a, b] = [randomTensor(shapeA, 1), randomTensor(shapeB, 2)];
  expectTensor(evaluateOp('matmul', [a, b])[0]!, plainProduct(a, b));
});

test('infinity and NaN stay in their row and column', () => {
  const a = randomTensor([5, 6], 1);
  const b = randomTensor([6, 5], 2);
  a.data[2 * 6 + 1] = Infinity;
  b.data[3 * 5 + 4] = Number.NaN;
  expectTensor(evaluateOp('matmul', [a, b])[0]!, plainProduct(a, b));
});

interface Sample {
  readonly op: string;
  readonly shapes: readonly Shape[];
  readonly attributes: Attributes;
}

const SIZES = [1, 3, 63, 64, 65, 197, 257];
const SAMPLES: readonly Sample[] = [
  ...SIZES.flatMap((size): Sample[] => [
    { op: 'softmax', shapes: [[2, size]], attributes: { axis: 1 } },
    { op: 'softmax', shapes: [[size, 3]], attributes: { axis: 0 } },
    { op: 'layer_norm', shapes: [[3, size], [size], [size]], attributes: { epsilon: 1e-5 } },
    { op: 'rms_norm', shapes: [[3, size], [size]], attributes: { epsilon: 1e-5 } },
    { op: 'argmax', shapes: [[3, size]], attributes: { axis: 1 } },
    { op: 'gelu', shapes: [[size]], attributes: {} },
    { op: 'linear', shapes: [[size, 5], [7, 5], [7]], attributes: {} },
    {
      op: 'linear',
      shapes: [
        [2, 3, size],
        [size, size],
      ],
      attributes: {},
    },
    {
      op: 'attention',
      shapes: [
        [2, size, 5],
        [2, 3, 5],
        [2, 3, 4],
      ],
      attributes: { scale: 0.3 },
    },
    {
      op: 'attention',
      shapes: [
        [3, 5],
        [size, 5],
        [size, 4],
      ],
      attributes: { scale: 2 },
    },
  ]),
  ...[
    [1, 1, 3, 2],
    [3, 1, 5, 4],
    [2, 7, 1, 1],
    [5, 3, 64, 65],
    [0, 2, 3, 4],
    [2, 3, 0, 4],
  ].flatMap(([batch, steps, width, hidden]): Sample[] => {
    const weights = [
      [4 * hidden!, width!],
      [4 * hidden!, hidden!],
    ];
    const x = [batch!, steps!, width!];
    return [
      { op: 'lstm', shapes: [x, ...weights, [4 * hidden!], [4 * hidden!]], attributes: {} },
      { op: 'lstm', shapes: [x, ...weights], attributes: {} },
    ];
  }),
  {
    op: 'lstm_step',
    shapes: [
      [3, 5],
      [20, 5],
      [3, 20],
      [3, 5],
    ],
    attributes: {},
  },
  { op: 'softmax', shapes: [[0, 3]], attributes: { axis: 1 } },
  { op: 'rms_norm', shapes: [[0, 3]], attributes: { epsilon: 1e-5 } },
  { op: 'layer_norm', shapes: [[0, 3]], attributes: { epsilon: 1e-5 } },
  { op: 'linear', shapes: [[0, 5], [7, 5], [7]], attributes: {} },
  { op: 'linear', shapes: [[5], [7, 5], [7]], attributes: {} },
  {
    op: 'attention',
    shapes: [
      [2, 0, 5],
      [2, 3, 5],
      [2, 3, 4],
    ],
    attributes: { scale: 1 },
  },
  { op: 'patch_conv', shapes: [[1, 3, 224, 224], [5, 3, 16, 16], [5]], attributes: { stride: 16 } },
  {
    op: 'patch_conv',
    shapes: [
      [3, 2, 11, 7],
      [5, 2, 3, 3],
    ],
    attributes: { stride: 3 },
  },
  { op: 'patch_conv', shapes: [[0, 2, 6, 6], [5, 2, 3, 3], [5]], attributes: { stride: 3 } },
  { op: 'patch_conv', shapes: [[2, 2, 2, 6], [5, 2, 3, 3], [5]], attributes: { stride: 3 } },
];

test.each(SAMPLES)('$op of $shapes is what its decomposition computes', ({ op, shapes, attributes }) => {
  const leaves = new Map(shapes.map((shape, index) => [`in${index}`, randomTensor(shape, index)]));
  const builder = createBuilder();
  const operands = [...leaves].map(([name, { dtype, shape }]) =>
    builder.emit('input', [], { name, key: name, dtype, shape }),
  );
  const decomposed = recordOf(op).decompose!(builder, operands, attributes);
  for (const [index, result] of decomposed.entries()) builder.output(`out${index}`, result, 'output');
  const values = evaluateGraph(builder.build(), leaves);
  for (const [index, want] of evaluateOp(op, [...leaves.values()], attributes).entries()) {
    expectTensor(values.get(`out${index}`)!, want, 1e-11);
  }
});

test('long work pauses on its way', () => {
  const inputs = [randomTensor([300, 400], 1), randomTensor([900, 400], 2)];
  const work = recordOf('linear').evaluateInSteps!(inputs, {});
  let pauses = 0;
  let step = work.next();
  for (; !step.done; step = work.next()) pauses++;
  expect(pauses).toBeGreaterThan(3);
  expectTensor(step.value[0]!, evaluateOp('linear', inputs)[0]!);
});

test('a softmax of one infinity is not a number, and of huge numbers is', () => {
  const [result] = evaluateOp(
    'softmax',
    [{ dtype: 'f32', shape: [2, 2], data: Float64Array.of(1e308, -1e308, Infinity, 0) }],
    { axis: 1 },
  );
  expect([...result!.data]).toEqual([1, 0, Number.NaN, Number.NaN]);
});

test('cross-entropy refuses a label that is no class', () => {
  const logits = randomTensor([2, 3], 1);
  for (const label of [3, -1]) {
    const labels = tensor([2], [0, label], 'i32');
    expect(() => evaluateOp('cross_entropy', [logits, labels])).toThrow(`label ${label} of row 1 is no class of 3`);
  }
});

test('a NaN is the largest', () => {
  const x = tensor([2, 3], [1, Number.NaN, Number.NaN, 5, Infinity, Number.NaN]);
  expect([...evaluateOp('argmax', [x], { axis: 1 })[0]!.data]).toEqual([1, 2]);
  const [values, positions] = evaluateOp('top_k', [x], { k: 2 });
  expect([...values!.data]).toEqual([Number.NaN, Number.NaN, Number.NaN, Infinity]);
  expect([...positions!.data]).toEqual([1, 2, 2, 1]);
});

test('reductions of nothing', () => {
  const empty = randomTensor([2, 0], 1);
  const of = (op: string) => [...evaluateOp(op, [empty], { axes: [1], keepdims: false })[0]!.data];
  expect(of('reduce_sum')).toEqual([0, 0]);
  expect(of('reduce_mean')).toEqual([Number.NaN, Number.NaN]);
  expect(of('reduce_max')).toEqual([-Infinity, -Infinity]);
  expect(of('reduce_min')).toEqual([Infinity, Infinity]);
});

test('operands are broadcast as NumPy does', () => {
  expect(broadcastShape([3, 1, 5], [4, 1])).toEqual([3, 4, 5]);
  expect(broadcastShape([], [2])).toEqual([2]);
  expect(broadcastShape([1, 0], [3, 1])).toEqual([3, 0]);
  expect(() => broadcastShape([2, 3], [2])).toThrow('[2,3] and [2] do not broadcast: 3 and 2 differ');
  const builder = createBuilder();
  const leaves = new Map([
    ['x', randomTensor([2, 1, 3], 1)],
    ['y', randomTensor([4, 1], 2)],
  ]);
  const [x, y] = [...leaves].map(([name, { dtype, shape }]) =>
    builder.emit('input', [], { name, key: name, dtype, shape }),
  );
  builder.output('sum', binary(builder, 'add', x!, y!), 'output');
  const sum = evaluateGraph(builder.build(), leaves).get('sum')!;
  expect(sum.shape).toEqual([2, 4, 3]);
  expect(sum.data[1 * 12 + 2 * 3 + 1]).toBe(leaves.get('x')!.data[4]! + leaves.get('y')!.data[2]!);
});

test.each<[string, readonly Shape[], Attributes, string]>([
  [
    'matmul',
    [
      [2, 3],
      [4, 5],
    ],
    {},
    'a is f32[2,3], b is f32[4,5]; wanted [3,N]',
  ],
  [
    'matmul',
    [
      [2, 2, 3],
      [3, 3, 5],
    ],
    {},
    'wanted [2,3,N]',
  ],
  ['matmul', [[3], [3, 5]], {}, 'a is f32[3], wanted 2 dimensions or more'],
  ['linear', [[2, 3], [4, 3], [5]], {}, 'bias is f32[5], wanted f32[4]'],
  ['layer_norm', [[2, 3], [2]], { epsilon: 1e-5 }, 'weight is f32[2], wanted f32[3]'],
  [
    'attention',
    [
      [2, 3],
      [4, 5],
      [4, 6],
    ],
    { scale: 1 },
    'k is f32[4,5], wanted f32[4,3]',
  ],
  [
    'attention',
    [
      [2, 3],
      [4, 3],
      [5, 6],
    ],
    { scale: 1 },
    'v is f32[5,6], wanted f32[4,6]',
  ],
  [
    'patch_conv',
    [
      [1, 3, 4, 4],
      [8, 3, 2, 2],
    ],
    { stride: 4 },
    'weight is f32[8,3,2,2], wanted f32[8,3,4,4]',
  ],
  [
    'patch_conv',
    [
      [3, 4, 4],
      [8, 3, 2, 2],
    ],
    { stride: 2 },
    'x is f32[3,4,4], wanted 4 dimensions',
  ],
  [
    'lstm',
    [
      [2, 3, 5],
      [16, 4],
      [16, 4],
    ],
    {},
    'w_ih is f32[16,4], wanted f32[16,5]',
  ],
  [
    'lstm',
    [
      [2, 3, 5],
      [12, 5],
      [12, 4],
    ],
    {},
    'w_ih is f32[12,5], wanted f32[16,5]',
  ],
  ['rms_norm', [[2, 3], [2]], { epsilon: 1e-5 }, 'weight is f32[2], wanted f32[3]'],
  ['argmax', [[2, 0]], { axis: 1 }, 'axis 1 has no elements'],
  ['top_k', [[2, 3]], { k: 4 }, 'k is 4; the last axis has 3 elements'],
  ['top_k', [[2, 3]], { k: 0 }, 'k is 0; the last axis has 3 elements'],
  ['cross_entropy', [[2, 3], [2]], {}, 'labels is f32[2], wanted i32[2]'],
  [
    'attention',
    [
      [2, 3],
      [4, 3],
      [4, 6],
      [3, 4],
    ],
    { scale: 1 },
    'mask is f32[3,4], which does not broadcast to [2,4]',
  ],
  [
    'attention',
    [
      [2, 3],
      [4, 3],
      [4, 6],
      [1, 2, 4],
    ],
    { scale: 1 },
    'mask is f32[1,2,4], which does not broadcast to [2,4]',
  ],
  ['lstm', [[2, 3, 5], [16, 5], [16, 4], [16]], {}, 'b_ih is given without b_hh'],
  ['lstm', [[2, 0, 5], [16, 5], [16, 4], [16], [16]], {}, 'x has no steps'],
  ['lstm', [[2, 3, 5], [16, 5], [16, 4], [16], [4]], {}, 'b_hh is f32[4], wanted f32[16]'],
  ['reduce_sum', [[2, 3]], { axes: [1, 1], keepdims: true }, 'axes [1,1] name one twice'],
  ['reduce_sum', [[2, 3]], { axes: [2], keepdims: true }, 'axis 2 is no dimension of f32[2,3]'],
  ['softmax', [[2, 3]], { axis: -1 }, 'axis -1 is no dimension of f32[2,3]'],
])('%s of %j refuses what does not fit', (op, shapes, attributes, message) => {
  expect(() =>
    evaluateOp(
      op,
      shapes.map((shape) => randomTensor(shape, 0)),
      attributes,
    ),
  ).toThrow(message);
});
