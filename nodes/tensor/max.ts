/** Max: over one axis or all, as torch.max. */
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

export const max: NodeDefinition = {
  type: 'max',
  title: 'Max',
  category: 'tensor',
  help:
    'The largest value along one axis, or of everything: y = maxᵢ xᵢ. Over the tokens of a sequence it keeps the strongest ' +
    'response of each feature, wherever it was.',
  reference: { text: 'torch.max', url: 'https://docs.pytorch.org/docs/stable/generated/torch.max.html' },
  keywords: ['torch.max', 'maximum', 'amax', 'reduce', 'max pool'],
  preview: 'heatmap',
  inputs: REDUCTION_INPUTS,
  outputs: REDUCTION_OUTPUTS,
  params: REDUCTION_PARAMS,
  infer: (context) => inferReduction(context, 'there is no largest value of nothing: the axis has size 0'),
  batch: BATCH.reduction(false),
  torch: torchReduction('amax', 'max'),
  lower: (context) => lowerReduction('reduce_max', context),
};
