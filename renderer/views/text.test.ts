import { expect, test } from 'vitest';
import { fitText, withoutSharedStart, wrapText } from './text.ts';

const measure = (text: string) => text.length;

test('a text is cut to what fits, with an ellipsis', () => {
  expect(fitText(measure, 'circle', 6)).toBe('circle');
  expect(fitText(measure, 'red circle', 5)).toBe('red…');
  expect(fitText(measure, 'circle', 1)).toBe('');
});

test('a text is wrapped between words, or not at all', () => {
  expect(wrapText(measure, 'a red circle', 6, 2)).toEqual(['a red', 'circle']);
  expect(wrapText(measure, 'a red circle', 6, 1)).toBeNull();
  expect(wrapText(measure, 'a rectangle', 6, 3)).toBeNull();
});

test('what all names begin with is left out, but never a whole name', () => {
  expect(withoutSharedStart(['a photo of a cat', 'a photo of a dog'])).toEqual(['… cat', '… dog']);
  expect(withoutSharedStart(['a photo of', 'a photo of a dog'])).toEqual(['… of', '… of a dog']);
  expect(withoutSharedStart(['red', 'blue'])).toEqual(['red', 'blue']);
  expect(withoutSharedStart(['the same words', 'the same words'])).toEqual(['the same words', 'the same words']);
});
