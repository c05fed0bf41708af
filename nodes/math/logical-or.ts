/** Logical or of two masks, as torch.logical_or. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { inferBinary } from './elementwise.ts';
import { LOGICAL_INPUTS, LOGICAL_OUTPUTS, lowerLogical } from './logical.ts';
import { binary } from '../python.ts';
import { one } from '../torch.ts';

export const logicalOr: NodeDefinition = {
  type: 'logical_or',
  title: 'Logical or',
  category: 'math',
  help:
    'True where one of the masks is true, or both. The shapes broadcast. Places that hold an image token or padding are ' +
    'those whose word vector is not wanted.',
  reference: { text: 'torch.logical_or', url: 'https://docs.pytorch.org/docs/stable/generated/torch.logical_or.html' },
  keywords: ['torch.logical_or', 'either', 'mask', '|'],
  preview: 'heatmap',
  inputs: LOGICAL_INPUTS,
  outputs: LOGICAL_OUTPUTS,
  params: [],
  infer: inferBinary,
  batch: BATCH.elementwise,
  torch: { forward: ({ input }) => one('output', binary('|', input('a')!, input('b')!)) },
  lower: (context) => lowerLogical('or', context),
};
