/** Token input: text as ids, behind as many image tokens as are wanted. */
import type { LocalProblem } from '../../graph/signature.ts';
import { dimensionParam, numberParam, stringParam, type NodeDefinition, type Params } from '../definition.ts';
import { single } from '../shapes.ts';
import { SHIPPED_WORDS } from '../text/shipped-words.ts';
import { splitLines } from '../text/token-rows.ts';
import type { TokenizerSpec } from '../text/tokenizers.ts';
import { parseVocabulary } from '../text/word-tokenizer.ts';
import { COMES_FROM_OUTSIDE } from '../torch.ts';

const TOKENIZERS = ['words', 'bytes', 'file'] as const;

/** Why what becomes of a text is no hyperparameter. */
const PREPARED = 'Texts are made ids before the model runs, so this is no part of it';

export const tokenInput: NodeDefinition = {
  type: 'token_input',
  title: 'Token input',
  category: 'language',
  help:
    'Text as a model reads it: each line becomes a sequence of token ids, one per place of the batch. First come ' +
    'image_tokens times image_token_id, where a vision-language model puts its patches, then the ids of the text, then ' +
    'pad_token_id up to the length. Where the batch has more places than there are lines, they repeat in turn. Bytes ' +
    'are UTF-8, so every text has ids; words are looked up in the list of words, whose ids count from 1; a file is the ' +
    'tokenizer.json of a model, with the special tokens that it adds. Ids bound from ' +
    'outside (--input) take the place of the text and bring their own sizes.',
  reference: {
    text: 'Hugging Face, Tokenizers',
    url: 'https://huggingface.co/docs/transformers/main_classes/tokenizer',
  },
  keywords: ['text', 'input_ids', 'tokenizer', 'prompt', 'caption', 'words', 'bytes', 'image token'],
  preview: 'text',
  inputs: [],
  outputs: [{ name: 'ids', help: 'Token ids, batch × length.', dtype: 'i32', flow: 'tokens' }],
  params: [
    { name: 'text', type: 'text', default: 'a photo of a red circle', help: 'One line per sequence.' },
    {
      name: 'captions',
      type: 'string',
      default: '',
      fixed: PREPARED,
      namesNode: true,
      help: 'Name of an image input beside this node: the captions of its pictures take the place of the text.',
    },
    {
      name: 'tokenizer',
      type: 'choice',
      default: 'words',
      choices: TOKENIZERS,
      fixed: PREPARED,
      help: 'words: ids from the list of words; bytes: UTF-8, ids 0 to 255; file: a tokenizer.json.',
    },
    {
      name: 'words',
      type: 'text',
      default: SHIPPED_WORDS,
      help: 'For the words tokenizer: its vocabulary, separated by spaces; the first word is id 1.',
    },
    {
      name: 'tokenizer_file',
      type: 'asset',
      default: '',
      help: 'For the file tokenizer: a tokenizer.json as Hugging Face writes it.',
    },
    { name: 'batch', type: 'int', default: 1, minimum: 1, help: 'How many sequences are computed at once.' },
    {
      name: 'length',
      type: 'int',
      default: 16,
      minimum: 1,
      help: 'Text tokens per sequence, image tokens not counted; shorter text is padded.',
    },
    {
      name: 'vocab_size',
      type: 'int',
      default: 256,
      minimum: 1,
      help: 'Rows of the embedding that reads the ids: every id must be below it.',
    },
    {
      name: 'pad',
      type: 'int',
      default: 0,
      minimum: 0,
      help: 'How many places at the end stay padding, whatever the text; it must fit before them.',
    },
    { name: 'pad_token_id', type: 'int', default: 0, minimum: 0, help: 'Fills up what the text leaves free.' },
    { name: 'image_tokens', type: 'int', default: 0, minimum: 0, help: 'How many image tokens stand before the text.' },
    { name: 'image_token_id', type: 'int', default: 255, minimum: 0, help: 'The id that stands for a patch.' },
  ],
  source: (params) => ({
    kind: 'tokens',
    captionsOf: stringParam(params, 'captions').trim() || null,
    lines: splitLines(stringParam(params, 'text')),
    tokenizer: tokenizerOf(params),
    vocabSize: numberParam(params, 'vocab_size'),
    pad: numberParam(params, 'pad'),
    padTokenId: numberParam(params, 'pad_token_id'),
    imageTokens: numberParam(params, 'image_tokens'),
    imageTokenId: numberParam(params, 'image_token_id'),
  }),
  refuse: (params, ids) => {
    const vocabSize = numberParam(params, 'vocab_size');
    for (let index = 0; index < ids.length; index++) {
      const id = ids[index]!;
      if (id < 0 || id >= vocabSize)
        return `element ${index} is ${id}, but ids must be from 0 to below vocab_size ${vocabSize}`;
    }
    return null;
  },
  check: (params) => (stringParam(params, 'tokenizer') === 'words' ? checkWords(params) : []),
  infer: ({ params }) => {
    const imageTokens = numberParam(params, 'image_tokens');
    const length = dimensionParam(params, 'length', 'length');
    const tokens = imageTokens === 0 ? length : { size: imageTokens + length.size, name: 'tokens' };
    const { output } = single({
      dims: [dimensionParam(params, 'batch', 'batch'), tokens],
      dtype: 'i32',
      flow: 'tokens',
    }).outputs;
    return { outputs: { ids: output! }, problems: [] };
  },
  torch: COMES_FROM_OUTSIDE,
  lower: ({ source }) => ({ ids: source('ids') }),
};

function tokenizerOf(params: Params): TokenizerSpec {
  const kind = TOKENIZERS.find((known) => known === stringParam(params, 'tokenizer'))!;
  switch (kind) {
    case 'bytes':
      return { kind };
    case 'words':
      return { kind, words: parseVocabulary(stringParam(params, 'words')).words };
    case 'file':
      return { kind, asset: stringParam(params, 'tokenizer_file') };
    default:
      return kind satisfies never;
  }
}

function checkWords(params: Params): readonly LocalProblem[] {
  const { words, faults } = parseVocabulary(stringParam(params, 'words'));
  const fault = faults[0] ?? (words.length === 0 ? 'it is empty' : undefined);
  if (fault === undefined) return [];
  return [
    {
      code: 'words.vocabulary',
      severity: 'error',
      message: `the list of words cannot be used: ${fault}`,
      param: 'words',
      suggestions: [{ param: 'words', value: SHIPPED_WORDS, title: 'Take the words that ship with Patchbay' }],
    },
  ];
}
