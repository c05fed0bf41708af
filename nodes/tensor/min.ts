/** Min: over one axis or all, as torch.min. */
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

export const min: NodeDefinition = {
  type: 'min',
  title: 'Min',
  category: 'tensor',
  help:
    'The smallest value along one axis, or of everything: y = minᵢ xᵢ. Beside the largest it tells the range in which ' +
    'values lie.',
  reference: { text: 'torch.min', url: 'https://docs.pytorch.org/docs/stable/generated/torch.min.html' },
  keywords: ['torch.min', 'minimum', 'amin', 'reduce'],
  preview: 'heatmap',
  inputs: REDUCTION_INPUTS,
  outputs: REDUCTION_OUTPUTS,
  params: REDUCTION_PARAMS,
  infer: (context) => inferReduction(context, 'there is no smallest value of nothing: the axis has size 0'),
  batch: BATCH.reduction(false),
  torch: torchReduction('amin', 'min'),
  lower: (context) => lowerReduction('reduce_min', context),
};
