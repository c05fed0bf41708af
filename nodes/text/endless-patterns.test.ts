import { expect, test } from 'vitest';
import { endlessPart } from './endless-patterns.ts';

test.each([
  ['(a+)+$', '(a+)'],
  ['^(\\w*)*x', '(\\w*)'],
  ['(?:a|a)*b', '(?:a|a)'],
  ['(?:(a+)b?)+', '(?:(a+)b?)'],
  ['(x{2,}){3,}', '(x{2,})'],
  ['a((?:b|c))+', '((?:b|c))'],
])('%s repeats %s, which can match in several ways', (pattern, part) => {
  expect(endlessPart(pattern)).toBe(part);
});

test.each([
  // GPT-2, Llama 3, o200k, CLIP: what tokenizers are made of.
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}]*[\\p{Ll}\\p{Lm}]+(?i:'s|'t)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s+",
  '<\\|startoftext\\|>|<\\|endoftext\\|>|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+',
  ' ?[^(\\s|[.,!?…。，、।۔،])]+',
  '(ab)+',
  '[(a+)+]',
  '\\(a+\\)+',
  '',
  '(',
  ')+',
])('%s is used', (pattern) => {
  expect(endlessPart(pattern)).toBeNull();
});
