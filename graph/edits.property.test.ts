import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import { apply, invert, squash, type Diff } from './diff.ts';
import type { Edit } from './edits.ts';
import { formatDocument, parseDocument } from './file.ts';
import { emptyHistory, record, redo, seal, undo, type History } from './history.ts';
import type { PatchbayDocument } from './schema.ts';
import { makers, madeFrom } from './testing/arbitrary-edits.ts';
import { stackDocument } from './testing/documents.ts';

const START = stackDocument();
const applied = (document: PatchbayDocument, edit: Edit): PatchbayDocument => apply(document, edit.diff);
const RUNS = { numRuns: runs(300) };

test('any sequence of edits undoes to the identical start, and redoes to the identical end', () => {
  fc.assert(
    fc.property(makers, fc.boolean(), (list, sealing) => {
      const { edits, document } = madeFrom(START, list, applied);
      let history: History = emptyHistory;
      for (const edit of edits) history = sealing ? seal(record(history, edit)) : record(history, edit);
      const text = formatDocument(document);

      let at = document;
      for (let step = undo(history, at); step; step = undo(history, at)) ({ document: at, history } = step);
      expect(at).toStrictEqual(START);
      expect(formatDocument(at)).toBe(formatDocument(START));

      for (let step = redo(history, at); step; step = redo(history, at)) ({ document: at, history } = step);
      expect(at).toStrictEqual(document);
      expect(formatDocument(at)).toBe(text);
    }),
    RUNS,
  );
});

test('what edits make can be written and read back, and is then the same', () => {
  fc.assert(
    fc.property(makers, (list) => {
      const { document } = madeFrom(START, list, applied);
      const text = formatDocument(document);
      const read = parseDocument(text);
      expect(read.document).toStrictEqual(document);
      expect(formatDocument(read.document)).toBe(text);
    }),
    RUNS,
  );
});

test('diffs: an inverse takes back, a squash does both, squashing is associative in effect', () => {
  fc.assert(
    fc.property(makers, fc.nat(), (list, cut) => {
      const { edits, document } = madeFrom(START, list, applied);
      const diffs = edits.map(({ diff }) => diff);
      const at = diffs.length === 0 ? 0 : cut % diffs.length;
      const first = diffs.slice(0, at).reduce<Diff>(squash, []);
      const second = diffs.slice(at).reduce<Diff>(squash, []);
      const whole = squash(first, second);

      const middle = apply(START, first);
      expect(apply(START, whole)).toStrictEqual(document);
      expect(apply(middle, second)).toStrictEqual(document);
      expect(apply(document, invert(whole))).toStrictEqual(START);
      expect(formatDocument(apply(document, invert(whole)))).toBe(formatDocument(START));
      expect(invert(invert(whole))).toStrictEqual(whole);
      expect(apply(document, invert(second))).toStrictEqual(middle);
      expect(apply(START, squash(whole, invert(whole)))).toStrictEqual(START);
    }),
    RUNS,
  );
});
