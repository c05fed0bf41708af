/** Patch grid: a picture with the borders of its patches, numbered in the order in which a transformer reads them. */
import type { NodeDefinition } from '../definition.ts';
import { ONLY_SHOWS } from '../torch.ts';

export const patchGrid: NodeDefinition = {
  type: 'patch_grid',
  title: 'Patch grid',
  category: 'view',
  help:
    'Shows a picture cut into squares of patch_size × patch_size pixels, as a Vision Transformer reads it: row by row ' +
    'from the upper left, each square one token. There are ⌊height / patch_size⌋ · ⌊width / patch_size⌋ of them; pixels ' +
    'beyond the last whole patch belong to none.',
  reference: {
    text: 'Dosovitskiy et al. 2021, An image is worth 16×16 words',
    url: 'https://arxiv.org/abs/2010.11929',
  },
  keywords: ['imshow', 'patches', 'grid', 'ViT', 'plot'],
  view: 'patch-grid',
  inputs: [{ name: 'image', help: 'Pictures, channels first.', shape: 'batch channels height width' }],
  outputs: [],
  params: [{ name: 'patch_size', type: 'int', default: 16, minimum: 1, help: 'Side of a patch in pixels.' }],
  torch: ONLY_SHOWS,
  lower: () => ({}),
};
