/** Rewrites a graph into the ops that kernels are generated for: what only combines others is taken apart first. */
import { Builder } from '../ir/builder.ts';
import type { Graph, ValueId } from '../ir/types.ts';
import { inferTypes, recordOf } from '../ops/infer.ts';
import type { OpRecord } from '../ops/record.ts';

/**
 * The same graph without ops that have no kernel core of their own: attention becomes matmul, softmax, matmul; linear
 * becomes matmul and add, which fuse again into one kernel.
 */
export function toKernelOps(graph: Graph): Graph {
  const builder = new Builder(inferTypes);
  const renamed = new Map<ValueId, ValueId>();
  for (const { op, inputs, attributes, results, origin } of graph.operations) {
    builder.origin = origin;
    const operands = inputs.map((input) => renamed.get(input)!);
    for (const [index, value] of emitKernelOps(builder, recordOf(op), operands, attributes).entries()) {
      renamed.set(results[index]!, value);
    }
  }
  for (const { name, value, kind } of graph.outputs) builder.output(name, renamed.get(value)!, kind);
  return builder.build();
}

type Emit = Pick<Builder, 'emitAll' | 'typeOf'>;

function emitKernelOps(
  builder: Emit,
  record: OpRecord,
  inputs: readonly ValueId[],
  attributes: Graph['operations'][number]['attributes'],
): ValueId[] {
  if (!record.decompose || hasKernel(record)) return builder.emitAll(record.name, inputs, attributes);
  // What a decomposition emits may have to be taken apart itself.
  const emitter = {
    emitAll: (op: string, operands: readonly ValueId[], given = {}) =>
      emitKernelOps(builder, recordOf(op), operands, given),
    emit: (op: string, operands: readonly ValueId[], given = {}) =>
      emitKernelOps(builder, recordOf(op), operands, given)[0]!,
    typeOf: (value: ValueId) => builder.typeOf(value),
  };
  return record.decompose(emitter, inputs, attributes);
}

function hasKernel({ wgsl, name }: OpRecord): boolean {
  if (wgsl.kind === 'decomposed') return false;
  if (wgsl.kind !== 'kernel') return true;
  return wgsl.family === 'matmul' ? name === 'matmul' : wgsl.family !== 'attention' && wgsl.family !== 'patch_conv';
}
