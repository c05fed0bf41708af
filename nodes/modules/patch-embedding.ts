/** PatchEmbedding: from a picture to a sequence of vectors, one per patch. */
import type { GraphModule } from '../../graph/schema.ts';
import { EMBED_DIM, IMAGE_SIZE, NUM_CHANNELS, PATCH_SIZE } from './hyperparameters.ts';
import { at, wire } from './layout.ts';

export const PatchEmbedding: GraphModule = {
  name: 'PatchEmbedding',
  help:
    'Turns a picture into a sequence that a transformer can read: cut it into (image_size // patch_size)² squares, map ' +
    'each to embed_dim numbers with one shared linear map, and lay them out row by row: ' +
    '[batch, channels, height, width] → [batch, patches, embed_dim]. Dosovitskiy et al. 2021.',
  origin: { library: 'patchbay', name: 'PatchEmbedding', version: 1 },
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
      type: 'patchify',
      params: { num_channels: 'num_channels', embed_dim: 'embed_dim', patch_size: 'patch_size' },
      position: at(1, 0),
    },
    {
      id: 'flatten',
      name: 'flatten',
      type: 'reshape',
      params: { shape: 'input.shape[0], embed_dim, patches=(image_size // patch_size) ** 2' },
      position: at(2, 0),
    },
    { id: 'to_sequence', name: 'to_sequence', type: 'transpose', params: { dim0: 1, dim1: 2 }, position: at(3, 0) },
    { id: 'patches', name: 'patches', type: 'output', position: at(4, 0) },
  ],
  edges: [
    wire('pixel_values.output', 'patch_embedding.input'),
    wire('patch_embedding.output', 'flatten.input'),
    wire('flatten.output', 'to_sequence.input'),
    wire('to_sequence.output', 'patches.input'),
  ],
  notes: [
    {
      id: 'why',
      text:
        '### Why a convolution\n' +
        'Cutting out a square, unrolling it and multiplying by a matrix is what a convolution does whose **stride equals ' +
        'its kernel**. Its result still has rows and columns; `flatten` joins them, `to_sequence` puts the patches ' +
        'before the features, because every later layer works on the last axis.',
      position: at(1, -0.6),
      size: [560, 150],
    },
  ],
};
