/** All workloads, in the order of the report. */
import { buildWorkload, type Scale, type Workload, type WorkloadRecord } from '../workload.ts';
import { KERNELS } from './kernels.ts';
import { MODELS } from './models.ts';

export const WORKLOADS: readonly WorkloadRecord[] = [...MODELS, ...KERNELS];

/** @throws {RangeError} if there is none of this name. */
export function workloadOf(name: string, scale: Scale): Promise<Workload> {
  const record = WORKLOADS.find((workload) => workload.name === name);
  if (!record) {
    throw new RangeError(`there is no workload ${name}; there are ${WORKLOADS.map((known) => known.name).join(', ')}`);
  }
  return buildWorkload(record, scale);
}
