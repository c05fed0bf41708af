/** Where: one tensor or another, by a mask, as torch.where. */
import { BATCH } from '../batch.ts';
import { broadcastTo } from '../../gpu/ops/broadcast.ts';
import { describeShape } from '../../graph/patterns.ts';
import type { InferContext, InferResult } from '../../graph/signature.ts';
import { numberParam, type NodeDefinition } from '../definition.ts';
import { broadcastDimensions, failure, single, sizes, UNKNOWN } from '../shapes.ts';
import { inferBinary } from './elementwise.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const where: NodeDefinition = {
  type: 'where',
  title: 'Where',
  category: 'math',
  help:
    'Takes a where the condition is true, and b where it is not, element by element; the three shapes broadcast. With b ' +
    'not connected, the number stands for it: a mask over scores leaves them where they count and puts a very negative ' +
    'number where they do not. A condition [batch, length, 1] chooses whole vectors.',
  reference: { text: 'torch.where', url: 'https://docs.pytorch.org/docs/stable/generated/torch.where.html' },
  keywords: ['torch.where', 'masked_fill', 'choose', 'if', 'mask', 'select'],
  preview: 'heatmap',
  inputs: [
    { name: 'condition', help: 'Which of the two, for each element.', shape: '...', dtypes: ['bool'] },
    { name: 'a', help: 'Taken where the condition is true.', shape: '...' },
    {
      name: 'b',
      help: 'Taken elsewhere; where nothing is connected, the number of the parameter.',
      shape: '...',
      optional: true,
    },
  ],
  outputs: [{ name: 'output', help: 'The elements chosen, of the broadcast shape.', dtype: 'f32' }],
  params: [{ name: 'value', type: 'float', default: 0, step: 1, help: 'Stands for b where it is not connected.' }],
  infer: inferWhere,
  batch: BATCH.elementwise,
  torch: {
    forward: ({ input, param }) =>
      one(
        'output',
        call('torch.where', [input('condition')!, input('a')!, input('b') ?? call('torch.tensor', [param('value')])]),
      ),
  },
  lower: ({ builder, params, inputs, types }) => {
    const shape = sizes(types.outputs['output']);
    const { condition, a, b } = inputs;
    const other = b ?? builder.emit('constant', [], { value: numberParam(params, 'value'), dtype: 'f32', shape });
    const operands = [condition!, a!, other].map((value) => broadcastTo(builder, value, shape));
    return { output: builder.emit('select', operands) };
  },
};

function inferWhere({ inputs: { condition, a, b }, params }: InferContext): InferResult {
  if (!condition || !a) return UNKNOWN;
  const both = inferBinary({ inputs: { a, b }, params });
  const { output: chosen } = both.outputs;
  if (!chosen) return both;
  const dims = broadcastDimensions(chosen.dims, condition.dims);
  if (dims) return single({ ...chosen, dims });
  return failure({
    code: 'shape.broadcast',
    message: `the condition ${describeShape(condition.dims)} does not broadcast with ${describeShape(chosen.dims)}`,
    port: { side: 'input', name: 'condition' },
    got: condition.dims,
    wanted: describeShape(chosen.dims),
  });
}
