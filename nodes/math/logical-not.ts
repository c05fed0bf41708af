/** Logical not of a mask, as torch.logical_not. */
import { BATCH } from '../batch.ts';
import type { NodeDefinition } from '../definition.ts';
import { unary } from '../python.ts';
import { one } from '../torch.ts';

export const logicalNot: NodeDefinition = {
  type: 'logical_not',
  title: 'Logical not',
  category: 'math',
  help:
    'True where the mask is false. Masks here say what takes part; nn.MultiheadAttention and its like say what is left ' +
    'out, and this turns one into the other.',
  reference: {
    text: 'torch.logical_not',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.logical_not.html',
  },
  keywords: ['torch.logical_not', 'invert', 'mask', '~'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'A mask.', shape: '...', dtypes: ['bool'] }],
  outputs: [{ name: 'output', help: 'The other way round.', shape: '...', dtype: 'bool', flow: 'mask' }],
  params: [],
  batch: BATCH.elementwise,
  torch: { forward: ({ input }) => one('output', unary('~', input('input')!)) },
  lower: ({ builder, inputs }) => ({ output: builder.emit('not', [inputs['input']!]) }),
};
