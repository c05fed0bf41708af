/** Arange: positions along an axis of another tensor, as torch.arange(x.shape[dim]). */
import { BATCH } from '../batch.ts';
import { numberParam, type NodeDefinition } from '../definition.ts';
import { noSuchAxis, resolveAxis, single, sizes, UNKNOWN } from '../shapes.ts';
import { attribute, call, index } from '../python.ts';
import { one } from '../torch.ts';

export const arange: NodeDefinition = {
  type: 'arange',
  title: 'Arange',
  category: 'tensor',
  help:
    'The numbers 0, 1, 2, … as many as an axis of the input has positions; of the input only that size counts. In a ' +
    'batch of pictures with their captions, caption i belongs to picture i, so these are the right answers that a ' +
    'contrastive loss asks for.',
  reference: { text: 'torch.arange', url: 'https://docs.pytorch.org/docs/stable/generated/torch.arange.html' },
  keywords: ['torch.arange', 'positions', 'labels', 'range', 'indices', 'iota'],
  preview: 'statistics',
  inputs: [{ name: 'input', help: 'Whose axis is counted.', shape: '...', dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [{ name: 'output', help: 'Whole numbers from 0.', dtype: 'i32', flow: 'tokens' }],
  params: [{ name: 'dim', type: 'int', default: 0, help: 'The axis to count; negative counts from the last.' }],
  infer: ({ inputs: { input }, params }) => {
    if (!input) return UNKNOWN;
    const dim = numberParam(params, 'dim');
    const axis = resolveAxis(dim, input.dims.length);
    if (axis === undefined) return noSuchAxis('dim', dim, input.dims);
    return single({ dims: [input.dims[axis]!], dtype: 'i32', flow: 'tokens' });
  },
  batch: BATCH.places,
  torch: {
    forward: ({ input, param }) => {
      const whole = input('input')!;
      const size = index(attribute(whole, 'shape'), param('dim'));
      return one('output', call('torch.arange', [size], { device: attribute(whole, 'device') }));
    },
  },
  lower: ({ builder, types }) => ({
    output: builder.emit('iota', [], { axis: 0, dtype: 'i32', shape: sizes(types.outputs['output']) }),
  }),
};
