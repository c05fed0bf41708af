import { expect, test } from 'vitest';
import { wordTokenizer } from '../../nodes/text/word-tokenizer.ts';
import type { TokensSpec } from '../../nodes/text/token-rows.ts';
import { countTokens, runsOf, tokensOf } from './tokens.ts';

const WORDS = ['red', 'circle'];
const TEXT: TokensSpec = {
  lines: ['red circle'],
  tokenizer: { kind: 'words', words: WORDS },
  vocabSize: 16,
  padTokenId: 0,
  pad: 0,
  imageTokens: 2,
  imageTokenId: 15,
};
const tokenizerOf = () => wordTokenizer(WORDS);
const IDS = [15, 15, 1, 2, 0];

test('the text that ids come from says which are patches, words and padding', () => {
  const tokens = tokensOf(IDS, TEXT, {}, tokenizerOf);
  expect(tokens.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'image patch 0',
    'image patch 1',
    'text red',
    'text circle',
    'pad pad',
  ]);
  expect(runsOf(tokens)).toEqual([
    { kind: 'image', start: 0, count: 2 },
    { kind: 'text', start: 2, count: 2 },
    { kind: 'pad', start: 4, count: 1 },
  ]);
  expect(countTokens(tokens)).toBe('2 image, 2 text and 1 pad tokens');
});

test('parameters of the view go before the text; without either, ids are words without a name', () => {
  const params = { image_token_id: { value: 2, source: 2 }, pad_token_id: { value: -1, source: -1 } };
  expect(tokensOf([1, 2], TEXT, params, tokenizerOf).map(({ kind }) => kind)).toEqual(['text', 'image']);
  expect(tokensOf([15, 0], null, {}, () => null)).toEqual([
    { kind: 'text', id: 15, name: '15' },
    { kind: 'text', id: 0, name: '0' },
  ]);
});

test('a text without image tokens has none, whatever its ids', () => {
  expect(tokensOf([15], { ...TEXT, imageTokens: 0 }, {}, tokenizerOf)[0]!.kind).toBe('text');
  expect(countTokens(tokensOf([1], TEXT, {}, tokenizerOf))).toBe('1 text token');
  expect(countTokens([])).toBe('no tokens');
});
