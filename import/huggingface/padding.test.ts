import { expect, test } from 'vitest';
import { padTokenId } from './padding.ts';

const ADDED = [{ id: 7, content: '<pad>' }];

test.each<[string, object, object, number | undefined]>([
  ['the file of the tokenizer says it', { padding: { pad_id: 3 }, added_tokens: ADDED }, { pad_token: '<pad>' }, 3],
  ['a token that was added', { padding: null, added_tokens: ADDED }, { pad_token: '<pad>' }, 7],
  ['a token with its ways', { added_tokens: ADDED }, { pad_token: { content: '<pad>', lstrip: false } }, 7],
  ['a word of a table', { model: { vocab: { a: 0, '</s>': 5 } } }, { pad_token: '</s>' }, 5],
  [
    'a token of a list',
    {
      model: {
        vocab: [
          ['a', -1],
          ['</s>', 0],
        ],
      },
    },
    { pad_token: '</s>' },
    1,
  ],
  ['a token that is none', { model: { vocab: { a: 0 } } }, { pad_token: 'constructor' }, undefined],
  ['nothing', { model: { vocab: [['a', -1]] } }, {}, undefined],
])('%s', (_name, tokenizer, settings, id) => {
  expect(padTokenId(JSON.stringify(tokenizer), settings as never)).toBe(id);
});
