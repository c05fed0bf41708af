import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../scripts/effort.ts';
import { byteTokenizer } from './byte-tokenizer.ts';
import { SHIPPED_WORDS } from './shipped-words.ts';
import { parseVocabulary, splitWords, wordTokenizer } from './word-tokenizer.ts';

const RUNS = { numRuns: runs(300) };
const bytes = byteTokenizer();
const shipped = wordTokenizer(parseVocabulary(SHIPPED_WORDS).words);

function ids(tokenizer: typeof bytes, text: string): readonly number[] {
  const encoding = tokenizer.encode(text);
  if (!encoding.ok) throw new Error(`no token for ${encoding.unknown}`);
  return encoding.ids;
}

test('bytes: any text comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoded = ids(bytes, text);
      expect(encoded.every((id) => id >= 0 && id < bytes.size)).toBe(true);
      expect(bytes.decode(encoded)).toBe(text);
    }),
    RUNS,
  );
});

test('bytes: any ids have a text, those that are no bytes included', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 400 })), (list) => {
      const text = bytes.decode(list);
      for (const id of list) if (id < 0 || id >= 256) expect(text).toContain(`<${id}>`);
    }),
    RUNS,
  );
  expect(bytes.decode([0xc3, 300, 0xa9, 65])).toBe('\uFFFD<300>\uFFFDA');
  expect(bytes.decode([0xef, 0xbb, 0xbf, 65])).toBe('\uFEFFA');
});

test('bytes: tokens as a person reads them', () => {
  expect([65, 32, 0xc3, 0, 256].map((id) => bytes.show(id))).toEqual(['A', '␠', '\\xC3', '\\x00', null]);
});

test('words: every word of the shipped list has its place as id, and 0 is none', () => {
  const { words, faults } = parseVocabulary(SHIPPED_WORDS);
  expect(faults).toEqual([]);
  expect(words.map((word) => ids(shipped, word))).toEqual(words.map((_, index) => [index + 1]));
  expect(shipped.show(0)).toBeNull();
  expect(shipped.size).toBe(words.length + 1);
});

test('words: sequences of words come back as text that has the same ids', () => {
  const word = fc.constantFrom(...parseVocabulary(SHIPPED_WORDS).words);
  fc.assert(
    fc.property(fc.array(word), (list) => {
      const encoded = ids(shipped, list.join(' '));
      expect(encoded).toHaveLength(list.length);
      expect(ids(shipped, shipped.decode(encoded))).toEqual(encoded);
    }),
    RUNS,
  );
});

test('words: any text is split without losing a letter', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const letters = (some: string): string => some.replaceAll(/\s/gu, '');
      expect(splitWords(text).join('')).toBe(letters(text.normalize('NFC').toLowerCase()));
    }),
    RUNS,
  );
});

test('words: case, composition and punctuation', () => {
  expect(splitWords("A Cat’s half-full café, isn't IT?")).toEqual([
    'a',
    'cat’s',
    'half-full',
    'café',
    ',',
    "isn't",
    'it',
    '?',
  ]);
  expect(splitWords('cafe\u0301')).toEqual(splitWords('caf\u00e9'));
  expect(shipped.decode(ids(shipped, 'What is this? A RED circle , blue square.'))).toBe(
    'what is this? a red circle, blue square.',
  );
});

test('words: an unknown word is named, and the nearest one suggested', () => {
  expect(shipped.encode('a red cirlce')).toEqual({ ok: false, unknown: 'cirlce', suggestion: 'circle' });
  expect(shipped.encode('a red xylophone')).toEqual({ ok: false, unknown: 'xylophone' });
});

test('words: a vocabulary says what is wrong with it, and keeps the rest', () => {
  expect(parseVocabulary('red, green Green  a.b blue')).toEqual({
    words: ['green', 'blue'],
    faults: ['"red," is not one word', '"green" stands there twice', '"a.b" is not one word'],
  });
});
