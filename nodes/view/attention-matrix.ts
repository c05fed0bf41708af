/** Attention matrix: every query against every key, with the image's positions set apart from the text's. */
import type { NodeDefinition } from '../definition.ts';
import { ATTENTION_INPUT, IMAGE_TOKENS_PARAMETER, INPUT_IDS, TOKEN_KIND_PARAMETERS } from './token-parameters.ts';
import { ONLY_SHOWS } from '../torch.ts';

export const attentionMatrix: NodeDefinition = {
  type: 'attention_matrix',
  title: 'Attention matrix',
  category: 'view',
  help:
    'Shows the attention of one head as a matrix: a row per query, a column per key, each row summing to one. Where the ' +
    'sequence holds image and text tokens, lines set them apart, so that the four quarters show image to image, image ' +
    'to text, text to image and text to text. Under a causal mask everything above the diagonal is zero.',
  reference: { text: 'Vaswani et al. 2017, Attention is all you need', url: 'https://arxiv.org/abs/1706.03762' },
  keywords: ['cross-modal attention', 'attention pattern', 'causal', 'heat map', 'imshow', 'head', 'plot'],
  view: 'attention-matrix',
  inputs: [ATTENTION_INPUT, INPUT_IDS],
  outputs: [],
  params: [IMAGE_TOKENS_PARAMETER, ...TOKEN_KIND_PARAMETERS],
  torch: ONLY_SHOWS,
  lower: () => ({}),
};
