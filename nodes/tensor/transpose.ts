/** Transpose: swaps two axes, as torch.transpose. */
import { BATCH } from '../batch.ts';
import { numberParam, type NodeDefinition } from '../definition.ts';
import { noSuchAxis, resolveAxis, single, UNKNOWN } from '../shapes.ts';
import { attribute, method } from '../python.ts';
import { one } from '../torch.ts';

export const transpose: NodeDefinition = {
  type: 'transpose',
  title: 'Transpose',
  category: 'tensor',
  help:
    'Swaps two axes: with dim0 = 1 and dim1 = 2, y[i, j, k] = x[i, k, j]. No value changes, only the order in which ' +
    'the axes are read, so it costs no work of its own.',
  reference: { text: 'torch.transpose', url: 'https://docs.pytorch.org/docs/stable/generated/torch.transpose.html' },
  keywords: ['torch.transpose', 'permute', 'swap axes', 'swapaxes'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Any tensor with both axes.', shape: '...', dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [{ name: 'output', help: 'The same values with the two axes swapped.' }],
  params: [
    { name: 'dim0', type: 'int', default: -2, help: 'One axis; negative counts from the last.' },
    { name: 'dim1', type: 'int', default: -1, help: 'The other axis; negative counts from the last.' },
  ],
  infer: ({ inputs: { input }, params }) => {
    if (!input) return UNKNOWN;
    for (const param of ['dim0', 'dim1']) {
      const dim = numberParam(params, param);
      if (resolveAxis(dim, input.dims.length) === undefined) return noSuchAxis(param, dim, input.dims);
    }
    const order = permutation(numberParam(params, 'dim0'), numberParam(params, 'dim1'), input.dims.length);
    return single({ ...input, dims: order.map((axis) => input.dims[axis]!) });
  },
  batch: BATCH.transpose,
  torch: {
    forward: ({ input, type, param, value }) => {
      const of = input('input')!;
      const [dim0, dim1] = [Number(value('dim0')), Number(value('dim1'))];
      // Of a matrix, two axes that differ; -1 and 1 are one.
      if (type('input')?.dims.length === 2 && (dim0 - dim1) % 2 !== 0) return one('output', attribute(of, 'T'));
      return one('output', method(of, 'transpose', [param('dim0'), param('dim1')]));
    },
  },
  lower: ({ builder, params, inputs }) => {
    const input = inputs['input']!;
    const rank = builder.typeOf(input).shape.length;
    const axes = permutation(numberParam(params, 'dim0'), numberParam(params, 'dim1'), rank);
    return { output: builder.emit('permute', [input], { axes }) };
  },
};

/** `permutation[i]` is the axis of the input that becomes axis i of the output. */
function permutation(dim0: number, dim1: number, rank: number): number[] {
  const [first, second] = [resolveAxis(dim0, rank)!, resolveAxis(dim1, rank)!];
  return Array.from({ length: rank }, (_, axis) => (axis === first ? second : axis === second ? first : axis));
}
