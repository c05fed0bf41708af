/** Exponential, as torch.exp. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { lowerUnary, UNARY_INPUTS, UNARY_OUTPUTS } from './unary.ts';
import { torchFunction } from '../torch.ts';

export const exp: NodeDefinition = {
  type: 'exp',
  title: 'Exp',
  category: 'math',
  help:
    'The exponential of each element: y = eˣ, always positive. A scale that is learned as its logarithm stays positive ' +
    'whatever the optimiser does to it: CLIP keeps the logarithm of its temperature and multiplies by exp of it.',
  reference: { text: 'torch.exp', url: 'https://docs.pytorch.org/docs/stable/generated/torch.exp.html' },
  keywords: ['torch.exp', 'exponential', 'logit scale', 'temperature'],
  preview: 'heatmap',
  inputs: UNARY_INPUTS,
  outputs: UNARY_OUTPUTS,
  params: [],
  batch: BATCH.elementwise,
  torch: torchFunction('torch.exp'),
  lower: (context) => lowerUnary('exp', context),
};
