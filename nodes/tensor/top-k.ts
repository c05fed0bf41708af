/** Top k: the largest values of the last axis and where they stand, as torch.topk. */
import { BATCH } from '../batch.ts';
import { dimensionParam, numberParam, type NodeDefinition } from '../definition.ts';
import { failure, UNKNOWN } from '../shapes.ts';
import { method } from '../python.ts';

export const topK: NodeDefinition = {
  type: 'top_k',
  title: 'Top k',
  category: 'tensor',
  help:
    'The k largest values along the last axis, the largest first, and their positions; of equal ones the earlier comes ' +
    'first. Over a row of similarities it ranks what fits best: the classes of a picture, or the pictures for a sentence.',
  reference: { text: 'torch.topk', url: 'https://docs.pytorch.org/docs/stable/generated/torch.topk.html' },
  keywords: ['torch.topk', 'rank', 'sort', 'best', 'largest', 'retrieval', 'nearest'],
  preview: 'heatmap',
  inputs: [{ name: 'input', help: 'Values along the last axis.', shape: '... size' }],
  outputs: [
    { name: 'values', help: 'The largest, in descending order.', flow: 'tensor' },
    { name: 'indices', help: 'Where they stand.', dtype: 'i32', flow: 'tokens' },
  ],
  params: [{ name: 'k', type: 'int', default: 3, minimum: 1, help: 'How many are kept.' }],
  infer: ({ inputs: { input }, params }) => {
    if (!input) return UNKNOWN;
    const { size } = input.dims.at(-1)!;
    const k = numberParam(params, 'k');
    if (k > size) {
      return failure({
        code: 'shape.top-k',
        message: `k ${k} is more than the ${size} values of the last axis`,
        param: 'k',
        got: input.dims,
        ...(size > 0 && { suggestions: [{ param: 'k', value: size, title: `Set k to ${size}` }] }),
      });
    }
    const dims = [...input.dims.slice(0, -1), dimensionParam(params, 'k', 'rank')];
    return {
      outputs: { values: { dims, dtype: 'f32', flow: 'tensor' }, indices: { dims, dtype: 'i32', flow: 'tokens' } },
      problems: [],
    };
  },
  batch: BATCH.alongLast('input'),
  torch: {
    forward: ({ input, param }) => ({
      kind: 'unpack',
      from: method(input('input')!, 'topk', [param('k')]),
      into: ['values', 'indices'],
    }),
  },
  lower: ({ builder, params, inputs }) => {
    const [values, indices] = builder.emitAll('top_k', [inputs['input']!], { k: numberParam(params, 'k') });
    return { values: values!, indices: indices! };
  },
};
