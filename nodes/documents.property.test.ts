import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyse } from '../graph/analyse.ts';
import { formatDocument, parseDocument } from '../graph/file.ts';
import { isInstance } from '../graph/schema.ts';
import { arbitraryDocument, kindsOf } from '../graph/testing/arbitrary-documents.ts';
import { runs } from '../scripts/effort.ts';
import { NODES } from './registry.ts';

const documents = arbitraryDocument(kindsOf(NODES));

test('any document of the node library is kept by its file, and analysed: every leaf has shapes, or a problem', () => {
  const types = new Set<string>();
  fc.assert(
    fc.property(documents, (document) => {
      for (const node of document.modules.flatMap(({ nodes }) => nodes)) if (!isInstance(node)) types.add(node.type);
      expect(parseDocument(formatDocument(document)).document).toStrictEqual(document);
      const { tree, inference, problems } = analyse(document, NODES);
      for (const { path } of tree.construction) {
        const blame = inference.blocked.get(path);
        if (blame !== undefined) expect(problems[blame]).toBeDefined();
      }
    }),
    { numRuns: runs(200) },
  );
  expect([...NODES.keys()].filter((type) => !types.has(type))).toEqual([]);
}, 300_000);
