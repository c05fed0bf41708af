/** Dropout: random zeros in training, nothing otherwise, as nn.Dropout. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { call } from '../python.ts';
import { callLayer } from '../torch.ts';

export const dropout: NodeDefinition = {
  type: 'dropout',
  title: 'Dropout',
  category: 'math',
  help:
    'In training, sets each value to zero with probability p and divides the others by 1 − p, so that the expectation ' +
    'stays. In evaluation, which is what a graph computes, it lets everything through unchanged: y = x.',
  reference: { text: 'Srivastava et al. 2014, Dropout', url: 'https://jmlr.org/papers/v15/srivastava14a.html' },
  keywords: ['nn.Dropout', 'regularisation', 'regularization'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Any tensor.', shape: '...' }],
  outputs: [{ name: 'output', help: 'The same tensor.', shape: '...' }],
  params: [
    {
      name: 'p',
      type: 'float',
      default: 0.1,
      minimum: 0,
      maximum: 1,
      step: 0.01,
      help: 'Probability of a zero in training.',
    },
  ],
  batch: BATCH.elementwise,
  torch: { layer: ({ param }) => call('nn.Dropout', [param('p')]), forward: (context) => callLayer(context) },
  lower: ({ inputs }) => ({ output: inputs['input']! }),
};
