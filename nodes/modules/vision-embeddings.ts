/** VisionEmbeddings: patches that know where they are. */
import type { GraphModule } from '../../graph/schema.ts';
import { EMBED_DIM, IMAGE_SIZE, NUM_CHANNELS, PATCH_SIZE } from './hyperparameters.ts';
import { at, wire } from './layout.ts';

export const VisionEmbeddings: GraphModule = {
  name: 'VisionEmbeddings',
  help:
    'What the first transformer layer reads: the patch embeddings plus a learned vector for each position, ' +
    'x = patches + table. Without the table the model could not tell the top left from the bottom right.',
  origin: { library: 'patchbay', name: 'VisionEmbeddings', version: 1 },
  hyperparameters: [IMAGE_SIZE, PATCH_SIZE, NUM_CHANNELS, EMBED_DIM],
  requires: [{ expression: 'image_size >= patch_size', help: 'a picture must hold at least one patch' }],
  nodes: [
    {
      id: 'pixel_values',
      name: 'pixel_values',
      type: 'input',
      params: { shape: 'batch num_channels image_size image_size', flow: 'image' },
      position: at(0, 0),
    },
    {
      id: 'patch_embedding',
      name: 'patch_embedding',
      module: 'PatchEmbedding',
      params: {
        image_size: 'image_size',
        patch_size: 'patch_size',
        num_channels: 'num_channels',
        embed_dim: 'embed_dim',
      },
      position: at(1, 0),
    },
    {
      id: 'position_embedding',
      name: 'position_embedding',
      type: 'position_embedding',
      params: { num_patches: '(image_size // patch_size) ** 2', embed_dim: 'embed_dim' },
      position: at(1, 1),
    },
    { id: 'add_positions', name: 'add_positions', type: 'add', position: at(2, 0.5) },
    { id: 'embeddings', name: 'embeddings', type: 'output', position: at(3, 0.5) },
  ],
  edges: [
    wire('pixel_values.output', 'patch_embedding.pixel_values'),
    wire('patch_embedding.patches', 'add_positions.a'),
    wire('position_embedding.output', 'add_positions.b'),
    wire('add_positions.output', 'embeddings.input'),
  ],
  notes: [
    {
      id: 'why',
      text:
        '### Order has to be said\n' +
        'Attention treats its input as a **set**. The table gives each of the `patches` positions its own vector; it has ' +
        'no batch axis, so `add_positions` repeats it for every picture.',
      position: at(2, -0.35),
      size: [480, 140],
    },
  ],
};
