/** Mean pool: the mean over one axis, as tensor.mean(dim). */
import { BATCH } from '../batch.ts';
import { booleanParam, numberParam, type NodeDefinition } from '../definition.ts';
import { failure, noSuchAxis, resolveAxis, single, UNKNOWN } from '../shapes.ts';
import { method } from '../python.ts';
import { one } from '../torch.ts';

export const meanPool: NodeDefinition = {
  type: 'mean_pool',
  title: 'Mean pool',
  category: 'tensor',
  help:
    'Averages over one axis: y = (1/n) Σᵢ xᵢ. Over the patches of a Vision Transformer it makes one vector per image ' +
    'out of one per patch, which is how a picture can be compared with a sentence.',
  reference: { text: 'torch.mean', url: 'https://docs.pytorch.org/docs/stable/generated/torch.mean.html' },
  keywords: ['torch.mean', 'average', 'global average pooling', 'reduce'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Any tensor with that axis.', shape: '...' }],
  outputs: [{ name: 'output', help: 'The means, without the axis unless it is kept.', flow: 'tensor' }],
  params: [
    { name: 'dim', type: 'int', default: 1, help: 'The axis to average over; negative counts from the last.' },
    { name: 'keepdim', type: 'bool', default: false, help: 'Keeps the axis, with size 1.' },
  ],
  infer: ({ inputs: { input }, params }) => {
    if (!input) return UNKNOWN;
    const dim = numberParam(params, 'dim');
    const axis = resolveAxis(dim, input.dims.length);
    if (axis === undefined) return noSuchAxis('dim', dim, input.dims);
    if (input.dims[axis]!.size === 0) {
      return failure({
        code: 'shape.empty',
        message: `the mean over axis ${dim} has nothing to average: its size is 0`,
        param: 'dim',
      });
    }
    const dims = booleanParam(params, 'keepdim') ? input.dims.with(axis, { size: 1 }) : input.dims.toSpliced(axis, 1);
    return single({ dims, dtype: 'f32', flow: 'tensor' });
  },
  batch: BATCH.reduction(true),
  torch: {
    forward: ({ input, param, written }) =>
      one('output', method(input('input')!, 'mean', [], { dim: param('dim'), keepdim: written('keepdim') })),
  },
  lower: ({ builder, params, inputs }) => {
    const input = inputs['input']!;
    const axis = resolveAxis(numberParam(params, 'dim'), builder.typeOf(input).shape.length)!;
    return {
      output: builder.emit('reduce_mean', [input], { axes: [axis], keepdims: booleanParam(params, 'keepdim') }),
    };
  },
};
