/** TokenMerge: the features of a picture in the places that a text keeps for them. */
import type { GraphModule } from '../../graph/schema.ts';
import { HIDDEN_SIZE, IMAGE_TOKEN_ID } from './hyperparameters.ts';
import { at, wire } from './layout.ts';

export const TokenMerge: GraphModule = {
  name: 'TokenMerge',
  help:
    'Makes one sequence out of a picture and a text, as PaliGemma does: where input_ids holds image_token_id stands the ' +
    'next image feature, divided by √hidden_size; where it holds pad_token_id stand zeros; everywhere else the word’s ' +
    'own vector. Features beyond the image tokens are left out, and image tokens beyond the features stay zero.',
  origin: { library: 'patchbay', name: 'TokenMerge', version: 1 },
  hyperparameters: [
    HIDDEN_SIZE,
    IMAGE_TOKEN_ID,
    { name: 'pad_token_id', type: 'int', default: 0, minimum: 0, help: 'The token id that fills up short texts.' },
  ],
  nodes: [
    {
      id: 'image_features',
      name: 'image_features',
      type: 'input',
      params: { shape: 'batch patches hidden_size' },
      position: at(0, 0),
    },
    {
      id: 'text_embeddings',
      name: 'text_embeddings',
      type: 'input',
      params: { shape: 'batch length hidden_size' },
      position: at(0, 3),
    },
    {
      id: 'input_ids',
      name: 'input_ids',
      type: 'input',
      params: { shape: 'batch length', dtype: 'i32', flow: 'tokens' },
      position: at(0, 1.5),
    },
    { id: 'scale', name: 'scale', type: 'divide', params: { value: 'hidden_size ** 0.5' }, position: at(1, 0) },
    {
      id: 'image_mask',
      name: 'image_mask',
      type: 'compare',
      params: { comparison: 'equal', value: 'image_token_id' },
      position: at(1, 1),
    },
    {
      id: 'pad_mask',
      name: 'pad_mask',
      type: 'compare',
      params: { comparison: 'equal', value: 'pad_token_id' },
      position: at(1, 2),
    },
    { id: 'place', name: 'place', type: 'masked_scatter', position: at(2, 0.5) },
    { id: 'not_text', name: 'not_text', type: 'logical_or', position: at(2, 1.5) },
    {
      id: 'per_token',
      name: 'per_token',
      type: 'reshape',
      params: { shape: 'input.shape[0], input.shape[1], 1' },
      position: at(3, 1.5),
    },
    { id: 'choose', name: 'choose', type: 'where', position: at(4, 1.5) },
    { id: 'merged', name: 'merged', type: 'output', position: at(5, 1.5) },
  ],
  edges: [
    wire('image_features.output', 'scale.a'),
    wire('input_ids.output', 'image_mask.a'),
    wire('input_ids.output', 'pad_mask.a'),
    wire('image_mask.output', 'place.mask'),
    wire('scale.output', 'place.rows'),
    wire('image_mask.output', 'not_text.a'),
    wire('pad_mask.output', 'not_text.b'),
    wire('not_text.output', 'per_token.input'),
    wire('per_token.output', 'choose.condition'),
    wire('place.output', 'choose.a'),
    wire('text_embeddings.output', 'choose.b'),
    wire('choose.output', 'merged.input'),
  ],
  notes: [
    {
      id: 'masks',
      text:
        '### Three kinds of token\n' +
        'The ids alone say what stands where: two comparisons make the masks. `place` has a feature at every image token ' +
        'and zeros elsewhere, so padding needs nothing more: wherever it is **not text**, take what `place` has.',
      position: at(2, 2.45),
      size: [560, 140],
    },
    {
      id: 'scaled',
      text:
        '### Why the scale\n' +
        'Gemma multiplies word vectors by √hidden_size when it reads them; dividing the image features by it first keeps ' +
        'them as they are there.',
      position: at(2, -0.25),
      size: [480, 110],
    },
  ],
};
