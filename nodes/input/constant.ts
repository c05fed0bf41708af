/** Constant: one number in every place. */
import { numberParam, type NodeDefinition } from '../definition.ts';
import { sizes } from '../shapes.ts';
import { inferDims } from './dims.ts';
import { call, tuple } from '../python.ts';
import { one } from '../torch.ts';

export const constant: NodeDefinition = {
  type: 'constant',
  title: 'Constant',
  category: 'input',
  help:
    'The same number everywhere: y = value. Without sizes it is a scalar, which broadcasts against anything; with ' +
    'sizes it is a tensor full of it, as torch.full. It is written into the program that reads it and takes no memory.',
  reference: { text: 'torch.full', url: 'https://docs.pytorch.org/docs/stable/generated/torch.full.html' },
  keywords: ['number', 'scalar', 'torch.full', 'ones', 'zeros', 'fill'],
  preview: 'statistics',
  inputs: [],
  outputs: [{ name: 'output', help: 'The number, in the sizes given.', flow: 'tensor' }],
  params: [
    { name: 'value', type: 'float', default: 1, step: 0.01, help: 'The number.' },
    {
      name: 'shape',
      type: 'dims',
      default: '',
      help: 'Sizes: [name=]expression, separated by commas; none for a scalar.',
    },
  ],
  infer: (context) => inferDims(context, 'tensor'),
  torch: {
    forward: ({ param, dims }) => one('output', call('torch.full', [tuple(...dims('shape')), param('value')])),
  },
  lower: ({ builder, params, types }) => {
    const shape = sizes(types.outputs['output']);
    return { output: builder.emit('constant', [], { value: numberParam(params, 'value'), dtype: 'f32', shape }) };
  },
};
