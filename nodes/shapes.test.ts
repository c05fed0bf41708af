import { expect, test } from 'vitest';
import { describeShape } from '../graph/patterns.ts';
import type { Dimension } from '../graph/problems.ts';
import type { PortDType, Scalar } from '../graph/signature.ts';
import { NODES } from './registry.ts';
import { broadcastDimensions, resolveAxis } from './shapes.ts';
import { analyseBound, singleNode, type Tensors } from './testing/graphs.ts';

type Params = Readonly<Record<string, Scalar>>;
type Shapes = Readonly<Record<string, readonly number[]>>;

/** Inputs that are not f32 in every node that has them. */
const DTYPES: Readonly<Record<string, PortDType>> = {
  ids: 'i32',
  labels: 'i32',
  mask: 'bool',
  condition: 'bool',
  positions: 'i32',
};

function analysed(type: string, params: Params, shapes: Shapes) {
  const inputs: Tensors = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, { shape, data: [], dtype: DTYPES[name] ?? 'f32' }]),
  );
  return analyseBound(singleNode(type, params, Object.keys(shapes), DTYPES), inputs);
}

/** The first output's. */
function outputOf(type: string, params: Params, shapes: Shapes): string {
  const { inference, problems } = analysed(type, params, shapes);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { name } = NODES.get(type)!.outputs[0]!;
  return describeShape(inference.outputs.get(`node.${name}`)!.dims);
}

test.for<[string, Params, Shapes, string]>([
  ['linear', { in_features: 5, out_features: 7 }, { input: [5] }, 'out_features 7'],
  ['linear', { in_features: 5, out_features: 7 }, { input: [2, 3, 5] }, '2 × 3 × out_features 7'],
  ['add', {}, { a: [3, 1], b: [2, 1, 4] }, '2 × 3 × 4'],
  ['add', {}, { a: [], b: [2] }, '2'],
  ['matmul', {}, { a: [4, 1, 2, 3], b: [5, 3, 6] }, '4 × 5 × 2 × 6'],
  ['matmul', {}, { a: [3], b: [5, 3, 6] }, '5 × 6'],
  ['matmul', {}, { a: [5, 2, 3], b: [3] }, '5 × 2'],
  ['matmul', {}, { a: [3], b: [3] }, 'a scalar'],
  ['transpose', { dim0: 0, dim1: -1 }, { input: [2, 3, 4] }, '4 × 3 × 2'],
  ['reshape', { shape: 'input.shape[0], rows=-1, 2' }, { input: [3, 4, 5] }, '3 × rows 10 × 2'],
  ['reshape', { shape: '' }, { input: [1, 1] }, 'a scalar'],
  ['expand', { shape: 'like.shape[0], 1, width=4' }, { input: [4], like: [2, 3] }, '2 × 1 × width 4'],
  ['expand', { shape: '3, -1, -1' }, { input: [1, 2] }, '3 × 1 × 2'],
  ['take_at', {}, { input: [2, 3, 4], positions: [2] }, 'batch 2 × width 4'],
  ['mean_pool', { dim: -2, keepdim: true }, { input: [2, 3, 4] }, '2 × 1 × 4'],
  ['mean_pool', { dim: 0, keepdim: false }, { input: [2] }, 'a scalar'],
  [
    'patchify',
    { num_channels: 3, embed_dim: 8, patch_size: 4 },
    { input: [2, 3, 9, 8] },
    'batch 2 × embed_dim 8 × rows 2 × columns 2',
  ],
  ['random_tensor', { shape: 'batch=2, 3 * 4' }, {}, 'batch 2 × 12'],
  ['embedding', { num_embeddings: 9, embedding_dim: 5 }, { ids: [] }, 'embedding_dim 5'],
  ['embedding', { num_embeddings: 9, embedding_dim: 5 }, { ids: [2, 3] }, '2 × 3 × embedding_dim 5'],
  ['lstm', { input_size: 5, hidden_size: 7 }, { input: [2, 3, 5] }, 'batch 2 × length 3 × hidden_size 7'],
  ['masked_scatter', {}, { mask: [2, 6], rows: [2, 3, 4] }, 'batch 2 × length 6 × width 4'],
  ['where', {}, { condition: [2, 1, 1], a: [3, 1], b: [4] }, '2 × 3 × 4'],
  ['compare', {}, { a: [2, 1], b: [3] }, '2 × 3'],
  ['concat', { dim: -1 }, { a: [2, 3], b: [2, 4], c: [2, 1] }, '2 × 8'],
  ['slice', { dim: -1, start: -3, stop: -1 }, { input: [2, 9] }, '2 × 2'],
  ['slice', { dim: 0, start: 7 }, { input: [5] }, '0'],
  ['split', { dim: 1, size: 2 }, { input: [3, 5] }, '3 × 2'],
  ['select', { dim: -2, index: -1 }, { input: [3, 5] }, '5'],
  ['flatten', { start_dim: 1, end_dim: 2 }, { input: [2, 3, 4, 5] }, '2 × 12 × 5'],
  ['mean', { all: true }, { input: [2, 3] }, 'a scalar'],
  ['max', { dim: 0, keepdim: true }, { input: [2, 3] }, '1 × 3'],
  ['argmax', { dim: 1 }, { input: [2, 3] }, '2'],
  ['top_k', { k: 2 }, { input: [4, 3] }, '4 × rank 2'],
  ['arange', { dim: 1 }, { input: [2, 3] }, '3'],
  ['eye', {}, { input: [7, 2, 3] }, 'rows 2 × columns 3'],
  ['causal_mask', { dim: 1 }, { input: [2, 5, 3] }, 'queries 5 × keys 5'],
  ['parameter', { shape: '' }, {}, 'a scalar'],
  ['parameter', { shape: '3 * 4, width=2' }, {}, '12 × width 2'],
  ['cross_entropy', {}, { logits: [4, 6], labels: [4] }, 'a scalar'],
  ['cross_entropy', { reduction: 'none' }, { logits: [4, 6], labels: [4] }, 'rows 4'],
  [
    'scaled_dot_product_attention',
    {},
    { query: [2, 3, 4], key: [2, 5, 4], value: [2, 5, 6], mask: [3, 1] },
    '2 × queries 3 × value_dim 6',
  ],
])('%s %o of %o is %s', ([type, params, shapes, wanted]) => {
  expect(outputOf(type, params, shapes)).toBe(wanted);
});

