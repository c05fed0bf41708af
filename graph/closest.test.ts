import { expect, test } from 'vitest';
import { closest, didYouMean } from './closest.ts';

const NAMES = ['embed_dim', 'depth', 'num_heads', 'fc'];

test.each([
  ['embed_dmi', 'embed_dim'],
  ['Embed_Dim', 'embed_dim'],
  ['dept', 'depth'],
  ['fd', 'fc'],
  ['something', undefined],
  ['x', undefined],
  ['', undefined],
])('%s: %s', (name, expected) => {
  expect(closest(name, NAMES)).toBe(expected);
});

test('the hint is empty where nothing is near', () => {
  expect(didYouMean('dept', NAMES)).toBe('; did you mean depth?');
  expect(didYouMean('batch', NAMES)).toBe('');
});
