/** A profile of what computes a graph itself, operation by operation: times and FLOPs alone, as there are no kernels to measure. */
import type { Graph } from './ir/types.ts';
import { recordOf } from './ops/infer.ts';
import type { InstanceWork, Profile } from './profile.ts';

/** @param timings milliseconds by origin; what has none was not computed. */
export function operationProfile({ operations, types }: Graph, timings: ReadonlyMap<string, number>): Profile {
  const works = new Map<string, { flops: number; dispatches: number }>();
  for (const { op, origin, inputs, attributes } of operations) {
    if (!timings.has(origin)) continue;
    const record = recordOf(op);
    const work = works.get(origin) ?? { flops: 0, dispatches: 0 };
    works.set(origin, work);
    if (record.wgsl.kind === 'leaf') continue;
    work.dispatches += 1;
    work.flops += record.flops(
      inputs.map((input) => types.get(input)!),
      attributes,
    );
  }
  return {
    works: Array.from(works, ([path, work]): InstanceWork => {
      return { path, milliseconds: timings.get(path)!, bytes: 0, boundBy: null, ...work };
    }),
    milliseconds: works.keys().reduce((sum, path) => sum + timings.get(path)!, 0),
    runs: 1,
    clock: 'operations',
    tick: 0,
    ceilings: null,
  };
}
