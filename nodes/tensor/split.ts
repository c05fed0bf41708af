/** Split: one tensor as two along an axis, as torch.split. */
import { BATCH } from '../batch.ts';
import type { InferContext, InferResult } from '../../graph/signature.ts';
import { dimensionParam, numberParam, type NodeDefinition } from '../definition.ts';
import { failure, noSuchAxis, resolveAxis, UNKNOWN } from '../shapes.ts';
import { sliceAxis } from './slice.ts';
import { call, tuple } from '../python.ts';

export const split: NodeDefinition = {
  type: 'split',
  title: 'Split',
  category: 'tensor',
  help:
    'Cuts a tensor in two along an axis: the first size positions, and the rest. Where image tokens stand before text ' +
    'tokens, this takes them apart again; concat puts them back together. Nothing is copied.',
  reference: { text: 'torch.split', url: 'https://docs.pytorch.org/docs/stable/generated/torch.split.html' },
  keywords: ['torch.split', 'torch.chunk', 'cut', 'divide', 'separate'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Any tensor with that axis.', shape: '...', dtypes: ['f32', 'i32', 'bool'] }],
  outputs: [
    { name: 'first', help: 'The first size positions.' },
    { name: 'second', help: 'The positions after them.' },
  ],
  params: [
    { name: 'dim', type: 'int', default: 1, help: 'The axis to cut; negative counts from the last.' },
    { name: 'size', type: 'int', default: 1, minimum: 0, help: 'How many positions are in the first part.' },
  ],
  infer: inferSplit,
  batch: BATCH.alongAxis,
  torch: {
    forward: ({ input, param }) => {
      const from = call('torch.tensor_split', [input('input')!, tuple(param('size'))], { dim: param('dim') });
      return { kind: 'unpack', from, into: ['first', 'second'] };
    },
  },
  lower: ({ builder, params, inputs }) => {
    const input = inputs['input']!;
    const { shape } = builder.typeOf(input);
    const axis = resolveAxis(numberParam(params, 'dim'), shape.length)!;
    const cut = numberParam(params, 'size');
    return {
      first: sliceAxis(builder, input, axis, { start: 0, stop: cut }),
      second: sliceAxis(builder, input, axis, { start: cut, stop: shape[axis]! }),
    };
  },
};

function inferSplit({ inputs: { input }, params }: InferContext): InferResult {
  if (!input) return UNKNOWN;
  const dim = numberParam(params, 'dim');
  const axis = resolveAxis(dim, input.dims.length);
  if (axis === undefined) return noSuchAxis('dim', dim, input.dims);
  const whole = input.dims[axis]!;
  const first = dimensionParam(params, 'size');
  if (first.size > whole.size) {
    return failure({
      code: 'shape.split',
      message: `size ${first.size} is more than the ${whole.size} positions of axis ${dim}`,
      param: 'size',
      got: input.dims,
      suggestions: [{ param: 'size', value: whole.size, title: `Set size to ${whole.size}` }],
    });
  }
  const second = { size: whole.size - first.size };
  return {
    outputs: {
      first: { ...input, dims: input.dims.with(axis, first) },
      second: { ...input, dims: input.dims.with(axis, second) },
    },
    problems: [],
  };
}
