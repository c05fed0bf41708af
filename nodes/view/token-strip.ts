/** Token strip: a sequence token by token, coloured by what each stands for. */
import type { NodeDefinition } from '../definition.ts';
import { INPUT_IDS, TOKEN_KIND_PARAMETERS } from './token-parameters.ts';
import { ONLY_SHOWS } from '../torch.ts';

export const tokenStrip: NodeDefinition = {
  type: 'token_strip',
  title: 'Token strip',
  category: 'view',
  help:
    'Shows a sequence as a strip of tokens: patches of the image, words of the text, and padding, each in its own ' +
    'colour and with its own mark. Where the tokenizer is known, text tokens are written out. Point at a text token, ' +
    'and attention maps of the same sequence show the patches that it attends to.',
  reference: {
    text: 'Liu et al. 2023, Visual instruction tuning',
    url: 'https://arxiv.org/abs/2304.08485',
  },
  keywords: ['tokens', 'input_ids', 'sequence', 'image tokens', 'padding', 'prompt'],
  view: 'token-strip',
  inputs: [{ ...INPUT_IDS, help: 'Token ids of the sequence.', optional: false }],
  outputs: [],
  params: TOKEN_KIND_PARAMETERS,
  torch: ONLY_SHOWS,
  lower: () => ({}),
};
