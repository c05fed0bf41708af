/** What it takes to have a value of the pool again once it is gone. */
import type { Plan, ValueKey } from '../plan.ts';
import { stepWork } from './pace.ts';
import { pooledKeys } from './places.ts';

/**
 * Work for a byte of a leaf: it is drawn or read, and carried to the device, at some hundred megabytes a second, while
 * the slowest adapter does a billion operations in that time.
 */
const LEAF_WORK_PER_BYTE = 10;

/** By key, for all that the plan keeps in the pool: the steps from what the pool holds to the value, as `workOf` counts them. */
export function recomputeWork(plan: Plan): ReadonlyMap<ValueKey, number> {
  const held = new Set([...pooledKeys(plan), ...plan.leaves.map(({ key }) => key)]);
  const work = new Map<ValueKey, number>();
  for (const { key, type } of plan.leaves) {
    work.set(key, 4 * type.shape.reduce((product, size) => product * size, 1) * LEAF_WORK_PER_BYTE);
  }
  for (const step of plan.steps) {
    const before = step.reads.reduce((sum, key) => sum + (held.has(key) ? 0 : (work.get(key) ?? 0)), 0);
    // A value that is too large for one binding is written by several steps.
    for (const key of step.writes) work.set(key, (work.get(key) ?? 0) + before + stepWork(step));
  }
  return work;
}
