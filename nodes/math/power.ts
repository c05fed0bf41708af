/** Power: elementwise, with broadcasting, as torch.pow. */
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

export const power: NodeDefinition = {
  type: 'power',
  title: 'Power',
  category: 'math',
  help:
    'Raises the first tensor to the power of the second, element by element: y = aᵇ. The shapes broadcast. With only a ' +
    'connected, the exponent is the number: 2 squares, 0.5 takes the root, −1 inverts.',
  reference: { text: 'torch.pow', url: 'https://docs.pytorch.org/docs/stable/generated/torch.pow.html' },
  keywords: ['exponent', 'square', 'torch.pow', '**', '^'],
  preview: 'heatmap',
  inputs: BINARY_INPUTS,
  outputs: BINARY_OUTPUTS,
  params: [scalarParameter(2, 'Exponent where b is not connected.')],
  infer: inferBinary,
  batch: BATCH.elementwise,
  torch: torchBinary('**'),
  lower: (context) => lowerBinary('pow', context),
};
