/** Flatten: neighbouring axes as one, as torch.flatten. */
import { BATCH } from '../batch.ts';
import { numberParam, type NodeDefinition } from '../definition.ts';
import { failure, noSuchAxis, resolveAxis, single, sizes, UNKNOWN } from '../shapes.ts';
import { method } from '../python.ts';
import { one } from '../torch.ts';

export const flatten: NodeDefinition = {
  type: 'flatten',
  title: 'Flatten',
  category: 'tensor',
  help:
    'Joins the axes from start_dim to end_dim into one, whose size is their product; the elements keep their order. A ' +
    'grid of patches [rows, columns] becomes a sequence of rows · columns patches this way.',
  reference: { text: 'torch.flatten', url: 'https://docs.pytorch.org/docs/stable/generated/torch.flatten.html' },
  keywords: ['torch.flatten', 'nn.Flatten', 'ravel', 'merge axes'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Any tensor with those axes.', shape: '...', dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [{ name: 'output', help: 'The same elements, with one axis for several.' }],
  params: [
    { name: 'start_dim', type: 'int', default: 1, help: 'First axis to join; negative counts from the last.' },
    { name: 'end_dim', type: 'int', default: -1, help: 'Last axis to join; negative counts from the last.' },
  ],
  infer: ({ inputs: { input }, params }) => {
    if (!input) return UNKNOWN;
    const [startDim, endDim] = [numberParam(params, 'start_dim'), numberParam(params, 'end_dim')];
    const start = resolveAxis(startDim, input.dims.length);
    const end = resolveAxis(endDim, input.dims.length);
    if (start === undefined) return noSuchAxis('start_dim', startDim, input.dims);
    if (end === undefined) return noSuchAxis('end_dim', endDim, input.dims);
    if (start > end) {
      const message = `start_dim ${startDim} comes after end_dim ${endDim}`;
      return failure({ code: 'shape.flatten', message, param: 'start_dim', got: input.dims });
    }
    const joined = input.dims.slice(start, end + 1);
    const one = joined.length === 1 ? joined[0]! : { size: joined.reduce((product, { size }) => product * size, 1) };
    return single({ ...input, dims: input.dims.toSpliced(start, joined.length, one) });
  },
  batch: BATCH.reshape,
  torch: {
    forward: ({ input, param, follows, value }) => {
      const end = !follows('end_dim') && value('end_dim') === -1 ? [] : [param('end_dim')];
      return one('output', method(input('input')!, 'flatten', [param('start_dim'), ...end]));
    },
  },
  lower: ({ builder, inputs, types }) => ({
    output: builder.emit('reshape', [inputs['input']!], { shape: sizes(types.outputs['output']) }),
  }),
};
