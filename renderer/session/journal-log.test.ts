import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply } from '../../graph/diff.ts';
import { formatDocument, parseDocument } from '../../graph/file.ts';
import { madeFrom, makers } from '../../graph/testing/arbitrary-edits.ts';
import { stackDocument } from '../../graph/testing/documents.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { runs } from '../../scripts/effort.ts';
import { formatStart, formatStep, replay } from './journal-log.ts';

const START: PatchbayDocument = {
  ...stackDocument(),
  assets: ['über', 'a\nb'].map((id) => ({ id, name: id, mime: 'image/png', sha256: '0'.repeat(64), data: 'AAAA' })),
};

const fileOf = (log: Uint8Array) => formatDocument(parseDocument(replay(log)).document);

test('wherever a log is cut off, it gives the last document that is in it wholly', async () => {
  const start = await formatStart(START);
  fc.assert(
    fc.property(makers, fc.nat(), (list, cut) => {
      const { edits } = madeFrom(START, list, (document, edit) => apply(document, edit.diff));
      const documents = [START];
      const lines: Uint8Array[] = [start];
      for (const { diff } of edits) {
        const before = documents.at(-1)!;
        const after = apply(before, diff);
        const step = formatStep(before, after);
        if (!step) continue;
        documents.push(after);
        lines.push(step);
      }
      const whole = Buffer.concat(lines);
      expect(fileOf(whole)).toBe(formatDocument(documents.at(-1)!));

      const end = start.byteLength + (cut % (whole.byteLength - start.byteLength + 1));
      let kept = -1;
      for (let at = 0; kept + 1 < lines.length && at + lines[kept + 1]!.byteLength <= end;) {
        at += lines[++kept]!.byteLength;
      }
      expect(fileOf(whole.subarray(0, end))).toBe(formatDocument(documents[kept]!));
      // What a loss of power leaves of blocks that had been given to the file.
      const torn = Buffer.concat([whole.subarray(0, end), Buffer.alloc(64), Buffer.from('\n')]);
      expect(fileOf(torn)).toBe(formatDocument(documents[kept]!));
    }),
    { numRuns: runs(50) },
  );
});

test('a document of a version to come is read by its own version', () => {
  const text = replay(new TextEncoder().encode('{"version": 9, "a": 1}\n{"fields": {"a": {"value": 2}}}\n'));
  expect(JSON.parse(text)).toEqual({ version: 9, a: 2 });
});

test.each(['', '\n', 'no line', 'nonsense\n', '{"format":\n{}\n'])(
  '%j gives no document, and does not throw',
  (text) => {
    expect(() => parseDocument(replay(new TextEncoder().encode(text)))).toThrow('line 1');
  },
);
