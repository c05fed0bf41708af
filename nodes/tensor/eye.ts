/** Eye: the identity matrix in the sizes of another, as torch.eye. */
import { positionsAlong } from './positions.ts';
import type { NodeDefinition } from '../definition.ts';
import { sizes } from '../shapes.ts';
import { attribute, call, index, int } from '../python.ts';
import { one } from '../torch.ts';

export const eye: NodeDefinition = {
  type: 'eye',
  title: 'Eye',
  category: 'tensor',
  help:
    'Ones where row and column have the same number, zeros elsewhere, in the last two sizes of the input; of the input ' +
    'nothing else counts. In a matrix that compares every picture with every caption, it marks the pairs that belong ' +
    'together.',
  reference: { text: 'torch.eye', url: 'https://docs.pytorch.org/docs/stable/generated/torch.eye.html' },
  keywords: ['torch.eye', 'identity', 'diagonal', 'targets', 'pairs'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Whose sizes it has.', shape: '... rows columns', dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [{ name: 'output', help: 'The identity matrix.', shape: 'rows columns', dtype: 'f32', flow: 'tensor' }],
  params: [],
  torch: {
    forward: ({ input }) => {
      const like = input('input')!;
      const [rows, columns] = [-2, -1].map((axis) => index(attribute(like, 'shape'), int(axis)));
      return one('output', call('torch.eye', [rows!, columns!], { device: attribute(like, 'device') }));
    },
  },
  lower: ({ builder, types }) => {
    const [rows, columns] = positionsAlong(builder, sizes(types.outputs['output']));
    return { output: builder.emit('cast', [builder.emit('equal', [rows, columns])], { dtype: 'f32' }) };
  },
};
