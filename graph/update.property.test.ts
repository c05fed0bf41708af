import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import { analyse, type Analysis } from './analyse.ts';
import { createCache } from './cache.ts';
import { apply } from './diff.ts';
import { moveNodes, setHyperparameter, setParam } from './edits.ts';
import { elaborate } from './elaborate.ts';
import type { PatchbayDocument } from './schema.ts';
import { makers, type Maker } from './testing/arbitrary-edits.ts';
import { LIBRARY } from './testing/library.ts';
import { plainAnalysis } from './testing/show.ts';
import { nestedDocument, valueEdits } from './testing/value-edits.ts';

function expectSame(updated: Analysis, document: PatchbayDocument): void {
  const anew = analyse(document, LIBRARY);
  expect(plainAnalysis(updated)).toEqual(plainAnalysis(anew));
  const { tree } = updated;
  // The same instance wherever it is found.
  for (const [path, instance] of tree.byPath) {
    const inside = instance.kind === 'module' ? instance.children : instance.kind === 'stack' ? instance.layers : [];
    for (const child of inside) expect(tree.byPath.get(child.path)).toBe(child);
    if (path === '') expect(instance).toBe(tree.root);
  }
  for (const leaf of [...tree.construction, ...tree.execution]) expect(tree.byPath.get(leaf.path)).toBe(leaf);
}

function follow(list: readonly Maker[]): void {
  const cache = createCache();
  let document = nestedDocument();
  analyse(document, LIBRARY, { cache });
  for (const make of list) {
    const edit = make(document);
    if (!edit) continue;
    document = apply(document, edit.diff);
    expectSame(analyse(document, LIBRARY, { cache }), document);
  }
}

test('after any edits of values an updated analysis is the one that is made anew', () => {
  fc.assert(fc.property(fc.array(valueEdits, { minLength: 1, maxLength: 12 }), follow), { numRuns: runs(60) });
});

test('edits of nodes and wires between them change nothing in that', () => {
  const list = fc.tuple(fc.array(valueEdits, { maxLength: 6 }), makers, fc.array(valueEdits, { maxLength: 6 }));
  fc.assert(
    fc.property(list, ([first, others, then]) => follow([...first, ...others.slice(0, 8), ...then])),
    { numRuns: runs(25) },
  );
});

test('an edit leaves all that it does not reach as it was', () => {
  const cache = createCache();
  const document = nestedDocument();
  const before = analyse(document, LIBRARY, { cache });

  const moved = apply(document, moveNodes(document, 'Model', new Map([['norm', [5, 5]]]), 'drag').diff);
  const after = analyse(moved, LIBRARY, { cache });
  expect(after.tree).toBe(before.tree);
  expect(after.inference).toBe(before.inference);

  const headed = apply(moved, setParam(moved, 'Model', 'head', 'out_features', 12).diff);
  const narrower = analyse(headed, LIBRARY, { cache });
  const changed = [...narrower.tree.byPath].filter(([path, one]) => one !== before.tree.byPath.get(path));
  expect(changed.map(([path]) => path)).toEqual(['', 'head']);
  const types = [...narrower.inference.outputs].filter(([path, type]) => type !== before.inference.outputs.get(path));
  expect(types.map(([path]) => path)).toEqual(['head.output', 'features']);
  expect(narrower.inference.outputs.get('features')?.dims.at(-1)?.size).toBe(12);

  const wider = apply(headed, setHyperparameter(headed, 'embed_dim', 32).diff);
  expectSame(analyse(wider, LIBRARY, { cache }), wider);
  // The noise has nothing to do with it.
  expect(analyse(wider, LIBRARY, { cache }).tree.byPath.get('noise')).toBe(before.tree.byPath.get('noise'));
  expect(elaborate(wider, LIBRARY).byPath.get('head')?.params['in_features']?.value).toBe(32);
});
