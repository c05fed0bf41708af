/** Mean: over one axis or all, as torch.mean. */
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

export const mean: NodeDefinition = {
  type: 'mean',
  title: 'Mean',
  category: 'tensor',
  help:
    'Averages over one axis, or over everything: y = (1/n) Σᵢ xᵢ. A loss is the mean over the samples, so that its size ' +
    'does not depend on how many there are.',
  reference: { text: 'torch.mean', url: 'https://docs.pytorch.org/docs/stable/generated/torch.mean.html' },
  keywords: ['torch.mean', 'average', 'reduce', 'pool'],
  preview: 'heatmap',
  inputs: REDUCTION_INPUTS,
  outputs: REDUCTION_OUTPUTS,
  params: REDUCTION_PARAMS,
  infer: (context) => inferReduction(context, 'the mean of nothing is not a number: the axis has size 0'),
  batch: BATCH.reduction(true),
  torch: torchReduction('mean'),
  lower: (context) => lowerReduction('reduce_mean', context),
};
