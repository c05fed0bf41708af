/** Logistic sigmoid, as torch.sigmoid. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { lowerUnary, UNARY_INPUTS, UNARY_OUTPUTS } from './unary.ts';
import { torchFunction } from '../torch.ts';

export const sigmoid: NodeDefinition = {
  type: 'sigmoid',
  title: 'Sigmoid',
  category: 'math',
  help:
    'Squeezes each element between 0 and 1: y = 1 / (1 + e⁻ˣ). It is a probability for each element by itself, where ' +
    'softmax shares one out among all; SigLIP asks of each pair alone whether it belongs together, and this is how.',
  reference: { text: 'torch.sigmoid', url: 'https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html' },
  keywords: ['nn.Sigmoid', 'logistic', 'activation', 'probability', 'gate'],
  preview: 'heatmap',
  inputs: UNARY_INPUTS,
  outputs: UNARY_OUTPUTS,
  params: [],
  batch: BATCH.elementwise,
  torch: torchFunction('torch.sigmoid'),
  lower: (context) => lowerUnary('sigmoid', context),
};
