/** Compare: elementwise comparison, as torch.eq, torch.lt and their like. */
import { BATCH } from '../batch.ts';
import { binary } from '../../gpu/ops/broadcast.ts';
import type { InferContext, InferResult } from '../../graph/signature.ts';
import { numberParam, stringParam, type NodeDefinition } from '../definition.ts';
import { failure, single } from '../shapes.ts';
import { inferBinary } from './elementwise.ts';
import { compare as compared, int, type CompareOperator } from '../python.ts';
import { one } from '../torch.ts';

const COMPARISONS = ['equal', 'not_equal', 'less', 'less_equal', 'greater', 'greater_equal'] as const;

const OPERATORS: Readonly<Record<(typeof COMPARISONS)[number], CompareOperator>> = {
  equal: '==',
  not_equal: '!=',
  less: '<',
  less_equal: '<=',
  greater: '>',
  greater_equal: '>=',
};

export const compare: NodeDefinition = {
  type: 'compare',
  title: 'Compare',
  category: 'math',
  help:
    'Asks of each element whether a = b, a < b and so on, and gives a mask of yes and no. With only a connected, it ' +
    'compares with the number: input_ids equal to image_token_id says which places of a sequence belong to the picture. ' +
    'The shapes broadcast.',
  reference: { text: 'torch.eq', url: 'https://docs.pytorch.org/docs/stable/generated/torch.eq.html' },
  keywords: ['torch.eq', 'torch.ne', 'torch.lt', 'equal', 'less', 'greater', 'mask', '==', '<', '>'],
  preview: 'heatmap',
  inputs: [
    { name: 'a', help: 'First operand.', shape: '...', dtypes: ['f32', 'i32'] },
    {
      name: 'b',
      help: 'Second operand; where nothing is connected, the number of the parameter.',
      shape: '...',
      dtypes: ['f32', 'i32'],
      optional: true,
    },
  ],
  outputs: [{ name: 'output', help: 'Whether it holds, for each element.', dtype: 'bool', flow: 'mask' }],
  params: [
    { name: 'comparison', type: 'choice', default: 'equal', choices: COMPARISONS, help: 'What is asked of a and b.' },
    { name: 'value', type: 'float', default: 0, step: 1, help: 'Compared with where b is not connected.' },
  ],
  infer: inferCompare,
  batch: BATCH.elementwise,
  torch: {
    forward: ({ input, type, param, value }) => {
      const operator = OPERATORS[value('comparison') as (typeof COMPARISONS)[number]];
      const b = input('b');
      if (b) return one('output', compared(operator, input('a')!, b));
      const number = param('value');
      // Ids are compared with whole numbers: `ids == 0`, not `ids == 0.0`.
      const whole = type('a')?.dtype === 'i32' && (number.kind === 'literal' || number.kind === 'unary');
      return one('output', compared(operator, input('a')!, whole ? int(Number(value('value'))) : number));
    },
  },
  lower: ({ builder, params, inputs }) => {
    const a = inputs['a']!;
    const { dtype } = builder.typeOf(a);
    const b = inputs['b'] ?? builder.emit('constant', [], { value: numberParam(params, 'value'), dtype, shape: [] });
    return { output: binary(builder, stringParam(params, 'comparison'), a, b) };
  },
};

function inferCompare(context: InferContext): InferResult {
  const { a, b } = context.inputs;
  if (a && b && a.dtype !== b.dtype) {
    const message = `${b.dtype} came, ${a.dtype} is wanted, as in a`;
    return failure({ code: 'dtype.mismatch', message, port: { side: 'input', name: 'b' }, got: b.dims });
  }
  const value = numberParam(context.params, 'value');
  if (a?.dtype === 'i32' && !b && value !== (value | 0)) {
    return failure({ code: 'compare.value', message: `${value} is no whole number, and a is`, param: 'value' });
  }
  const { output } = inferBinary(context).outputs;
  return output ? single({ dims: output.dims, dtype: 'bool', flow: 'mask' }) : inferBinary(context);
}
