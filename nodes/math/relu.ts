/** Rectified linear unit, as nn.ReLU. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { lowerUnary, UNARY_INPUTS, UNARY_OUTPUTS } from './unary.ts';
import { torchFunction } from '../torch.ts';

export const relu: NodeDefinition = {
  type: 'relu',
  title: 'ReLU',
  category: 'math',
  help:
    'Lets positive values through and sets the others to zero: y = max(0, x). The simplest gate there is, and the one ' +
    'between the two linear layers of the first transformers; GELU is its smooth successor.',
  reference: { text: 'torch.nn.ReLU', url: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html' },
  keywords: ['nn.ReLU', 'F.relu', 'activation', 'nonlinearity', 'rectifier'],
  preview: 'heatmap',
  inputs: UNARY_INPUTS,
  outputs: UNARY_OUTPUTS,
  params: [],
  batch: BATCH.elementwise,
  torch: torchFunction('F.relu'),
  lower: (context) => lowerUnary('relu', context),
};
