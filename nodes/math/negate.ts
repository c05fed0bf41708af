/** Negation, as torch.neg. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { lowerUnary, UNARY_INPUTS, UNARY_OUTPUTS } from './unary.ts';
import { unary } from '../python.ts';
import { one } from '../torch.ts';

export const negate: NodeDefinition = {
  type: 'negate',
  title: 'Negate',
  category: 'math',
  help:
    'Changes the sign of each element: y = −x. A loss is often the mean of a log-likelihood with its sign changed, so ' +
    'that less is better.',
  reference: { text: 'torch.neg', url: 'https://docs.pytorch.org/docs/stable/generated/torch.neg.html' },
  keywords: ['torch.neg', 'minus', 'negative', 'sign'],
  preview: 'heatmap',
  inputs: UNARY_INPUTS,
  outputs: UNARY_OUTPUTS,
  params: [],
  batch: BATCH.sum,
  torch: { forward: ({ input }) => one('output', unary('-', input('input')!)) },
  lower: (context) => lowerUnary('neg', context),
};
