/** Takes composites apart into simpler ops, for whoever has no kernel for them. */
import type { Attributes, Graph, ValueId } from '../ir/types.ts';
import { recordOf } from '../ops/infer.ts';
import type { Emitter, OpRecord } from '../ops/record.ts';
import { rewrite } from './rewrite.ts';

/**
 * The same graph without the composites that are not kept; what a decomposition emits is taken apart in turn. Ops
 * without a decomposition always stay.
 */
export function decompose(graph: Graph, keeps: (record: OpRecord) => boolean = hasKernel): Graph {
  return rewrite(graph, ({ op, attributes }, inputs, builder) => emitTaken(op, inputs, attributes, builder, keeps));
}

/** Ops that need no decomposition for code generation. */
function hasKernel({ wgsl }: OpRecord): boolean {
  return wgsl.kind !== 'decomposed';
}

function emitTaken(
  op: string,
  inputs: readonly ValueId[],
  attributes: Attributes,
  target: Emitter,
  keeps: (record: OpRecord) => boolean,
): ValueId[] {
  const record = recordOf(op);
  if (!record.decompose || keeps(record)) return target.emitAll(op, inputs, attributes);
  const emitAll: Emitter['emitAll'] = (inner, operands, given = {}) => emitTaken(inner, operands, given, target, keeps);
  const emitter: Emitter = {
    emitAll,
    emit: (inner, operands, given) => emitAll(inner, operands, given)[0]!,
    typeOf: (value) => target.typeOf(value),
  };
  return record.decompose(emitter, inputs, attributes);
}
