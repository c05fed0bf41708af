import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalData, keepMap, keepValue } from './identity.ts';

test('a copy of any plain data equals it, and is replaced by it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const copy: unknown = structuredClone(value);
      expect(equalData(value, copy)).toBe(true);
      expect(keepValue(value, copy)).toBe(value ?? copy);
    }),
  );
});

/** Without −0, which JSON writes as 0. */
const value = fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json)) as unknown);

test('different data are told apart as JSON tells them apart', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      // Two orders of the same keys are equal data, but not equal text: skip what only differs so.
      fc.pre(sorted(a) === JSON.stringify(a) && sorted(b) === JSON.stringify(b));
      expect(equalData(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

test('names that every object inherits are names like others', () => {
  const odd: unknown = JSON.parse('{"__proto__": {}}');
  expect(equalData(odd, { key: {} })).toBe(false);
  expect(equalData(odd, JSON.parse('{"__proto__": {}}'))).toBe(true);
});

test('empty data of different kinds differ', () => {
  const empty = [{}, [], new Map(), new Set()];
  for (const [i, a] of empty.entries()) {
    for (const [j, b] of empty.entries()) expect(equalData(a, b)).toBe(i === j);
  }
});

test('maps and sets are compared by content', () => {
  expect(equalData(new Map([['a', { x: 1 }]]), new Map([['a', { x: 1 }]]))).toBe(true);
  expect(equalData(new Map([['a', { x: 1 }]]), new Map([['b', { x: 1 }]]))).toBe(false);
  expect(equalData(new Set([1, 2]), new Set([2, 1]))).toBe(true);
});

test('a map keeps the values that are equal, and itself if all are', () => {
  const before = new Map([
    ['a', { size: 1 }],
    ['b', { size: 2 }],
  ]);
  expect(keepMap(before, structuredClone(before))).toBe(before);
  const after = keepMap(
    before,
    new Map([
      ['a', { size: 1 }],
      ['b', { size: 3 }],
    ]),
  );
  expect(after).not.toBe(before);
  expect(after.get('a')).toBe(before.get('a'));
  expect(after.get('b')).toEqual({ size: 3 });
  expect(keepMap(before, new Map([['a', { size: 1 }]])).size).toBe(1);
});
