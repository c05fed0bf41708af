/** Square root, as torch.sqrt. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { lowerUnary, UNARY_INPUTS, UNARY_OUTPUTS } from './unary.ts';
import { torchFunction } from '../torch.ts';

export const sqrt: NodeDefinition = {
  type: 'sqrt',
  title: 'Sqrt',
  category: 'math',
  help:
    'The square root of each element: y = √x, and not a number below zero. With a sum of squares before it, it gives ' +
    'the length of a vector.',
  reference: { text: 'torch.sqrt', url: 'https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html' },
  keywords: ['torch.sqrt', 'square root', 'root'],
  preview: 'heatmap',
  inputs: UNARY_INPUTS,
  outputs: UNARY_OUTPUTS,
  params: [],
  batch: BATCH.elementwise,
  torch: torchFunction('torch.sqrt'),
  lower: (context) => lowerUnary('sqrt', context),
};
