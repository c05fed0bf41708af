/** Linear with weights that come in by wire, as F.linear. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const functionalLinear: NodeDefinition = {
  type: 'functional_linear',
  title: 'Functional linear',
  category: 'math',
  help:
    'An affine map of the last axis whose matrix comes in by a wire: y = x·Wᵀ + b, with W of shape [out, in]. For ' +
    'weights that the layer does not own alone: a third of a packed matrix that makes queries, keys and values, or the ' +
    'embedding table that also reads out the next word.',
  reference: {
    text: 'torch.nn.functional.linear',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html',
  },
  keywords: ['F.linear', 'packed projection', 'tied weights', 'dense'],
  preview: 'heatmap',
  inputs: [
    { name: 'input', help: 'Features along the last axis.', shape: '... in_features' },
    { name: 'weight', help: 'The matrix, a row for each output feature.', shape: 'out_features in_features' },
    { name: 'bias', help: 'An offset for each output feature.', shape: 'out_features', optional: true },
  ],
  outputs: [{ name: 'output', help: 'Mapped features.', shape: '... out_features', flow: 'tensor' }],
  params: [],
  batch: BATCH.alongLast('input'),
  torch: {
    forward: ({ input }) =>
      one('output', call('F.linear', [input('input')!, input('weight')!], { bias: input('bias') })),
    takesNone: ['bias'],
  },
  lower: ({ builder, inputs }) => {
    const { input, weight, bias } = inputs;
    return { output: builder.emit('linear', bias === undefined ? [input!, weight!] : [input!, weight!, bias]) };
  },
};
