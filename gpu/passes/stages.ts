/**
 * Small kernels that run one after the other, in one dispatch: where there is little to do, the dispatch costs more than
 * the work. What is kept for the next run ends a dispatch, so that a later run can still begin there.
 */
import { readsOf, type Kernel, type Store } from '../ir/kernel.ts';
import type { ValueId } from '../ir/types.ts';
import { joinedWork } from './joined-work.ts';
import type { Schedule } from './schedule.ts';

export interface StageLimits {
  /** Storage buffers that one kernel may bind. */
  readonly maxBuffers: number;
  /** Elements of workgroup memory. */
  readonly maxShared: number;
  /** Elements of a value in storage. */
  readonly elements: (value: ValueId) => number;
}

/** Points of a stage, and FLOPs: one workgroup does them alone. */
const MOST_POINTS = 4096;
const MOST_FLOPS = 131_072;
/** Elements of a value that a stage may read, so that no binding has to be cut. */
const MOST_ELEMENTS = 1 << 20;

/** The same schedule in fewer kernels. */
export function joinStages(schedule: Schedule, limits: StageLimits): Schedule {
  const kernels: Kernel[] = [];
  const inMemory = new Set<ValueId>();
  let group: Kernel[] = [];
  const close = (after: readonly Kernel[]): void => {
    const joined = joinedOf(group, after, schedule, limits);
    const stored = new Set(joined.stores.map(({ value }) => value));
    for (const { value } of group.flatMap(({ stores }) => stores)) if (!stored.has(value)) inMemory.add(value);
    kernels.push(joined);
    group = [];
  };
  for (const [index, kernel] of schedule.kernels.entries()) {
    const after = schedule.kernels.slice(index + 1);
    const fits = group.length > 0 && isSmall(kernel, limits) && isSmall(group[0]!, limits);
    if (group.length > 0 && !(fits && canJoin([...group, kernel], after, schedule, limits))) {
      close(schedule.kernels.slice(index));
    }
    group.push(kernel);
    if (kernel.stores.some(({ value }) => schedule.kept.has(value))) close(after);
  }
  if (group.length > 0) close([]);
  return { ...schedule, kernels, temporaries: schedule.temporaries.filter((value) => !inMemory.has(value)) };
}

function isSmall(kernel: Kernel, { elements }: StageLimits): boolean {
  const { core } = kernel;
  if (core.kind !== 'map' && core.kind !== 'rows') return false;
  const points = core.kind === 'map' ? core.count : core.rows * core.steps;
  const values = [...readsOf(kernel), ...kernel.stores.map(({ value }) => value)];
  const fits = values.every((value) => elements(value) <= MOST_ELEMENTS);
  return points <= MOST_POINTS && kernel.flops <= MOST_FLOPS && fits;
}

function canJoin(group: readonly Kernel[], after: readonly Kernel[], schedule: Schedule, limits: StageLimits): boolean {
  const joined = joinedOf(group, after, schedule, limits);
  if (joined.core.kind !== 'stages') return true;
  const shared = [...joined.core.shared.values()].reduce((sum, count) => sum + count, 0);
  return shared <= limits.maxShared && readsOf(joined).length + joined.stores.length <= limits.maxBuffers;
}

/** One kernel of a group; the kernel itself, where it is the only one. */
function joinedOf(
  group: readonly Kernel[],
  after: readonly Kernel[],
  { kept }: Schedule,
  { elements }: StageLimits,
): Kernel {
  const [only, ...others] = group as [Kernel, ...Kernel[]];
  if (others.length === 0) return only;
  const read = new Set(group.flatMap(readsOf));
  const readLater = new Set(after.flatMap(readsOf));
  const stores = group.flatMap((kernel) => kernel.stores);
  const handedOn = stores.filter(({ value }) => read.has(value));
  const shared = new Map(handedOn.map(({ value }) => [value, elements(value)]));
  const isWanted = ({ value }: Store): boolean => kept.has(value) || readLater.has(value);
  return {
    core: { kind: 'stages', stages: group, shared },
    epilogue: [],
    stores: stores.filter(isWanted),
    ...joinedWork(group),
    label: group.map(({ label }) => label).join(', then '),
  };
}
