/** The fixes that a problem is offered with, tried on the document as it stands. */
import type { Fix, Problem } from '../../graph/problems.ts';
import { repairsOf } from '../../graph/repairs.ts';
import { MODULES } from '../../nodes/modules/registry.ts';
import { NODES } from '../../nodes/registry.ts';
import { createDeriveMemory, derive, type DerivedState } from './derived.ts';

/** Fixes that would make the document valid as far as this problem goes. Each costs an analysis of the document. */
export function repairsIn(derived: DerivedState, problem: Problem): readonly Fix[] {
  const memory = createDeriveMemory();
  const { document, tree, inference, problems } = derived;
  return repairsOf(problem, {
    document,
    tree,
    inference,
    problems,
    library: NODES,
    shipped: MODULES,
    check: (other) => derive(other, memory).problems,
  });
}
