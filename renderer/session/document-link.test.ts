import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { apply } from '../../graph/diff.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { madeFrom, makers } from '../../graph/testing/arbitrary-edits.ts';
import { stackDocument } from '../../graph/testing/documents.ts';
import { runs } from '../../scripts/effort.ts';
import { withDocuments } from './compiler-channel.ts';
import { createDocumentReceiver, createDocumentSender } from './document-link.ts';

function passing(): (document: PatchbayDocument) => PatchbayDocument {
  const send = createDocumentSender();
  const { add, receive } = createDocumentReceiver();
  return (document) => {
    const { parts, passed } = send(document);
    for (const part of parts) add(structuredClone(part));
    return receive(structuredClone(passed));
  };
}

function withPicture(document: PatchbayDocument): PatchbayDocument {
  const picture = { id: 'p', name: 'p', mime: 'image/png', sha256: '0', data: 'A'.repeat(1e6) };
  return { ...document, assets: [picture] };
}

test('every document arrives as it was sent, whatever was edited, and whichever came before', () => {
  fc.assert(
    fc.property(makers, (list) => {
      const documents: PatchbayDocument[] = [stackDocument()];
      madeFrom(documents[0]!, list, (document, edit) => {
        const next = apply(document, edit.diff);
        documents.push(next);
        return next;
      });
      const pass = passing();
      const large = withPicture(stackDocument());
      for (const document of [...documents, large, ...documents.toReversed(), withPicture(stackDocument()), large])
        expect(pass(document)).toStrictEqual(document);
    }),
    { numRuns: runs(50) },
  );
});

test('an edit passes alone, and what it leaves alone is what was there', () => {
  const send = createDocumentSender();
  const { add, receive } = createDocumentReceiver();
  const document = withPicture(stackDocument());
  const { parts, passed: first } = send(document);
  expect(first).toBe('parts');
  for (const part of parts) add(structuredClone(part));
  const before = receive(first);
  const { parts: none, passed } = send({ ...document, seed: 7 });
  expect(none).toEqual([]);
  expect(JSON.stringify(passed).length).toBeLessThan(100);
  const after = receive(structuredClone(passed));
  expect(after.seed).toBe(7);
  expect(after.assets).toBe(before.assets);
  expect(after.modules).toBe(before.modules);
  expect(() => createDocumentReceiver().receive({ delta: null })).toThrow(TypeError);
});

test('messages keep their order behind a document that goes in parts', async () => {
  const posted: string[] = [];
  const idle = { listen: () => undefined, onBreak: () => undefined, onRestart: () => undefined };
  const channel = withDocuments({ ...idle, post: ({ kind }) => void posted.push(kind) });
  const compile = (document: PatchbayDocument) => {
    const target = { kind: 'graph' } as const;
    channel.post({ kind: 'compile', program: 1, document, taps: [], missing: new Set(), target });
  };
  channel.post({ kind: 'picture', sha256: 'a', bytes: new Uint8Array(1) });
  expect(posted).toEqual(['picture']);
  compile(withPicture(stackDocument()));
  channel.post({ kind: 'picture', sha256: 'b', bytes: new Uint8Array(1) });
  compile(stackDocument());
  await vi.waitFor(() => expect(posted.filter((kind) => kind === 'compile')).toHaveLength(2));
  const parts = posted.filter((kind) => kind === 'part');
  expect(parts.length).toBeGreaterThan(2);
  expect(posted).toEqual(['picture', ...parts, 'compile', 'picture', 'compile']);
});
