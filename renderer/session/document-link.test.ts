import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply } from '../../graph/diff.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { madeFrom, makers } from '../../graph/testing/arbitrary-edits.ts';
import { stackDocument } from '../../graph/testing/documents.ts';
import { runs } from '../../scripts/effort.ts';
import { createDocumentReceiver, createDocumentSender } from './document-link.ts';

test('every document arrives as it was sent, whatever was edited, and whichever came before', () => {
  fc.assert(
    fc.property(makers, (list) => {
      const documents: PatchbayDocument[] = [stackDocument()];
      madeFrom(documents[0]!, list, (document, edit) => {
        const next = apply(document, edit.diff);
        documents.push(next);
        return next;
      });
      const [send, receive] = [createDocumentSender(), createDocumentReceiver()];
      for (const document of [...documents, ...documents.toReversed(), stackDocument()]) {
        const passed = structuredClone(send(document));
        expect(receive(passed)).toStrictEqual(document);
      }
    }),
    { numRuns: runs(50) },
  );
});

test('an edit passes alone, and what it leaves alone is what was there', () => {
  const [send, receive] = [createDocumentSender(), createDocumentReceiver()];
  const document = {
    ...stackDocument(),
    assets: [{ id: 'p', name: 'p', mime: 'image/png', sha256: '0', data: 'A'.repeat(1e6) }],
  };
  const before = receive(structuredClone(send(document)));
  const passed = send({ ...document, seed: 7 });
  expect(JSON.stringify(passed).length).toBeLessThan(100);
  const after = receive(structuredClone(passed));
  expect(after.seed).toBe(7);
  expect(after.assets).toBe(before.assets);
  expect(after.modules).toBe(before.modules);
  expect(() => createDocumentReceiver()({ delta: null })).toThrow(TypeError);
});
