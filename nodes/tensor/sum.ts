/** Sum: over one axis or all, as torch.sum. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import {
  inferReduction,
  lowerReduction,
  REDUCTION_INPUTS,
  REDUCTION_OUTPUTS,
  REDUCTION_PARAMS,
  torchReduction,
} from './reduction.ts';

export const sum: NodeDefinition = {
  type: 'sum',
  title: 'Sum',
  category: 'tensor',
  help:
    'Adds up over one axis, or over everything: y = Σᵢ xᵢ. The sum of an axis of attention weights is 1, which is a quick ' +
    'way to see that they are weights.',
  reference: { text: 'torch.sum', url: 'https://docs.pytorch.org/docs/stable/generated/torch.sum.html' },
  keywords: ['torch.sum', 'total', 'reduce', 'add up'],
  preview: 'heatmap',
  inputs: REDUCTION_INPUTS,
  outputs: REDUCTION_OUTPUTS,
  params: REDUCTION_PARAMS,
  infer: (context) => inferReduction(context),
  batch: BATCH.reduction(false),
  torch: torchReduction('sum'),
  lower: (context) => lowerReduction('reduce_sum', context),
};
