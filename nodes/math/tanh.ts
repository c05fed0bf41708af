/** Hyperbolic tangent, as torch.tanh. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { lowerUnary, UNARY_INPUTS, UNARY_OUTPUTS } from './unary.ts';
import { torchFunction } from '../torch.ts';

export const tanh: NodeDefinition = {
  type: 'tanh',
  title: 'Tanh',
  category: 'math',
  help:
    'Squeezes each element between −1 and 1: y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). It keeps the sign and the order of values ' +
    'and bounds their size; an LSTM passes its cell through it before giving it out.',
  reference: { text: 'torch.tanh', url: 'https://docs.pytorch.org/docs/stable/generated/torch.tanh.html' },
  keywords: ['nn.Tanh', 'hyperbolic tangent', 'activation', 'nonlinearity'],
  preview: 'heatmap',
  inputs: UNARY_INPUTS,
  outputs: UNARY_OUTPUTS,
  params: [],
  batch: BATCH.elementwise,
  torch: torchFunction('torch.tanh'),
  lower: (context) => lowerUnary('tanh', context),
};
