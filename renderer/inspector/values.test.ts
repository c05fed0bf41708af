import { expect, test } from 'vitest';
import { evaluatedText, isExpression, stepOf, stepped, textOf, valueOf } from './values.ts';

test('numbers are numbers, all else is an expression', () => {
  expect(valueOf(' 768 ', 'int')).toBe(768);
  expect(valueOf('−1.5', 'float')).toBe(-1.5);
  expect(valueOf('embed_dim // 2', 'int')).toBe('embed_dim // 2');
  expect(valueOf('', 'int')).toBe('');
  expect(valueOf('True', 'bool')).toBe(true);
  expect(valueOf('flag', 'bool')).toBe('flag');
  expect(valueOf(' 1, 2 ', 'dims')).toBe(' 1, 2 ');
});

test('values are written as Python prints them', () => {
  expect(textOf(4, 'float')).toBe('4.0');
  expect(textOf(4, 'int')).toBe('4');
  expect(textOf(false, 'bool')).toBe('False');
  expect(textOf('depth', 'int')).toBe('depth');
});

test('an expression shows what it comes to, a number does not', () => {
  expect(evaluatedText('embed_dim', { value: 768, source: 'embed_dim' }, 'int')).toBe('= 768');
  expect(evaluatedText(768, { value: 768, source: 768 }, 'int')).toBeNull();
  expect(evaluatedText('1, 2', { value: '1, 2', source: '1, 2' }, 'dims')).toBeNull();
  // What was evaluated is an older text.
  expect(evaluatedText('embed_dim', { value: 768, source: 'depth' }, 'int')).toBeNull();
  expect(isExpression('embed_dim', 'int')).toBe(true);
  expect(isExpression('bilinear', 'choice')).toBe(false);
});

test('steps stay on their grid and within the range', () => {
  expect(stepOf({ type: 'float', minimum: 0, maximum: 1 })).toBe(0.01);
  expect(stepped(0.1, 2, { type: 'float', step: 0.1 })).toBe(0.3);
  expect(stepped(12, -20, { type: 'int', minimum: 1 })).toBe(1);
  expect(stepped(0.995, 5, { type: 'float', minimum: 0, maximum: 1 })).toBe(1);
});
