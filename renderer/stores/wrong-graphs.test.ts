import { expect, test } from 'vitest';
import { apply } from '../../graph/diff.ts';
import { applyFix } from '../../graph/edits.ts';
import type { Problem } from '../../graph/problems.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { WRONG_KINDS } from '../testing/wrong-graphs/kinds.ts';
import { WRONG_SHAPES } from '../testing/wrong-graphs/shapes.ts';
import { WRONG_STRUCTURES } from '../testing/wrong-graphs/structure.ts';
import { WRONG_WIRES } from '../testing/wrong-graphs/wires.ts';
import { createDeriveMemory, derive, type DerivedState } from './derived.ts';
import { problemList } from './problem-list.ts';
import { repairsIn } from './repairs.ts';

const WRONG_GRAPHS = [...WRONG_SHAPES, ...WRONG_KINDS, ...WRONG_STRUCTURES, ...WRONG_WIRES];

function derived(document: PatchbayDocument): DerivedState {
  return derive(document, createDeriveMemory());
}

/** `Module/node input NAME`, or with the parameter that is at fault. */
function placeOf({ place: { module, nodeId, port, param } }: Problem): string {
  const node = module !== undefined && nodeId !== undefined ? `${module}/${nodeId}` : module;
  return [node, port && `${port.side} ${port.name}`, param].filter(Boolean).join(' ');
}

test('there are at least 60, all different', () => {
  expect(WRONG_GRAPHS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(WRONG_GRAPHS.map(({ title }) => title)).size).toBe(WRONG_GRAPHS.length);
  expect(new Set(WRONG_GRAPHS.map(({ says, at }) => `${at} ${says}`)).size).toBe(WRONG_GRAPHS.length);
});

test.each(WRONG_GRAPHS)('$title: one cause, where it is, and fixes that mend it', async ({ make, at, says, fix }) => {
  const document = await make();
  const state = derived(document);
  const entries = problemList(state);
  expect(entries.map(({ problem }) => [placeOf(problem), problem.message])).toEqual([[at, says]]);

  // What has no shape waits for this cause, in one of its instances.
  const causes = new Set(state.problems.keys());
  for (const [path, index] of state.inference.blocked) {
    expect(causes).toContain(index);
    expect(state.tree.byPath.has(path)).toBe(true);
  }

  const { problem } = entries[0]!;
  const repairs = repairsIn(state, problem);
  expect(repairs[0]?.title ?? null).toBe(fix);
  for (const repair of repairs) {
    const mended = derived(apply(document, applyFix(document, repair).diff));
    expect(mended.problems, repair.title).toEqual([]);
    expect(mended.inference.blocked.size, repair.title).toBe(0);
  }
});
