/** Cast: the same elements as another type, as torch.Tensor.to. */
import type { PortDType } from '../../graph/signature.ts';
import { BATCH } from '../batch.ts';
import { stringParam, type NodeDefinition, type Params } from '../definition.ts';
import { method, name } from '../python.ts';
import { single, UNKNOWN } from '../shapes.ts';
import { one } from '../torch.ts';

const DTYPES = ['f32', 'i32', 'bool'] as const satisfies readonly PortDType[];

/** Ids are 64 bits wide in PyTorch, as embeddings and argmax have them. */
const TORCH_TYPES: Readonly<Record<(typeof DTYPES)[number], string>> = {
  f32: 'torch.float32',
  i32: 'torch.int64',
  bool: 'torch.bool',
};

export const cast: NodeDefinition = {
  type: 'cast',
  title: 'Cast',
  category: 'tensor',
  help:
    'The same elements as another type. A number becomes a whole one by leaving out what stands behind the point, yes or ' +
    'no by whether it is other than 0; yes is 1 as a number, and no 0. So a mask can be multiplied with, and positions ' +
    'that were computed can be looked up.',
  reference: {
    text: 'torch.Tensor.to',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html',
  },
  keywords: ['torch.Tensor.to', 'convert', 'dtype', 'type', 'float', 'integer', 'bool'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Any tensor.', shape: '...', dtypes: DTYPES }],
  outputs: [{ name: 'output', help: 'The same elements as the type that is asked for.' }],
  params: [
    {
      name: 'dtype',
      type: 'choice',
      default: 'f32',
      choices: DTYPES,
      fixed: 'What reads it takes one type only',
      help: 'f32: numbers; i32: whole numbers; bool: yes or no.',
    },
  ],
  infer: ({ inputs: { input }, params }) => (input ? single({ ...input, dtype: dtypeOf(params) }) : UNKNOWN),
  batch: BATCH.elementwise,
  torch: {
    forward: ({ input, value }) =>
      one('output', method(input('input')!, 'to', [name(TORCH_TYPES[value('dtype') as (typeof DTYPES)[number]])])),
  },
  lower: ({ builder, params, inputs }) => {
    const input = inputs['input']!;
    const dtype = dtypeOf(params);
    return { output: builder.typeOf(input).dtype === dtype ? input : builder.emit('cast', [input], { dtype }) };
  },
};

function dtypeOf(params: Params): PortDType {
  return stringParam(params, 'dtype') as PortDType;
}
