/** Argmax: where along an axis the largest value stands, as torch.argmax. */
import { BATCH } from '../batch.ts';
import { booleanParam, numberParam, type NodeDefinition } from '../definition.ts';
import { failure, noSuchAxis, resolveAxis, single, sizes, UNKNOWN } from '../shapes.ts';
import { method } from '../python.ts';
import { one } from '../torch.ts';

export const argmax: NodeDefinition = {
  type: 'argmax',
  title: 'Argmax',
  category: 'tensor',
  help:
    'The position of the largest value along an axis; of equal ones the first. Over scores for classes or words it is ' +
    'the model’s choice: greedy generation takes the argmax of the last position as the next token.',
  reference: { text: 'torch.argmax', url: 'https://docs.pytorch.org/docs/stable/generated/torch.argmax.html' },
  keywords: ['torch.argmax', 'prediction', 'greedy', 'best', 'class', 'winner'],
  preview: 'statistics',
  inputs: [{ name: 'input', help: 'Scores along the axis.', shape: '...', dtypes: ['f32', 'i32'] }],
  outputs: [{ name: 'output', help: 'Positions, from 0.', dtype: 'i32', flow: 'tokens' }],
  params: [
    { name: 'dim', type: 'int', default: -1, help: 'The axis to look along; negative counts from the last.' },
    { name: 'keepdim', type: 'bool', default: false, help: 'Keeps the axis, with size 1.' },
  ],
  infer: ({ inputs: { input }, params }) => {
    if (!input) return UNKNOWN;
    const dim = numberParam(params, 'dim');
    const axis = resolveAxis(dim, input.dims.length);
    if (axis === undefined) return noSuchAxis('dim', dim, input.dims);
    if (input.dims[axis]!.size === 0) {
      const message = `nothing is largest on axis ${dim}: its size is 0`;
      return failure({ code: 'shape.empty', message, param: 'dim', got: input.dims });
    }
    const kept = booleanParam(params, 'keepdim') ? [{ size: 1 }] : [];
    return single({ dims: input.dims.toSpliced(axis, 1, ...kept), dtype: 'i32', flow: 'tokens' });
  },
  batch: BATCH.reduction(false),
  torch: {
    forward: ({ input, param, written }) =>
      one('output', method(input('input')!, 'argmax', [], { dim: param('dim'), keepdim: written('keepdim') })),
  },
  lower: ({ builder, params, inputs, types }) => {
    const input = inputs['input']!;
    const axis = resolveAxis(numberParam(params, 'dim'), builder.typeOf(input).shape.length)!;
    const positions = builder.emit('argmax', [input], { axis });
    if (!booleanParam(params, 'keepdim')) return { output: positions };
    return { output: builder.emit('reshape', [positions], { shape: sizes(types.outputs['output']) }) };
  },
};
