import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../scripts/effort.ts';
import { fileTokenizer, TokenizerFileError } from './file-tokenizer.ts';

const RUNS = { numRuns: runs(200) };

/** Words by a table, as a WordLevel model has them; `[CLS]` goes first. */
const WORDS = JSON.stringify({
  version: '1.0',
  added_tokens: [
    { id: 1, content: '[CLS]', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
  ],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'WhitespaceSplit' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [],
    special_tokens: { '[CLS]': { id: '[CLS]', ids: [1], tokens: ['[CLS]'] } },
  },
  decoder: null,
  model: { type: 'WordLevel', unk_token: '[UNK]', vocab: { '[UNK]': 0, '[CLS]': 1, a: 2, red: 3, circle: 4 } },
});

/** GPT-2's way: every byte is a letter of an alphabet, and merges make longer tokens of them. */
function byteLevel(): string {
  const printable = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  const letters: string[] = [];
  let extra = 256;
  for (let byte = 0; byte < 256; byte++) letters.push(String.fromCodePoint(printable(byte) ? byte : extra++));
  const merges = ['r e', 're d', 'Ġ red', 'c i', 'Ġ ci'];
  const tokens = [...letters, ...merges.map((merge) => merge.replace(' ', ''))];
  return JSON.stringify({
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
  });
}

/** CLIP's way: merges that know the ends of words, and an end of text that stands for what is unknown too. */
function clipLike(): { readonly text: string; readonly start: number; readonly end: number } {
  const letters = 'a,c,d,e,i,r,s,t,!'.split(',');
  const merges = ['r e', 're d</w>', 'c a', 'ca t</w>'];
  const tokens = [
    ...letters,
    ...letters.map((letter) => `${letter}</w>`),
    ...merges.map((merge) => merge.replace(' ', '')),
    '<|startoftext|>',
    '<|endoftext|>',
  ];
  const [start, end] = [tokens.length - 2, tokens.length - 1];
  const added = [start, end].map((id) => {
    return {
      id,
      content: tokens[id],
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    };
  });
  const pattern = { Regex: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" };
  const text = JSON.stringify({
    added_tokens: added,
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
      ],
    },
    post_processor: {
      type: 'RobertaProcessing',
      sep: ['<|endoftext|>', end],
      cls: ['<|startoftext|>', start],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
    model: {
      type: 'BPE',
      unk_token: '<|endoftext|>',
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  });
  return { text, start, end };
}

test('CLIP’s: the end of a text is nothing unknown, though it stands for that too', () => {
  const { text, start, end } = clipLike();
  const clip = fileTokenizer(text);
  const encoding = clip.encode('A red  cat!');
  if (!encoding.ok) throw new Error(encoding.unknown);
  expect([encoding.ids[0], encoding.ids.at(-1), clip.size]).toEqual([start, end, end + 1]);
  expect(encoding.ids.slice(1, -1).map((id) => clip.show(id))).toEqual(['a</w>', 'red</w>', 'cat</w>', '!</w>']);
  expect(clip.encode('a zebra')).toEqual({ ok: false, unknown: 'zebra' });
});

test('words: ids with the special tokens that the file adds, and the words of ids', () => {
  const words = fileTokenizer(WORDS);
  expect(words.encode('A red CIRCLE')).toEqual({ ok: true, ids: [1, 2, 3, 4] });
  expect(words.decode([1, 3, 4, 99])).toBe('red circle<99>');
  expect([words.show(4), words.show(99), words.size]).toEqual(['circle', null, 5]);
});

test('words: the one that is unknown is named', () => {
  expect(fileTokenizer(WORDS).encode('a  blue circle')).toEqual({ ok: false, unknown: 'blue' });
});

test('merges: the longest tokens that the merges make', () => {
  const bpe = fileTokenizer(byteLevel());
  const encoding = bpe.encode('red red circle');
  if (!encoding.ok) throw new Error(encoding.unknown);
  expect(encoding.ids.map((id) => bpe.show(id))).toEqual(['red', 'Ġred', 'Ġci', 'r', 'c', 'l', 'e']);
  expect(bpe.size).toBe(261);
});

test('merges of bytes: any text comes back', () => {
  const bpe = fileTokenizer(byteLevel());
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoding = bpe.encode(text);
      if (!encoding.ok) throw new Error(encoding.unknown);
      expect(bpe.decode(encoding.ids)).toBe(text);
    }),
    RUNS,
  );
});

test.for([
  ['no JSON', '{', /no JSON/],
  ['another file', '{"a": 1}', /no tokenizer\.json: model/],
  ['a vocabulary of texts', '{"model": {"vocab": {"a": "b"}}}', /model\.vocab/],
  ['an unknown kind', '{"model": {"vocab": {"a": 0}}, "pre_tokenizer": {"type": "Novel"}}', /cannot be used: .*Novel/],
] as const)('%s is refused in words', ([, text, message]) => {
  expect(() => fileTokenizer(text)).toThrow(TokenizerFileError);
  expect(() => fileTokenizer(text)).toThrow(message);
});

test('no file, however malformed, throws anything else', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      try {
        fileTokenizer(text);
      } catch (error) {
        expect(error).toBeInstanceOf(TokenizerFileError);
      }
    }),
    RUNS,
  );
});
