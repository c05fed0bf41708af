/** Subtract: elementwise difference with broadcasting. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import {
  BINARY_INPUTS,
  BINARY_OUTPUTS,
  inferBinary,
  lowerBinary,
  scalarParameter,
  torchBinary,
} from './elementwise.ts';

export const subtract: NodeDefinition = {
  type: 'subtract',
  title: 'Subtract',
  category: 'math',
  help:
    'Takes the second tensor from the first, element by element: y = a − b. The shapes broadcast: aligned at their ' +
    'last axes, sizes must be equal or 1. With only a connected, it takes the number off instead.',
  reference: { text: 'torch.sub', url: 'https://docs.pytorch.org/docs/stable/generated/torch.sub.html' },
  keywords: ['minus', 'difference', 'torch.sub', '-'],
  preview: 'heatmap',
  inputs: BINARY_INPUTS,
  outputs: BINARY_OUTPUTS,
  params: [scalarParameter(0, 'Taken off where b is not connected.')],
  infer: inferBinary,
  batch: BATCH.sum,
  torch: torchBinary('-'),
  lower: (context) => lowerBinary('sub', context),
};
