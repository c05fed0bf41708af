/** Similarity matrix: how alike every row is to every column, as CLIP compares images with captions. */
import type { NodeDefinition } from '../definition.ts';
import { ONLY_SHOWS } from '../torch.ts';

export const similarityMatrix: NodeDefinition = {
  type: 'similarity_matrix',
  title: 'Similarity matrix',
  category: 'view',
  help:
    'Shows a matrix of scores, one cell for every pair of a row and a column: blue below zero and red above it, or, where ' +
    'all have one sign, blue below the middle of them and red above. Rows and columns are named by the pictures and ' +
    'captions whose embeddings were compared, found through the graph. ' +
    'In a batch of matching pairs the diagonal holds what belongs together: training pulls it up and the rest down.',
  reference: {
    text: 'Radford et al. 2021, Learning transferable visual models from natural language supervision',
    url: 'https://arxiv.org/abs/2103.00020',
  },
  keywords: ['imshow', 'logits', 'cosine', 'CLIP', 'heat map', 'plot'],
  view: 'similarity-matrix',
  inputs: [{ name: 'similarity', help: 'One score per row and column.', shape: 'rows columns' }],
  outputs: [],
  params: [
    {
      name: 'diagonal',
      type: 'bool',
      default: true,
      fixed: 'It says how the values are shown, not what they are',
      help: 'Outlines the diagonal of a square matrix: the pairs that belong together.',
    },
  ],
  torch: ONLY_SHOWS,
  lower: () => ({}),
};
