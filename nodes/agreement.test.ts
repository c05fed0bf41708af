import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PortDType, Scalar } from '../graph/signature.ts';
import { lower } from './lower.ts';
import { planSources } from './sources.ts';
import { analyseBound, singleNode, type Tensors } from './testing/graphs.ts';
import { planWeights } from './weights.ts';

interface Draft {
  readonly type: string;
  readonly params: Readonly<Record<string, Scalar>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly dtypes: Readonly<Record<string, PortDType>>;
}

const size = fc.integer({ min: 1, max: 4 });
const shape = fc.array(size, { maxLength: 4 });
const axis = fc.integer({ min: -4, max: 4 });

/** @param dtypes element types of the inputs that are not f32. */
function draft(
  type: string,
  params: Record<string, fc.Arbitrary<Scalar>>,
  inputs: readonly string[],
  dtypes: Readonly<Record<string, PortDType>> = {},
): fc.Arbitrary<Draft> {
  const shapes = Object.fromEntries(inputs.map((name) => [name, shape]));
  return fc.record({
    type: fc.constant(type),
    params: fc.record(params),
    shapes: fc.record(shapes),
    dtypes: fc.constant(dtypes),
  });
}

const small = fc.integer({ min: -5, max: 5 });

const drafts = fc.oneof(
  draft('add', {}, ['a', 'b']),
  draft('multiply', { value: fc.double({ noNaN: true, noDefaultInfinity: true }) }, ['a']),
  draft('matmul', {}, ['a', 'b']),
  draft('softmax', { dim: axis }, ['input']),
  draft('transpose', { dim0: axis, dim1: axis }, ['input']),
  draft('mean_pool', { dim: axis, keepdim: fc.boolean() }, ['input']),
  draft('reshape', { shape: fc.constantFrom('-1', '2, -1', '-1, input.shape[0]', 'input.shape[-1], 2, -1') }, [
    'input',
  ]),
  draft('linear', { in_features: size, out_features: size, bias: fc.boolean() }, ['input']),
  draft('layer_norm', { normalized_shape: size, elementwise_affine: fc.boolean() }, ['input']),
  draft('gelu', { approximate: fc.constantFrom('none', 'tanh') }, ['input']),
  draft('quick_gelu', {}, ['input']),
  draft(
    'expand',
    { shape: fc.constantFrom('like.shape[0], -1', '3, -1, input.shape[0]', '2, 3, 4') },
    ['input', 'like'],
    {
      like: 'i32',
    },
  ),
  draft('take_at', {}, ['input', 'positions'], { positions: 'i32' }),
  draft('take_rows', {}, ['table', 'indices'], { indices: 'i32' }),
  draft('cast', { dtype: fc.constantFrom('f32', 'i32', 'bool') }, ['input']),
  draft('patchify', { num_channels: size, embed_dim: size, patch_size: size, bias: fc.boolean() }, ['input']),
  draft('scaled_dot_product_attention', {}, ['query', 'key', 'value']),
  draft('scaled_dot_product_attention', {}, ['query', 'key', 'value', 'mask'], { mask: 'bool' }),
  draft('embedding', { num_embeddings: size, embedding_dim: size }, ['ids'], { ids: 'i32' }),
  draft('lstm', { input_size: size, hidden_size: size }, ['input']),
  draft('rms_norm', { normalized_shape: size, elementwise_affine: fc.boolean() }, ['input']),
  draft('l2_normalize', { dim: axis }, ['input']),
  draft('functional_linear', {}, ['input', 'weight', 'bias']),
  draft('masked_scatter', {}, ['mask', 'rows'], { mask: 'bool' }),
  draft('compare', { comparison: fc.constantFrom('equal', 'less') }, ['a', 'b']),
  draft('compare', { value: small }, ['a'], { a: 'i32' }),
  draft('logical_or', {}, ['a', 'b'], { a: 'bool', b: 'bool' }),
  draft('where', {}, ['condition', 'a', 'b'], { condition: 'bool' }),
  draft('where', { value: small }, ['condition', 'a'], { condition: 'bool' }),
  draft('power', { value: small }, ['a']),
  draft('log_sigmoid', {}, ['input']),
  draft('concat', { dim: axis }, ['a', 'b']),
  draft('concat', { dim: axis }, ['a', 'b', 'd'], { a: 'i32', b: 'i32', d: 'i32' }),
  draft('slice', { dim: axis, start: small, stop: small, step: size }, ['input']),
  draft('split', { dim: axis, size: fc.integer({ min: 0, max: 4 }) }, ['input'], { input: 'bool' }),
  draft('select', { dim: axis, index: axis }, ['input'], { input: 'i32' }),
  draft('flatten', { start_dim: axis, end_dim: axis }, ['input']),
  ...['mean', 'sum', 'max', 'min'].map((type) =>
    draft(type, { dim: axis, keepdim: fc.boolean(), all: fc.boolean() }, ['input']),
  ),
  draft('argmax', { dim: axis, keepdim: fc.boolean() }, ['input']),
  draft('top_k', { k: size }, ['input']),
  draft('arange', { dim: axis }, ['input']),
  draft('eye', {}, ['input']),
  draft('causal_mask', { dim: axis }, ['input'], { input: 'i32' }),
  draft('cross_entropy', { reduction: fc.constantFrom('mean', 'none') }, ['logits', 'labels'], { labels: 'i32' }),
  draft(
    'parameter',
    { shape: fc.constantFrom('', '3', '2, 3'), init: fc.constantFrom('normal', 'xavier uniform') },
    [],
  ),
);

test('whatever shapes a node accepts, its operations give the shapes that were inferred; else it says why', () => {
  let accepted = 0;
  fc.assert(
    fc.property(drafts, ({ type, params, shapes, dtypes }) => {
      const inputs: Tensors = Object.fromEntries(
        Object.entries(shapes).map(([name, of]) => [name, { shape: of, data: [], dtype: dtypes[name] ?? 'f32' }]),
      );
      const document = singleNode(type, params, Object.keys(shapes), dtypes);
      const { tree, inference, problems } = analyseBound(document, inputs);
      const hashes = new Map(Object.keys(shapes).map((name) => [name, name]));
      const { graph, outputs } = lower(tree, inference, {
        weights: planWeights(tree, 0).recipes,
        sources: planSources(tree, inference, document, hashes).keys,
      });
      const errors = problems.filter(({ severity }) => severity === 'error');
      expect(graph.outputs.length > 0).toBe(errors.length === 0);
      if (errors.length > 0) return;
      accepted += 1;
      for (const [port, { dims }] of inference.outputs) {
        expect(graph.types.get(outputs.get(port)!)!.shape, port).toEqual(dims.map((dim) => dim.size));
      }
    }),
    { numRuns: 2000 },
  );
  expect(accepted).toBeGreaterThan(50);
});
