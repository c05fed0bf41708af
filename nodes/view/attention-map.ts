/** Attention map: where in the picture one patch, or one token of the text, looks. */
import type { NodeDefinition } from '../definition.ts';
import { ATTENTION_INPUT, IMAGE_TOKENS_PARAMETER, INPUT_IDS, TOKEN_KIND_PARAMETERS } from './token-parameters.ts';
import { ONLY_SHOWS } from '../torch.ts';

export const attentionMap: NodeDefinition = {
  type: 'attention_map',
  title: 'Attention map',
  category: 'view',
  help:
    'Shows one row of attention over the picture: how much the chosen query attends to every patch, in the chosen head. ' +
    'Click a patch to let it ask; where token ids are wired, point at a word below the picture to see the patches that ' +
    'it attends to. Without a picture wired, the one that the weights come from is shown.',
  reference: { text: 'Vaswani et al. 2017, Attention is all you need', url: 'https://arxiv.org/abs/1706.03762' },
  keywords: ['attention over image', 'attention rollout', 'saliency', 'heat map', 'imshow', 'head', 'plot'],
  view: 'attention-map',
  inputs: [
    ATTENTION_INPUT,
    {
      name: 'image',
      help: 'The pictures that the patches are of.',
      shape: 'batch channels height width',
      optional: true,
    },
    INPUT_IDS,
  ],
  outputs: [],
  params: [IMAGE_TOKENS_PARAMETER, ...TOKEN_KIND_PARAMETERS],
  torch: ONLY_SHOWS,
  lower: () => ({}),
};
