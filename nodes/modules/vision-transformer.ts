/** VisionTransformer: embeddings, a stack of blocks, a norm. */
import type { GraphModule } from '../../graph/schema.ts';
import { EMBED_DIM, IMAGE_SIZE, MLP_RATIO, NUM_CHANNELS, NUM_HEADS, PATCH_SIZE } from './hyperparameters.ts';
import { at, wire } from './layout.ts';

export const VisionTransformer: GraphModule = {
  name: 'VisionTransformer',
  help:
    'A Vision Transformer: a picture becomes a sequence of patches, depth blocks let the patches tell each other what ' +
    'they see, and a last norm evens the result out. It gives one vector of embed_dim numbers per patch; what is done ' +
    'with them (a class, a match with a sentence, tokens for a language model) is up to what follows. Dosovitskiy et al. 2021.',
  origin: { library: 'patchbay', name: 'VisionTransformer', version: 1 },
  hyperparameters: [
    IMAGE_SIZE,
    PATCH_SIZE,
    NUM_CHANNELS,
    EMBED_DIM,
    {
      name: 'depth',
      type: 'int',
      default: 12,
      minimum: 1,
      maximum: 64,
      help: 'Number of blocks, each with weights of its own.',
    },
    NUM_HEADS,
    MLP_RATIO,
  ],
  nodes: [
    {
      id: 'pixel_values',
      name: 'pixel_values',
      type: 'input',
      params: { shape: 'batch num_channels image_size image_size', flow: 'image' },
      position: at(0, 0),
    },
    {
      id: 'embeddings',
      name: 'embeddings',
      module: 'VisionEmbeddings',
      params: {
        image_size: 'image_size',
        patch_size: 'patch_size',
        num_channels: 'num_channels',
        embed_dim: 'embed_dim',
      },
      position: at(1, 0),
    },
    {
      id: 'blocks',
      name: 'blocks',
      module: 'VisionTransformerBlock',
      params: { embed_dim: 'embed_dim', num_heads: 'num_heads', mlp_ratio: 'mlp_ratio' },
      repeat: 'depth',
      position: at(2, 0),
    },
    { id: 'norm', name: 'norm', type: 'layer_norm', params: { normalized_shape: 'embed_dim' }, position: at(3, 0) },
    { id: 'features', name: 'features', type: 'output', position: at(4, 0) },
    { id: 'attention_weights', name: 'attention_weights', type: 'output', position: at(3, 1) },
  ],
  edges: [
    wire('pixel_values.output', 'embeddings.pixel_values'),
    wire('embeddings.embeddings', 'blocks.hidden_states'),
    wire('blocks.hidden_states', 'norm.input'),
    wire('norm.output', 'features.input'),
    wire('blocks.attention_weights', 'attention_weights.input'),
  ],
};
