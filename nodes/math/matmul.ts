/** Matrix product over the last two axes, batched and broadcast, as torch.matmul. */
import { BATCH } from '../batch.ts';
import { describeShape } from '../../graph/patterns.ts';
import type { Builder } from '../../gpu/ir/builder.ts';
import type { ValueId } from '../../gpu/ir/types.ts';
import { broadcastTo } from '../../gpu/ops/broadcast.ts';
import type { Dimension } from '../../graph/problems.ts';
import type { InferContext, InferResult } from '../../graph/signature.ts';
import type { NodeDefinition } from '../definition.ts';
import { broadcastDimensions, failure, single, sizes, UNKNOWN } from '../shapes.ts';
import { binary as product } from '../python.ts';
import { one } from '../torch.ts';

export const matmul: NodeDefinition = {
  type: 'matmul',
  title: 'Matmul',
  category: 'math',
  help:
    'Matrix product: yᵢⱼ = Σₖ aᵢₖ bₖⱼ over the last two axes, [… m k] × [… k n] → [… m n]. The axes before them are ' +
    'batches and broadcast. A vector counts as a row on the left and as a column on the right. In attention it ' +
    'compares every query with every key, and then mixes the values.',
  reference: { text: 'torch.matmul', url: 'https://docs.pytorch.org/docs/stable/generated/torch.matmul.html' },
  keywords: ['torch.matmul', 'bmm', 'matrix product', 'dot', '@'],
  preview: 'heatmap',
  inputs: [
    { name: 'a', help: 'Left factor, rows along its last axis.', shape: '...' },
    { name: 'b', help: 'Right factor, columns along its axis before the last.', shape: '...' },
  ],
  outputs: [{ name: 'output', help: 'The product.', flow: 'tensor' }],
  params: [],
  infer: inferMatmul,
  batch: BATCH.matmul,
  torch: { forward: ({ input }) => one('output', product('@', input('a')!, input('b')!)) },
  lower: ({ builder, inputs, types }) => ({
    output: lowerMatmul(builder, inputs['a']!, inputs['b']!, sizes(types.outputs['output'])),
  }),
};

function inferMatmul({ inputs: { a, b } }: InferContext): InferResult {
  if (!a || !b) return UNKNOWN;
  for (const [name, { dims }] of Object.entries({ a, b })) {
    if (dims.length > 0) continue;
    const port = { side: 'input', name } as const;
    return failure({
      code: 'shape.rank',
      message: 'a matrix product needs at least one axis, and got a scalar',
      port,
      got: dims,
    });
  }
  const left = asMatrix(a.dims, 'row');
  const right = asMatrix(b.dims, 'column');
  const [inner, wanted] = [left.at(-1)!, right.at(-2)!];
  if (inner.size !== wanted.size) {
    return failure({
      code: 'shape.mismatch',
      message:
        `the last axis of a (${describeShape([inner])}) must equal ` +
        `${b.dims.length === 1 ? 'the length' : 'the axis before the last'} of b (${describeShape([wanted])})` +
        (inner.size === right.at(-1)!.size ? '; transposed, b would fit' : ''),
      port: { side: 'input', name: 'b' },
      got: b.dims,
      wanted: b.dims.length === 1 ? `${inner.size}` : `… ${inner.size} n`,
    });
  }
  const batch = broadcastDimensions(left.slice(0, -2), right.slice(0, -2));
  if (!batch) {
    return failure({
      code: 'shape.broadcast',
      message:
        `the leading axes do not broadcast: ${describeShape(left.slice(0, -2))} with ` +
        `${describeShape(right.slice(0, -2))}; counted from the right, sizes must be equal, or one of them 1`,
      port: { side: 'input', name: 'b' },
      got: b.dims,
    });
  }
  const rows = a.dims.length === 1 ? [] : [left.at(-2)!];
  const columns = b.dims.length === 1 ? [] : [right.at(-1)!];
  return single({ dims: [...batch, ...rows, ...columns], dtype: 'f32', flow: 'tensor' });
}

/** A vector with the axis of size 1 that torch.matmul gives it for the product. */
function asMatrix(dims: readonly Dimension[], vector: 'row' | 'column'): readonly Dimension[] {
  if (dims.length !== 1) return dims;
  return vector === 'row' ? [{ size: 1 }, ...dims] : [...dims, { size: 1 }];
}

/** The IR's matmul wants equal leading axes: vectors become matrices, and batches are expanded (movement, no copy). */
function lowerMatmul(builder: Builder, a: ValueId, b: ValueId, shape: readonly number[]): ValueId {
  const [aShape, bShape] = [builder.typeOf(a).shape, builder.typeOf(b).shape];
  const aMatrix = aShape.length === 1 ? builder.emit('reshape', [a], { shape: [1, aShape[0]!] }) : a;
  const bMatrix = bShape.length === 1 ? builder.emit('reshape', [b], { shape: [bShape[0]!, 1] }) : b;
  const vectors = (aShape.length === 1 ? 1 : 0) + (bShape.length === 1 ? 1 : 0);
  const batch = shape.slice(0, shape.length - 2 + vectors);
  const product = builder.emit('matmul', [
    broadcastTo(builder, aMatrix, [...batch, ...builder.typeOf(aMatrix).shape.slice(-2)]),
    broadcastTo(builder, bMatrix, [...batch, ...builder.typeOf(bMatrix).shape.slice(-2)]),
  ]);
  return vectors === 0 ? product : builder.emit('reshape', [product], { shape });
}