test.for<[string, Params, Shapes, string]>([
  ['linear', { in_features: 5, out_features: 7 }, { input: [2, 6] }, 'in_features'],
  ['layer_norm', { normalized_shape: 5 }, { input: [] }, 'dimension'],
  ['add', {}, { a: [2, 3], b: [2] }, 'counted from the right, sizes must be equal, or one of them 1'],
  ['matmul', {}, { a: [2, 3], b: [4, 5] }, 'the last axis of a (3) must equal the axis before the last of b (4)'],
  ['matmul', {}, { a: [2, 3], b: [4] }, 'must equal the length of b (4)'],
  ['matmul', {}, { a: [], b: [4] }, 'got a scalar'],
  ['matmul', {}, { a: [2, 1, 3], b: [3, 3, 1] }, 'the leading axes do not broadcast: 2 with 3'],
  ['softmax', { dim: 2 }, { input: [2, 3] }, 'dim 2 is not an axis of 2 × 3'],
  ['transpose', { dim0: -3, dim1: 0 }, { input: [2, 3] }, 'dim0 -3 is not an axis of 2 × 3'],
  ['mean_pool', { dim: 1 }, { input: [2] }, 'dim 1 is not an axis of 2'],
  ['mean_pool', { dim: 0 }, { input: [0, 2] }, 'nothing to average'],
  ['reshape', { shape: '2, -1' }, { input: [3] }, '3 elements (3) do not fill 2 × -1'],
  ['reshape', { shape: '-1, -1' }, { input: [3] }, 'only one size may be -1'],
  ['expand', { shape: '2, 4' }, { input: [2, 3] }, '2 × 3 does not expand to 2 × 4'],
  ['expand', { shape: '-1, 3' }, { input: [3] }, '3 does not expand to -1 × 3'],
  ['expand', { shape: '3' }, { input: [1, 3] }, 'axes are added in front alone'],
  ['expand', { shape: 'like.shape[0], 3' }, { input: [3] }, 'like'],
  ['expand', { shape: '1, 1, 1, 1, 1, 1, 1, 1, 3' }, { input: [3] }, 'at most 8 dimensions, not 9'],
  ['take_at', {}, { input: [2, 0, 4], positions: [2] }, 'there is nothing to take: the sequences are empty'],
  ['take_at', {}, { input: [2, 3, 4], positions: [3] }, 'batch 2'],
  ['reshape', { shape: '1, 1, 1, 1, 1, 1, 1, 1, 3' }, { input: [3] }, 'at most 8 dimensions, not 9'],
  ['constant', { shape: '1, 1, 1, 1, 1, 1, 1, 1, 3' }, {}, 'at most 8 dimensions, not 9'],
  ['reshape', { shape: 'input.shape[4]' }, { input: [3] }, 'there is no axis 4'],
  [
    'patchify',
    { num_channels: 3, embed_dim: 8, patch_size: 16 },
    { input: [1, 3, 20, 9] },
    'a picture of 9 pixels holds no patch of 16',
  ],
  ['patchify', { num_channels: 3, embed_dim: 8, patch_size: 4 }, { input: [1, 1, 8, 8] }, 'num_channels 3'],
  ['scaled_dot_product_attention', {}, { query: [2, 3, 4], key: [2, 5, 6], value: [2, 5, 4] }, 'head_dim'],
  ['scaled_dot_product_attention', {}, { query: [2, 3, 4], key: [2, 5, 4], value: [2, 6, 4] }, 'keys'],
  ['random_tensor', { shape: '-1, 3' }, {}, 'nothing says what -1 stands for'],
  ['random_tensor', { distribution: 'uniform', low: 2, high: 1 }, {}, 'low 2 is above high 1'],
  ['lstm', { input_size: 5 }, { input: [2, 3, 6] }, 'input_size'],
  ['masked_scatter', {}, { mask: [2, 6], rows: [3, 3, 4] }, 'batch 2'],
  ['where', {}, { condition: [2], a: [3], b: [3] }, 'the condition 2 does not broadcast with 3'],
  ['where', {}, { condition: [3], a: [3], b: [2] }, 'does not broadcast'],
  ['concat', { dim: 0 }, { a: [2, 3], b: [2, 4] }, 'all but axis 0 must be equal'],
  ['concat', { dim: 2 }, { a: [2, 3], b: [2, 3] }, 'dim 2 is not an axis'],
  ['split', { dim: 0, size: 4 }, { input: [3] }, 'size 4 is more than the 3 positions of axis 0'],
  ['select', { dim: 0, index: 3 }, { input: [3] }, 'there is no position 3 on axis 0, which has 3'],
  ['flatten', { start_dim: 2, end_dim: 1 }, { input: [2, 3, 4] }, 'start_dim 2 comes after end_dim 1'],
  ['max', { dim: 0 }, { input: [0, 2] }, 'no largest value of nothing'],
  ['argmax', { dim: 0 }, { input: [0] }, 'nothing is largest'],
  ['top_k', { k: 4 }, { input: [3] }, 'k 4 is more than the 3 values'],
  ['parameter', { init: 'xavier uniform', shape: '3' }, {}, 'xavier uniform wants a matrix'],
  ['parameter', { shape: '-1' }, {}, 'nothing says what -1 stands for'],
  ['cross_entropy', {}, { logits: [4, 0], labels: [4] }, 'no class to choose from'],
  ['cross_entropy', {}, { logits: [4, 6], labels: [5] }, 'rows 4'],
  [
    'scaled_dot_product_attention',
    {},
    { query: [2, 3, 4], key: [2, 5, 4], value: [2, 5, 6], mask: [2, 4] },
    'the mask 2 × 4 does not broadcast to the weights 2 × queries 3 × keys 5',
  ],
  ['image_input', { mean: '0.5, 0.5' }, {}, 'mean must be one number, or 3 separated by commas'],
  ['image_input', { std: '0' }, {}, 'std must be one number above 0'],
])('%s %o of %o is refused: %s', ([type, params, shapes, message]) => {
  const { problems } = analysed(type, params, shapes);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ severity: 'error', place: { path: 'node', nodeId: 'node' } });
  expect(problems[0]!.message).toContain(message);
});

