/** Generate: text from logits, one token at a time. */
import type { NodeDefinition } from '../definition.ts';

export const generate: NodeDefinition = {
  type: 'generate',
  title: 'Generate',
  category: 'language',
  help:
    'Writes text: the logits of the last position choose the next token, it is appended to the ids, and what depends ' +
    'on them is computed again, until there are enough. Wire the ids that the model reads to input_ids: that says which ' +
    'sequence grows. Temperature 0 takes the most likely token; otherwise one is drawn from softmax(logits / ' +
    'temperature), after top-k and then top-p have left out the unlikely ones, with the random numbers that ' +
    'torch.multinomial would take. Sequences grow without padding, so that all of a batch begin equally long.',
  reference: {
    text: 'Holtzman et al. 2020, The curious case of neural text degeneration',
    url: 'https://arxiv.org/abs/1904.09751',
  },
  keywords: ['sampling', 'greedy', 'top-k', 'top-p', 'nucleus', 'autoregressive', 'decode', 'multinomial', 'caption'],
  preview: 'generation',
  inputs: [
    { name: 'logits', shape: 'batch length vocab', help: 'One row per position; the last one chooses.' },
    { name: 'input_ids', shape: 'batch length', dtypes: ['i32'], help: 'The ids that the model reads; they grow.' },
  ],
  outputs: [],
  params: [
    { name: 'tokens', type: 'int', default: 20, minimum: 1, maximum: 4096, help: 'How many tokens are written.' },
    {
      name: 'temperature',
      type: 'float',
      default: 0,
      minimum: 0,
      maximum: 10,
      step: 0.1,
      help: '0 is greedy; below 1 keeps to what is likely, above 1 strays.',
    },
    { name: 'top_k', type: 'int', default: 0, minimum: 0, help: 'Draws from so many most likely tokens; 0: from all.' },
    {
      name: 'top_p',
      type: 'float',
      default: 1,
      minimum: 0,
      maximum: 1,
      step: 0.05,
      help: 'Draws from the most likely tokens that together have this probability; 1: from all.',
    },
    { name: 'seed', type: 'int', default: 0, minimum: 0, help: 'Where the generator of the draws starts.' },
    {
      name: 'eos_token_id',
      type: 'int',
      default: -1,
      minimum: -1,
      help: 'A sequence ends at this token; -1: it ends when there are enough.',
    },
  ],
  torch: { absent: 'it repeats the whole model: generate.py does that, around it' },
  lower: () => ({}),
};
