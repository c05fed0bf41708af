/** L2 normalise: vectors of length one, as F.normalize. */
import { BATCH } from '../batch.ts';
import { binary, constantLike } from '../../gpu/ops/broadcast.ts';
import { numberParam, type NodeDefinition } from '../definition.ts';
import { noSuchAxis, resolveAxis, single, UNKNOWN } from '../shapes.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const l2Normalize: NodeDefinition = {
  type: 'l2_normalize',
  title: 'L2 normalize',
  category: 'math',
  help:
    'Gives every vector along an axis the length one: y = x / max(‖x‖₂, eps). Only the direction is left, so that the ' +
    'dot product of two of them is the cosine of the angle between them, from −1 to 1. CLIP compares pictures and ' +
    'sentences this way; how long a vector was says nothing about what it means.',
  reference: {
    text: 'torch.nn.functional.normalize',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.normalize.html',
  },
  keywords: ['F.normalize', 'unit vector', 'cosine similarity', 'normalise', 'norm'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Vectors along the axis.', shape: '...' }],
  outputs: [{ name: 'output', help: 'The same directions, of length one.', flow: 'tensor' }],
  params: [
    {
      name: 'dim',
      type: 'int',
      default: -1,
      help: 'The axis along which a vector lies; negative counts from the last.',
    },
    {
      name: 'eps',
      type: 'float',
      default: 1e-12,
      minimum: 0,
      step: 1e-12,
      help: 'The least length to divide by, so that a vector of zeros stays one.',
    },
  ],
  infer: ({ inputs: { input }, params }) => {
    if (!input) return UNKNOWN;
    const dim = numberParam(params, 'dim');
    if (resolveAxis(dim, input.dims.length) === undefined) return noSuchAxis('dim', dim, input.dims);
    return single({ ...input, flow: 'tensor' });
  },
  batch: BATCH.alongAxis,
  torch: {
    forward: ({ input, param, written }) =>
      one('output', call('F.normalize', [input('input')!], { dim: param('dim'), eps: written('eps') })),
  },
  lower: ({ builder, params, inputs }) => {
    const input = inputs['input']!;
    const axis = resolveAxis(numberParam(params, 'dim'), builder.typeOf(input).shape.length)!;
    const squares = builder.emit('mul', [input, input]);
    const length = builder.emit('sqrt', [builder.emit('reduce_sum', [squares], { axes: [axis], keepdims: true })]);
    const divisor = builder.emit('maximum', [length, constantLike(builder, length, numberParam(params, 'eps'))]);
    return { output: binary(builder, 'div', input, divisor) };
  },
};
