import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Scalar } from '../graph/signature.ts';
import { lower } from './lower.ts';
import { planSources } from './sources.ts';
import { analyseBound, singleNode, type Tensors } from './testing/graphs.ts';
import { planWeights } from './weights.ts';

interface Draft {
  readonly type: string;
  readonly params: Readonly<Record<string, Scalar>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

const size = fc.integer({ min: 1, max: 4 });
const shape = fc.array(size, { maxLength: 4 });
const axis = fc.integer({ min: -4, max: 4 });

function draft(
  type: string,
  params: Record<string, fc.Arbitrary<Scalar>>,
  inputs: readonly string[],
): fc.Arbitrary<Draft> {
  const shapes = Object.fromEntries(inputs.map((name) => [name, shape]));
  return fc.record({ type: fc.constant(type), params: fc.record(params), shapes: fc.record(shapes) });
}

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
  draft('patchify', { num_channels: size, embed_dim: size, patch_size: size, bias: fc.boolean() }, ['input']),
  draft('scaled_dot_product_attention', {}, ['query', 'key', 'value']),
);

test('whatever shapes a node accepts, its operations give the shapes that were inferred; else it says why', () => {
  let accepted = 0;
  fc.assert(
    fc.property(drafts, ({ type, params, shapes }) => {
      const inputs: Tensors = Object.fromEntries(
        Object.entries(shapes).map(([name, of]) => [name, { shape: of, data: [] }]),
      );
      const document = singleNode(type, params, Object.keys(shapes));
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
    { numRuns: 600 },
  );
  expect(accepted).toBeGreaterThan(50);
});
