/**
 * Cuts long reductions in two: a kernel walks each row by one invocation, so a few long rows would leave an adapter
 * idle. First many partial results per row, then those.
 */
import { elementCount, type DType, type Graph, type Operation, type ValueId } from '../ir/types.ts';
import { constantLike } from '../ops/broadcast.ts';
import type { Emitter } from '../ops/record.ts';
import { rewrite } from './rewrite.ts';

/** Partial results per row. */
const PARTS = 256;
/** Rows shorter than this are walked at once. */
const LONG = 16 * PARTS;
/** So many rows keep an adapter busy by themselves. */
const MANY_ROWS = 64;

/** The same graph, reductions over few and long rows in two stages. */
export function cutLongReductions(graph: Graph): Graph {
  return rewrite(graph, (operation, inputs, builder) => {
    const whole = (): ValueId[] => builder.emitAll(operation.op, inputs, operation.attributes);
    if (!operation.op.startsWith('reduce_')) return whole();
    const { shape } = builder.typeOf(inputs[0]!);
    const axes = operation.attributes['axes'] as readonly number[];
    const steps = elementCount(axes.map((axis) => shape[axis]!));
    if (steps < LONG || elementCount(shape) > steps * MANY_ROWS) return whole();
    const resultShape = graph.types.get(operation.results[0]!)!.shape;
    return [builder.emit('reshape', [inStages(builder, operation, inputs[0]!, steps)], { shape: resultShape })];
  });
}

/** [rows, steps] → [rows, steps / PARTS, PARTS] → [rows, PARTS] → [rows]: neighbouring parts read neighbouring elements. */
function inStages(emitter: Emitter, { op, attributes }: Operation, x: ValueId, steps: number): ValueId {
  const { shape, dtype } = emitter.typeOf(x);
  const axes = attributes['axes'] as readonly number[];
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const rows = elementCount(kept.map((axis) => shape[axis]!));
  const together = emitter.emit('permute', [x], { axes: [...kept, ...axes] });
  const matrix = emitter.emit('reshape', [together], { shape: [rows, steps] });
  const length = Math.ceil(steps / PARTS);
  const missing = length * PARTS - steps;
  const value = neutral(op, dtype);
  const even = missing === 0 ? matrix : emitter.emit('pad', [matrix], { before: [0, 0], after: [0, missing], value });
  const parts = emitter.emit('reshape', [even], { shape: [rows, length, PARTS] });
  const stage = op === 'reduce_mean' ? 'reduce_sum' : op;
  const along = { axes: [1], keepdims: false };
  const result = emitter.emit(stage, [emitter.emit(stage, [parts], along)], along);
  return op === 'reduce_mean' ? emitter.emit('div', [result, constantLike(emitter, result, steps)]) : result;
}

/** What may be added to the elements without changing the result. */
function neutral(op: string, dtype: DType): number {
  if (op === 'reduce_sum' || op === 'reduce_mean') return 0;
  const lowest = dtype === 'i32' ? -0x8000_0000 : -Infinity;
  const highest = dtype === 'i32' ? 0x7fff_ffff : Infinity;
  return op === 'reduce_max' ? lowest : highest;
}