test('a reshape that does not fit offers the one that would, and an axis that is not there the last', () => {
  const titles = (type: string, params: Params, shapes: Shapes) =>
    analysed(type, params, shapes).problems[0]!.fixes?.map(({ title }) => title);
  expect(titles('reshape', { shape: 'input.shape[0], heads=3, 4' }, { input: [2, 10] })).toBeUndefined();
  expect(titles('reshape', { shape: 'input.shape[0], heads=3, 5' }, { input: [2, 10] })).toEqual([
    'Set shape to input.shape[0], heads=-1, 5',
  ]);
  expect(titles('softmax', { dim: 3 }, { input: [2, 10] })).toEqual(['Set dim to -1, the last axis']);
  expect(titles('softmax', { dim: 0 }, { input: [] })).toBeUndefined();
});

test('a product that would fit transposed says so', () => {
  const { problems } = analysed('matmul', {}, { a: [2, 3], b: [5, 3] });
  expect(problems[0]!.message).toContain('transposed, b would fit');
});

test('attention refuses leading axes that differ, though each port fits by itself', () => {
  const shapes = { query: [2, 3, 4], key: [1, 5, 4], value: [2, 5, 4] };
  expect(analysed('scaled_dot_product_attention', {}, shapes).problems).toHaveLength(1);
});

test('pixels beyond the last whole patch are a warning, and what they leave has shapes', () => {
  const { problems, inference } = analysed(
    'patchify',
    { num_channels: 3, embed_dim: 8, patch_size: 4 },
    { input: [1, 3, 9, 8] },
  );
  expect(problems.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'shape.patch-remainder']]);
  expect(inference.outputs.has('node.output')).toBe(true);
});

test('axes count from either end', () => {
  expect([0, 2, -1, -3].map((dim) => resolveAxis(dim, 3))).toEqual([0, 2, 2, 0]);
  expect([3, -4, 0.5].map((dim) => resolveAxis(dim, 3))).toEqual([undefined, undefined, undefined]);
});

test('a broadcast dimension has the name of the operand whose size it is', () => {
  const a: Dimension[] = [{ size: 1, name: 'one' }, { size: 3 }];
  const b: Dimension[] = [
    { size: 2, name: 'batch' },
    { size: 5, name: 'rows' },
    { size: 3, name: 'columns' },
  ];
  expect(broadcastDimensions(a, b)).toEqual(b);
  expect(broadcastDimensions(b, [{ size: 3, name: 'other' }])).toEqual(b);
  expect(broadcastDimensions(b, [{ size: 2 }])).toBeNull();
});
