/** What results are compared with. */
import type { ComputedTensor } from '../../export/values.ts';
import { runReference } from '../../gpu/reference.ts';
import { relativeError } from '../../gpu/testing/on-gpu.ts';
import type { Python } from './hosts/python.ts';
import type { Workload } from './workload.ts';

export interface Reference {
  /** Who computed it. */
  readonly by: string;
  readonly outputs: ReadonlyMap<string, ArrayLike<number>>;
}

/** Above this, our own evaluation takes minutes. */
const MOST_FLOPS = 4e11;

/** In float64: PyTorch's where it is there, else our own, else none. */
export async function referenceOf(workload: Workload, python: Python | undefined): Promise<Reference | undefined> {
  let reason = '';
  try {
    if (python) return { by: 'PyTorch in float64', outputs: await python.reference(workload) };
  } catch (error) {
    // One op that it lacks does not end a bench of hours; the table tells it.
    reason = ` (PyTorch failed: ${error instanceof Error ? error.message : String(error)})`;
  }
  if (workload.flops > MOST_FLOPS) return undefined;
  const { outputs } = await runReference(workload.graph, ({ name }) => workload.leaf(name));
  return {
    by: `Patchbay's own evaluation in float64${reason}`,
    outputs: new Map(Array.from(outputs, ([name, { data }]) => [name, data])),
  };
}

/** The greatest relative error of an output; NaN if one is missing. */
export function errorOf(results: readonly ComputedTensor[], { outputs }: Reference): number {
  const got = new Map(results.map(({ name, data }) => [name, data]));
  return Array.from(outputs, ([name, want]) => {
    const data = got.get(name);
    return data?.length === want.length ? relativeError({ data }, { data: want }) : NaN;
  }).reduce((worst, error) => (error > worst || Number.isNaN(error) ? error : worst), 0);
}
