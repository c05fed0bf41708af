/** Text: token ids read back as text. */
import type { NodeDefinition } from '../definition.ts';
import { ONLY_SHOWS } from '../torch.ts';

export const text: NodeDefinition = {
  type: 'text',
  title: 'Text',
  category: 'view',
  help:
    'Reads token ids back as text, one line per sequence, with the tokenizer of the token input that they come from ' +
    '(image tokens and padding are left out). Ids that the tokenizer does not know stand as numbers in angle brackets.',
  reference: {
    text: 'Hugging Face, Tokenizers: decoding',
    url: 'https://huggingface.co/docs/transformers/main_classes/tokenizer',
  },
  keywords: ['decode', 'detokenize', 'caption', 'words', 'print'],
  view: 'text',
  inputs: [{ name: 'ids', help: 'Token ids along the last axis.', shape: '... length', dtypes: ['i32'] }],
  outputs: [],
  params: [],
  torch: ONLY_SHOWS,
  lower: () => ({}),
};
