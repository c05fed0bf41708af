/** Divide: elementwise quotient with broadcasting. */
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

export const divide: NodeDefinition = {
  type: 'divide',
  title: 'Divide',
  category: 'math',
  help:
    'Divides the first tensor by the second, element by element: y = a / b. The shapes broadcast: aligned at their ' +
    'last axes, sizes must be equal or 1. With only a connected, it divides by the number instead, as image features ' +
    'are divided by √hidden_size before they join the words.',
  reference: { text: 'torch.div', url: 'https://docs.pytorch.org/docs/stable/generated/torch.div.html' },
  keywords: ['quotient', 'ratio', 'torch.div', '/'],
  preview: 'heatmap',
  inputs: BINARY_INPUTS,
  outputs: BINARY_OUTPUTS,
  params: [scalarParameter(1, 'Divisor where b is not connected.')],
  infer: inferBinary,
  batch: BATCH.quotient,
  torch: torchBinary('/'),
  lower: (context) => lowerBinary('div', context),
};
