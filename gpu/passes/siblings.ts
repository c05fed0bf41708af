/**
 * Matmuls that multiply the same left matrix (queries, keys and values; a gate and what it lets through) as one dispatch,
 * whose workgroups they share out. Nothing is copied: each reads its own right matrix and stores its own results.
 */
import { printIndex } from '../ir/index-expression.ts';
import { readsOf, readsOfProgram, type Kernel, type MatmulKernel, type MatrixOperand } from '../ir/kernel.ts';
import type { ValueId } from '../ir/types.ts';
import { joinedWork } from './joined-work.ts';
import type { Schedule } from './schedule.ts';

export interface SiblingLimits {
  /** Storage buffers that one kernel may bind. */
  readonly maxBuffers: number;
  /** Bytes that one binding may have. */
  readonly maxBytes: number;
  /** Bytes of a value in storage. */
  readonly bytes: (value: ValueId) => number;
  /** Why such a kernel is better off alone, if so. */
  readonly whyNotWorth: (kernel: MatmulKernel) => string | undefined;
}

/** The same schedule in fewer kernels. Only neighbours are joined, so that nothing waits in memory for long. */
export function joinSiblings(schedule: Schedule, limits: SiblingLimits): Schedule {
  const kernels: Kernel[] = [];
  let group: MatmulKernel[] = [];
  const close = (): void => {
    if (group.length > 0) kernels.push(siblingsOf(group));
    group = [];
  };
  for (const kernel of schedule.kernels) {
    if (!isMatmul(kernel)) {
      close();
      kernels.push(kernel);
      continue;
    }
    const apart = group.length > 0 && sameLeft(group[0]!, kernel) ? whyApart(group, kernel, limits) : undefined;
    if (group.length > 0 && (apart !== undefined || !sameLeft(group[0]!, kernel))) close();
    group.push(apart === undefined ? kernel : { ...kernel, apart });
  }
  close();
  return { ...schedule, kernels };
}

export function isMatmul(kernel: Kernel): kernel is MatmulKernel {
  return kernel.core.kind === 'matmul';
}

/** Whether both multiply the same left matrix, in the same way. */
export function sameLeft({ core: one }: Kernel, { core: other }: Kernel): boolean {
  if (one.kind !== 'matmul' || other.kind !== 'matmul') return false;
  const sizes = one.batch === other.batch && one.rows === other.rows && one.depth === other.depth;
  const [left, right] = [one.left, other.left];
  const steps = left.stride === right.stride && left.depthStride === right.depthStride;
  const parts = one.parts?.count === other.parts?.count && one.parts?.length === other.parts?.length;
  return sizes && steps && parts && left.value === right.value && printIndex(left.base) === printIndex(right.base);
}

/** Why the kernel is not in one dispatch with those before it. */
function whyApart(group: readonly MatmulKernel[], kernel: MatmulKernel, limits: SiblingLimits): string | undefined {
  const members = [...group, kernel];
  const written = new Set(group.flatMap(({ stores }) => stores.map(({ value }) => value)));
  if (readsOf(kernel).some((value) => written.has(value))) return 'it reads what the one before it computes';
  if (!sameLayout(group[0]!.core.right, kernel.core.right)) return 'their right matrices lie in memory in other ways';
  const values = members.flatMap((member) => [...readsOf(member), ...member.stores.map(({ value }) => value)]);
  if (values.some((value) => limits.bytes(value) > limits.maxBytes)) {
    return 'what it reads or writes is more than one binding holds';
  }
  const buffers = bufferCount(members);
  if (buffers > limits.maxBuffers)
    return `together they would bind ${buffers} buffers, the adapter ${limits.maxBuffers}`;
  // The first one decides the tile of all.
  return limits.whyNotWorth(group[0]!) ?? limits.whyNotWorth(kernel);
}

/** Whether both are read element by element, or both in vectors: then the left matrix is bound once. */
function sameLayout(one: MatrixOperand, other: MatrixOperand): boolean {
  const isVector = ({ stride, depthStride, baseAligned }: MatrixOperand): boolean =>
    depthStride === 1 && stride % 4 === 0 && baseAligned;
  return isVector(one) === isVector(other) && (one.depthStride === 1) === (other.depthStride === 1);
}

/** At most: a matrix that is read as vectors is bound once more where it is also read by element. */
function bufferCount(members: readonly MatmulKernel[]): number {
  const elements = new Set(members.flatMap(({ epilogue }) => readsOfProgram(epilogue)));
  return 1 + members.length + elements.size + members.reduce((sum, { stores }) => sum + stores.length, 0);
}

function siblingsOf(group: readonly MatmulKernel[]): Kernel {
  const [only, ...others] = group as [MatmulKernel, ...MatmulKernel[]];
  if (others.length === 0) return only;
  const labels = Map.groupBy(group, ({ label }) => label);
  return {
    core: { kind: 'siblings', members: group },
    epilogue: [],
    stores: group.flatMap(({ stores }) => stores),
    ...joinedWork(group),
    label: Array.from(labels, ([label, { length }]) => (length > 1 ? `${label} ×${length}` : label)).join(' beside '),
    ...(only.apart !== undefined && { apart: only.apart }),
  };
}
