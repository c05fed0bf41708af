/** Natural logarithm, as torch.log. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { lowerUnary, UNARY_INPUTS, UNARY_OUTPUTS } from './unary.ts';
import { torchFunction } from '../torch.ts';

export const log: NodeDefinition = {
  type: 'log',
  title: 'Log',
  category: 'math',
  help:
    'The natural logarithm of each element: y = ln x; −∞ at zero, and not a number below it. It turns products of ' +
    'probabilities into sums, which is why losses are written with it.',
  reference: { text: 'torch.log', url: 'https://docs.pytorch.org/docs/stable/generated/torch.log.html' },
  keywords: ['torch.log', 'ln', 'logarithm'],
  preview: 'heatmap',
  inputs: UNARY_INPUTS,
  outputs: UNARY_OUTPUTS,
  params: [],
  batch: BATCH.elementwise,
  torch: torchFunction('torch.log'),
  lower: (context) => lowerUnary('log', context),
};
