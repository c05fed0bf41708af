/**
 * Matmuls of few results and many steps in two dispatches: parts of the sums side by side, so that a GPU has enough to do,
 * then, for each result, its parts in order. Nothing waits for anything and nothing is added atomically, so two runs give
 * the same bits.
 */
import { flatten, unflatten, variable } from '../ir/index-arithmetic.ts';
import type { DepthParts, Kernel, MatmulKernel } from '../ir/kernel.ts';
import { readsOf } from '../ir/kernel.ts';
import { substituteIndex, substituteProgram, type Replacements } from '../ir/substitute.ts';
import type { TensorType, ValueId } from '../ir/types.ts';
import type { Schedule } from './schedule.ts';
import { isMatmul, sameLeft } from './siblings.ts';

export interface PartialSums {
  readonly schedule: Schedule;
  /** The values that hold parts of sums, which no graph has: their types, and the value whose sums they are. */
  readonly values: ReadonlyMap<ValueId, { readonly type: TensorType; readonly of: ValueId }>;
}

/**
 * @param partsFor What a matmul's sums are cut into, if so.
 * @param firstFree The first of the ids that no value has.
 */
export function takePartialSums(
  schedule: Schedule,
  partsFor: (kernel: MatmulKernel) => DepthParts | undefined,
  firstFree: ValueId,
): PartialSums {
  const values = new Map<ValueId, { type: TensorType; of: ValueId }>();
  const kernels: Kernel[] = [];
  // Sums wait until matmuls of the same left matrix are past: those may become one dispatch.
  let waiting: { whole: MatmulKernel; sums: Kernel }[] = [];
  const flush = (): void => {
    kernels.push(...waiting.map(({ sums }) => sums));
    waiting = [];
  };
  const push = (kernel: Kernel, isNext: boolean): void => {
    const reads = new Set(readsOf(kernel));
    if (!isNext || waiting.some(({ sums }) => sums.stores.some(({ value }) => reads.has(value)))) flush();
    kernels.push(kernel);
  };
  for (const kernel of schedule.kernels) {
    const parts = isMatmul(kernel) && kernel.stores.length > 0 ? partsFor(kernel) : undefined;
    const last = waiting.at(-1);
    const isNext = last !== undefined && sameLeft(last.whole, kernel);
    if (!parts || !isMatmul(kernel)) {
      push(kernel, isNext);
      continue;
    }
    const value = firstFree + values.size;
    const { batch, rows, columns } = kernel.core;
    const shape = [parts.count, batch, rows, columns];
    values.set(value, { type: { dtype: 'f32', shape }, of: kernel.stores[0]!.value });
    push(partsKernel(kernel, parts, value), isNext);
    waiting.push({ whole: kernel, sums: sumsKernel(kernel, parts, value) });
  }
  flush();
  return { schedule: { ...schedule, kernels, temporaries: [...schedule.temporaries, ...values.keys()] }, values };
}

function partsKernel(kernel: MatmulKernel, parts: DepthParts, value: ValueId): MatmulKernel {
  const { batch, rows, columns } = kernel.core;
  const point = [variable('batch', batch), variable('row', rows), variable('column', columns)];
  const index = flatten([variable('part', parts.count), ...point], [parts.count, batch, rows, columns]);
  return {
    ...kernel,
    core: { ...kernel.core, parts },
    epilogue: [{ kind: 'core', product: 0, dtype: 'f32' }],
    stores: [{ value, scalar: 0, index, dtype: 'f32', why: ['the next dispatch adds up parts of its sums'] }],
    operations: kernel.operations.filter(({ op }) => op === 'matmul'),
    label: `matmul in ${parts.count} parts`,
  };
}

/** One row for each result, one step for each part; then the matmul's epilogue. */
function sumsKernel(kernel: MatmulKernel, { count }: DepthParts, value: ValueId): Kernel {
  const { batch, rows, columns } = kernel.core;
  const results = batch * rows * columns;
  const result = variable('row', results);
  const [inBatch, row, column] = unflatten(result, [batch, rows, columns]);
  const replacements: Replacements = new Map([
    ['batch', inBatch!],
    ['row', row!],
    ['column', column!],
  ]);
  const index = flatten([variable('step', count), result], [count, results]);
  return {
    ...kernel,
    core: {
      kind: 'rows',
      rows: results,
      steps: count,
      passes: [{ combine: 'sum', element: [{ kind: 'load', value, index, dtype: 'f32' }] }],
    },
    epilogue: substituteProgram(kernel.epilogue, replacements),
    stores: kernel.stores.map((store) => ({ ...store, index: substituteIndex(store.index, replacements) })),
    operations: kernel.operations.filter(({ op }) => op !== 'matmul'),
    label: kernel.label.replace('matmul', `sum of ${count} parts`),
    flops: results * count,
  };
}
