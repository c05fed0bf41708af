/** Logical and of two masks, as torch.logical_and. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { inferBinary } from './elementwise.ts';
import { LOGICAL_INPUTS, LOGICAL_OUTPUTS, lowerLogical } from './logical.ts';
import { binary } from '../python.ts';
import { one } from '../torch.ts';

export const logicalAnd: NodeDefinition = {
  type: 'logical_and',
  title: 'Logical and',
  category: 'math',
  help:
    'True where both masks are true. The shapes broadcast, so that a mask over keys, [length], narrows one over queries ' +
    'and keys, [length, length]: causal, and no padding.',
  reference: {
    text: 'torch.logical_and',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.logical_and.html',
  },
  keywords: ['torch.logical_and', 'both', 'mask', '&'],
  preview: 'heatmap',
  inputs: LOGICAL_INPUTS,
  outputs: LOGICAL_OUTPUTS,
  params: [],
  infer: inferBinary,
  batch: BATCH.elementwise,
  torch: { forward: ({ input }) => one('output', binary('&', input('a')!, input('b')!)) },
  lower: (context) => lowerLogical('and', context),
};
