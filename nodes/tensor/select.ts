/** Select: one position of an axis, as x.select(dim, index). */
import { BATCH } from '../batch.ts';
import { numberParam, type NodeDefinition } from '../definition.ts';
import { failure, noSuchAxis, resolveAxis, single, sizes, UNKNOWN } from '../shapes.ts';
import { sliceAxis, takeAlong } from './slice.ts';
import { one } from '../torch.ts';

export const select: NodeDefinition = {
  type: 'select',
  title: 'Select',
  category: 'tensor',
  help:
    'Takes one position of an axis, which goes: x[:, index] for axis 1. A negative index counts from the end, so that ' +
    '−1 is the last token of a sequence, or the last layer of a stack. Nothing is copied.',
  reference: { text: 'torch.select', url: 'https://docs.pytorch.org/docs/stable/generated/torch.select.html' },
  keywords: ['torch.select', 'index', 'pick', 'x[i]', 'last'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Any tensor with that axis.', shape: '...', dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [{ name: 'output', help: 'What stands at the position.' }],
  params: [
    { name: 'dim', type: 'int', default: 0, help: 'The axis to take from; negative counts from the last.' },
    { name: 'index', type: 'int', default: -1, help: 'The position; negative counts from the end.' },
  ],
  infer: ({ inputs: { input }, params }) => {
    if (!input) return UNKNOWN;
    const [dim, index] = [numberParam(params, 'dim'), numberParam(params, 'index')];
    const axis = resolveAxis(dim, input.dims.length);
    if (axis === undefined) return noSuchAxis('dim', dim, input.dims);
    const { size } = input.dims[axis]!;
    if (resolveAxis(index, size) !== undefined) return single({ ...input, dims: input.dims.toSpliced(axis, 1) });
    return failure({
      code: 'shape.index',
      message: `there is no position ${index} on axis ${dim}, which has ${size}`,
      param: 'index',
      got: input.dims,
      ...(size > 0 && { suggestions: [{ param: 'index', value: -1, title: 'Set index to -1, the last position' }] }),
    });
  },
  batch: BATCH.select,
  torch: {
    forward: ({ input, param, value }) =>
      one('output', takeAlong(input('input')!, Number(value('dim')), param('index'))),
  },
  lower: ({ builder, params, inputs, types }) => {
    const input = inputs['input']!;
    const { shape } = builder.typeOf(input);
    const axis = resolveAxis(numberParam(params, 'dim'), shape.length)!;
    const start = resolveAxis(numberParam(params, 'index'), shape[axis]!)!;
    const position = sliceAxis(builder, input, axis, { start, stop: start + 1 });
    return { output: builder.emit('reshape', [position], { shape: sizes(types.outputs['output']) }) };
  },
};
