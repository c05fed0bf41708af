/** Which steps a run needs, given what the pool holds: walked backwards from what is wanted. */
import type { Plan, PlanOutput, ValueKey } from '../plan.ts';
import { pooledKeys } from './places.ts';

/** Indices of the needed steps, ascending, and the keys of the leaves that they and the outputs read. */
export interface NeededSteps {
  readonly steps: readonly number[];
  readonly leaves: ReadonlySet<ValueKey>;
}

/**
 * A value that this plan has in its arena is computed even where the pool holds it, from another plan: what reads it
 * reads the arena.
 * @param inPool Whether the pool has the numbers of a key.
 */
export function neededSteps(
  plan: Plan,
  wanted: readonly PlanOutput[],
  inPool: (key: ValueKey) => boolean,
): NeededSteps {
  const pooled = pooledKeys(plan);
  const holds = (key: ValueKey): boolean => pooled.has(key) && inPool(key);
  const leafKeys = new Set(plan.leaves.map(({ key }) => key));
  const needed = new Set(wanted.map(({ key }) => key).filter((key) => !holds(key)));
  const steps: number[] = [];
  const leaves = new Set(wanted.map(({ key }) => key).filter((key) => leafKeys.has(key)));
  for (let index = plan.steps.length - 1; index >= 0; index--) {
    const step = plan.steps[index]!;
    if (!step.writes.some((key) => needed.has(key))) continue;
    steps.push(index);
    for (const key of step.reads) {
      if (leafKeys.has(key)) leaves.add(key);
      else if (!holds(key)) needed.add(key);
    }
  }
  return { steps: steps.reverse(), leaves };
}

/**
 * Outputs and taps by name.
 * @throws {RangeError} if the plan has none of a name.
 */
export function wantedOutputs(plan: Plan, names: readonly string[] | undefined): PlanOutput[] {
  if (!names) return [...plan.outputs];
  const wanted = new Set(names);
  const found = plan.outputs.filter(({ name }) => wanted.has(name));
  for (const { name } of found) wanted.delete(name);
  const [missing] = wanted;
  if (missing !== undefined) throw new RangeError(`the plan has no output or tap named ${missing}`);
  return found;
}
