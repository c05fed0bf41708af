import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyse } from './analyse.ts';
import { createCache } from './cache.ts';
import { connectionCheck } from './connect.ts';
import { apply } from './diff.ts';
import { applyFix, connect, type Edit } from './edits.ts';
import { portPath } from './instance.ts';
import { portNames } from './module-index.ts';
import { finder } from './modules.ts';
import { isInstance, type PatchbayDocument } from './schema.ts';
import { makers, madeFrom, type Maker } from './testing/arbitrary-edits.ts';
import { stackDocument } from './testing/documents.ts';
import { LIBRARY } from './testing/library.ts';
import { plainAnalysis } from './testing/show.ts';

const START = stackDocument();
const applied = (document: PatchbayDocument, edit: Edit): PatchbayDocument => apply(document, edit.diff);

/** Every document on the way of a sequence of edits. */
function documentsOf(list: readonly Maker[]): PatchbayDocument[] {
  const documents = [START];
  madeFrom(START, list, (document, edit) => {
    const next = applied(document, edit);
    documents.push(next);
    return next;
  });
  return documents;
}

test('whatever is edited, the analysis is whole: every leaf has types, or a problem to blame', () => {
  fc.assert(
    fc.property(makers, (list) => {
      const cache = createCache();
      for (const document of documentsOf(list)) {
        const { tree, inference, problems } = analyse(document, LIBRARY, { cache });
        const order = new Set(tree.execution);
        for (const leaf of tree.construction) {
          expect(tree.byPath.get(leaf.path)).toBe(leaf);
          const blame = inference.blocked.get(leaf.path);
          if (blame !== undefined) {
            expect(problems[blame]).toBeDefined();
            continue;
          }
          expect(order).toContain(leaf);
          for (const { name } of LIBRARY.get(leaf.type)!.outputs)
            expect(inference.outputs.has(portPath(leaf.path, name))).toBe(true);
        }
        for (const { place } of problems) {
          const definition = document.modules.find(({ name }) => name === place.module);
          if (place.module !== undefined) expect(definition).toBeDefined();
          if (place.nodeId !== undefined) expect(definition!.nodes.some(({ id }) => id === place.nodeId)).toBe(true);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('a cache that has seen other documents changes nothing', () => {
  fc.assert(
    fc.property(makers, (list) => {
      const cache = createCache();
      for (const document of documentsOf(list))
        expect(plainAnalysis(analyse(document, LIBRARY, { cache }))).toEqual(plainAnalysis(analyse(document, LIBRARY)));
    }),
    { numRuns: 40 },
  );
});

test('every fix that is offered can be applied', () => {
  fc.assert(
    fc.property(makers, (list) => {
      const document = documentsOf(list).at(-1)!;
      for (const { fixes = [] } of analyse(document, LIBRARY).problems)
        for (const fix of fixes) expect(applied(document, applyFix(document, fix))).not.toBe(document);
    }),
    { numRuns: 150 },
  );
});

test('a connection is refused for its cycle just where it would make one', () => {
  const cycles = (document: PatchbayDocument) =>
    new Set(
      analyse(document, LIBRARY)
        .problems.filter(({ code }) => code === 'graph.cycle')
        .map(({ message }) => message),
    );
  fc.assert(
    fc.property(makers, fc.nat(), fc.nat(), (list, first, second) => {
      const document = documentsOf(list).at(-1)!;
      const module = document.modules.find(({ name }) => name === document.main)!;
      const names = new Set<string>();
      const nodes = module.nodes.filter((node) => {
        // Placeholders may be fed at any port; namesakes have no instance of their own.
        const known = isInstance(node) ? finder(document)(node.module) : LIBRARY.has(node.type);
        const fresh = !names.has(node.name);
        names.add(node.name);
        return known && fresh;
      });
      const [source, target] = [nodes[first % nodes.length], nodes[second % nodes.length]];
      const port = source && portNames(source, finder(document), LIBRARY)?.outputs[0];
      const entry = target && portNames(target, finder(document), LIBRARY)?.inputs[0];
      if (!source || !target || port === undefined || entry === undefined || cycles(document).size > 0) return;
      const { tree, inference } = analyse(document, LIBRARY);
      const verdict = connectionCheck(
        document,
        tree,
        inference,
        LIBRARY,
      )({ path: '', nodeId: source.id, port }, { path: '', nodeId: target.id, port: entry });
      const after = applied(document, connect(document, module.name, [source.id, port], [target.id, entry]));
      const refused = !verdict.ok && /cycle|feed itself/.test(verdict.reason);
      expect(refused).toBe(cycles(after).size > 0);
    }),
    { numRuns: 400 },
  );
});
