/** Multiply: elementwise product with broadcasting. */
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

export const multiply: NodeDefinition = {
  type: 'multiply',
  title: 'Multiply',
  category: 'math',
  help:
    'Multiplies two tensors element by element: y = a · b (not a matrix product). The shapes broadcast: aligned at ' +
    'their last axes, sizes must be equal or 1, and what is missing or 1 is repeated. With only a connected, it ' +
    'scales by the number instead, as attention scales its scores by 1/√head_dim.',
  reference: {
    text: 'PyTorch, Broadcasting semantics',
    url: 'https://docs.pytorch.org/docs/stable/notes/broadcasting.html',
  },
  keywords: ['times', 'product', 'scale', 'hadamard', 'torch.mul', '*'],
  preview: 'heatmap',
  inputs: BINARY_INPUTS,
  outputs: BINARY_OUTPUTS,
  params: [scalarParameter(1, 'Factor where b is not connected.')],
  infer: inferBinary,
  batch: BATCH.product,
  torch: torchBinary('*'),
  lower: (context) => lowerBinary('mul', context),
};
