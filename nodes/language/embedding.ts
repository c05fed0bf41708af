/** Embedding: a learned vector for each token id, as nn.Embedding. */
import { BATCH } from '../batch.ts';
import { EMBEDDING_INITIALIZER } from '../../gpu/random/initializers.ts';
import { numberParam, type NodeDefinition } from '../definition.ts';
import { call } from '../python.ts';
import { callLayer } from '../torch.ts';

export const embedding: NodeDefinition = {
  type: 'embedding',
  title: 'Embedding',
  category: 'language',
  help:
    'Looks up the row of a learned table for each id: y[b, t] = weight[ids[b, t]]. The same as multiplying a one-hot ' +
    'vector by the table, without the multiplications. Ids must be from 0 to num_embeddings − 1. Rows start as standard ' +
    'normal numbers, and training moves words that are used alike close to each other.',
  reference: {
    text: 'torch.nn.Embedding',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html',
  },
  keywords: ['nn.Embedding', 'lookup', 'word vectors', 'token embedding', 'vocabulary', 'gather'],
  preview: 'heatmap',
  inputs: [{ name: 'ids', help: 'Which row, for each place.', shape: '...', dtypes: ['i32'] }],
  outputs: [
    {
      name: 'output',
      help: 'A row per id, along a new last axis.',
      shape: '... embedding_dim',
      dtype: 'f32',
      flow: 'tensor',
    },
  ],
  params: [
    {
      name: 'num_embeddings',
      type: 'int',
      default: 256,
      minimum: 1,
      help: 'Rows of the table: size of the vocabulary.',
    },
    { name: 'embedding_dim', type: 'int', default: 128, minimum: 1, help: 'Size of each row.' },
  ],
  idsBelow: { ids: 'num_embeddings' },
  weights: (params) => [
    {
      name: 'weight',
      shape: [numberParam(params, 'num_embeddings'), numberParam(params, 'embedding_dim')],
      initializer: EMBEDDING_INITIALIZER,
    },
  ],
  batch: BATCH.alongLast('ids', 0),
  torch: {
    layer: ({ param }) => call('nn.Embedding', [param('num_embeddings'), param('embedding_dim')]),
    forward: (context) => callLayer(context, 'ids'),
  },
  lower: ({ builder, inputs, weight }) => ({ output: builder.emit('gather', [weight('weight'), inputs['ids']!]) }),
};
