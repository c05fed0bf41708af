/** Softmax over one axis, as torch.softmax. */
import { BATCH } from '../batch.ts';
import { numberParam, stringParam, type NodeDefinition } from '../definition.ts';
import { noSuchAxis, resolveAxis, single, UNKNOWN } from '../shapes.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

const MEANINGS = ['attention', 'probability'] as const;

export const softmax: NodeDefinition = {
  type: 'softmax',
  title: 'Softmax',
  category: 'math',
  help:
    'Turns scores into weights: yᵢ = exp(xᵢ − max x) / Σⱼ exp(xⱼ − max x) along one axis, each between 0 and 1 and ' +
    'all together 1. The maximum is taken off first so that nothing overflows; the result does not change by it. Weights ' +
    'that sum to one say how much each position counts, or how likely each class is.',
  reference: {
    text: 'torch.nn.functional.softmax',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html',
  },
  keywords: ['F.softmax', 'probabilities', 'attention', 'normalise'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Scores (logits).', shape: '...' }],
  // As it is by default; `infer` says what this one means.
  outputs: [{ name: 'output', help: 'Weights that sum to one along the axis.', flow: 'attention' }],
  params: [
    { name: 'dim', type: 'int', default: -1, help: 'The axis that sums to one; negative counts from the last.' },
    {
      name: 'meaning',
      type: 'choice',
      default: 'attention',
      choices: MEANINGS,
      fixed: 'It says how the weights are shown, not what they are',
      help: 'What the weights say: who looks at whom, or how likely a class is; decides how they are shown, not what they are.',
    },
  ],
  infer: ({ inputs: { input }, params }) => {
    if (!input) return UNKNOWN;
    const dim = numberParam(params, 'dim');
    if (resolveAxis(dim, input.dims.length) === undefined) return noSuchAxis('dim', dim, input.dims);
    return single({ ...input, flow: stringParam(params, 'meaning') === 'attention' ? 'attention' : 'tensor' });
  },
  batch: BATCH.alongAxis,
  torch: {
    forward: ({ input, param }) => one('output', call('F.softmax', [input('input')!], { dim: param('dim') })),
  },
  lower: ({ builder, params, inputs }) => {
    const input = inputs['input']!;
    const axis = resolveAxis(numberParam(params, 'dim'), builder.typeOf(input).shape.length)!;
    return { output: builder.emit('softmax', [input], { axis }) };
  },
};
