/** Position embedding: a learned table, one row per position, as the weight of an nn.Embedding. */
import { EMBEDDING_INITIALIZER } from '../../gpu/random/initializers.ts';
import { dimensionParam, numberParam, type NodeDefinition } from '../definition.ts';
import { single } from '../shapes.ts';
import { attribute, call } from '../python.ts';
import { one } from '../torch.ts';

export const positionEmbedding: NodeDefinition = {
  type: 'position_embedding',
  title: 'Position embedding',
  category: 'vision',
  help:
    'A learned table of num_patches vectors; row i says where patch i is. Attention alone does not know the order of ' +
    'what it looks at: shuffle the patches, and its outputs are shuffled alike. Adding the table (y = x + table, ' +
    'broadcast over the batch) gives each position a mark of its own. Rows start as standard normal numbers.',
  reference: {
    text: 'Dosovitskiy et al. 2021, An image is worth 16×16 words',
    url: 'https://arxiv.org/abs/2010.11929',
  },
  keywords: ['nn.Embedding', 'positional encoding', 'learned positions', 'position ids'],
  preview: 'heatmap',
  inputs: [],
  outputs: [{ name: 'output', help: 'The whole table, one row per position.', flow: 'tensor' }],
  params: [
    { name: 'num_patches', type: 'int', default: 16, minimum: 1, help: 'Number of positions.' },
    { name: 'embed_dim', type: 'int', default: 128, minimum: 1, help: 'Size of each vector.' },
  ],
  infer: ({ params }) => {
    const dims = [dimensionParam(params, 'num_patches', 'patches'), dimensionParam(params, 'embed_dim', 'embed_dim')];
    return single({ dims, dtype: 'f32', flow: 'tensor' });
  },
  weights: (params) => [
    {
      name: 'weight',
      shape: [numberParam(params, 'num_patches'), numberParam(params, 'embed_dim')],
      initializer: EMBEDDING_INITIALIZER,
    },
  ],
  torch: {
    layer: ({ param }) => call('nn.Embedding', [param('num_patches'), param('embed_dim')]),
    forward: ({ layer }) => one('output', attribute(layer, 'weight')),
  },
  lower: ({ weight }) => ({ output: weight('weight') }),
};
