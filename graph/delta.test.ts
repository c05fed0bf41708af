import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import { applyDelta, deltaBetween, DeltaError, type Delta } from './delta.ts';
import { apply, invert } from './diff.ts';
import { formatDocument } from './file.ts';
import type { PatchbayDocument } from './schema.ts';
import { madeFrom, makers } from './testing/arbitrary-edits.ts';
import { stackDocument } from './testing/documents.ts';

/** As through a file: a log holds the delta's text. */
const written = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test('any value becomes any other, with its fields in their order', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const before: unknown = written(a);
      const delta = deltaBetween(before, b);
      const after = delta ? applyDelta(before, written(delta)) : before;
      expect(JSON.stringify(after)).toBe(JSON.stringify(b));
    }),
    { numRuns: runs(500) },
  );
});

test('documents along any edits, undone ones too, are the very same file', () => {
  const start = stackDocument();
  fc.assert(
    fc.property(makers, (list) => {
      const { edits } = madeFrom(start, list, (document, edit) => apply(document, edit.diff));
      const states: PatchbayDocument[] = [start];
      for (const { diff } of edits) states.push(apply(states.at(-1)!, diff));
      for (const { diff } of edits.toReversed()) states.push(apply(states.at(-1)!, invert(diff)));
      let replayed: unknown = written(start);
      states.reduce((before, after) => {
        const delta = deltaBetween(before, after);
        if (delta) replayed = applyDelta(replayed, written(delta));
        expect(formatDocument(replayed as PatchbayDocument)).toBe(formatDocument(after));
        return after;
      });
    }),
    { numRuns: runs(20) },
  );
});

test('a delta holds what is new and nothing else', () => {
  const nodes = Array.from({ length: 5000 }, (_, id) => ({ id, position: [0, 0] }));
  const before = { seed: 1, nodes };
  expect(deltaBetween(before, { ...before })).toBeNull();
  const moved = { ...before, nodes: nodes.with(7, { id: 7, position: [1, 0] }) };
  expect(deltaBetween(before, moved)).toEqual({
    fields: { nodes: { items: [[7, { fields: { position: { items: [[0, { value: 1 }]] } } }]] } },
  });
  const removed = { ...before, nodes: nodes.toSpliced(7, 2) };
  expect(deltaBetween(before, removed)).toEqual({ fields: { nodes: { splice: [7, 2, []] } } });
});

test('fields of any name, and those that are undefined', () => {
  const before = JSON.parse('{"__proto__": 1, "a": 2}') as object;
  const after = JSON.parse('{"a": 2, "__proto__": {"b": 1}, "constructor": 3}') as object;
  const replayed = applyDelta(before, written(deltaBetween(before, after)!));
  expect(JSON.stringify(replayed)).toBe(JSON.stringify(after));
  expect(deltaBetween({ a: 1, b: undefined }, { a: 1 })).toBeNull();
  expect(applyDelta({ a: 1, b: 2 }, deltaBetween({ a: 1, b: 2 }, { a: 1, b: undefined })!)).toStrictEqual({ a: 1 });
});

test.each<[unknown, Delta]>([
  [1, { fields: {} }],
  [{}, { items: [] }],
  [[1], { items: [[1, { value: 0 }]] }],
  [[1], { splice: [1, 1, []] }],
  [{ a: 1 }, { fields: {}, keys: ['a', 'b'] }],
])('to %j the delta %j does not fit', (value, delta) => {
  expect(() => applyDelta(value, delta)).toThrow(DeltaError);
});
