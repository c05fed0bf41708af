/** Add: elementwise sum with broadcasting. */
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

export const add: NodeDefinition = {
  type: 'add',
  title: 'Add',
  category: 'math',
  help:
    'Adds two tensors element by element: y = a + b. The shapes broadcast: aligned at their last axes, sizes must be ' +
    'equal or 1, and what is missing or 1 is repeated. So a table [patches, embed_dim] can be added to every image of ' +
    'a batch. With only a connected, it adds the number instead. A residual connection is an add of a layer’s output ' +
    'to its input.',
  reference: {
    text: 'PyTorch, Broadcasting semantics',
    url: 'https://docs.pytorch.org/docs/stable/notes/broadcasting.html',
  },
  keywords: ['plus', 'sum', 'residual', 'skip', 'torch.add', '+'],
  preview: 'heatmap',
  inputs: BINARY_INPUTS,
  outputs: BINARY_OUTPUTS,
  params: [scalarParameter(0, 'Added where b is not connected.')],
  infer: inferBinary,
  batch: BATCH.sum,
  torch: torchBinary('+'),
  lower: (context) => lowerBinary('add', context),
};
