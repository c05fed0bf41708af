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
    const { op, attributes, results } = operation;
    const isReduction = op.startsWith('reduce_');
    if (!isReduction && op !== 'top_k') return builder.emitAll(op, inputs, attributes);
    const [x] = inputs as [ValueId];
    const { shape } = builder.typeOf(x);
    const axes = isReduction ? (attributes['axes'] as readonly number[]) : [shape.length - 1];
    const steps = elementCount(axes.map((axis) => shape[axis]!));
    if (steps < LONG || elementCount(shape) > steps * MANY_ROWS) return builder.emitAll(op, inputs, attributes);
    const staged = isReduction
      ? [inStages(builder, operation, x, steps)]
      : topKInStages(builder, x, steps, attributes['k'] as number);
    return staged.map((value, index) => {
      return builder.emit('reshape', [value], { shape: graph.types.get(results[index]!)!.shape });
    });
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

/** The largest k of each part of a row, then the largest of those; in parts so many that both stages walk about as far. */
function topKInStages(emitter: Emitter, x: ValueId, steps: number, k: number): ValueId[] {
  const { shape, dtype } = emitter.typeOf(x);
  const rows = elementCount(shape.slice(0, -1));
  const parts = Math.floor(Math.sqrt(steps / k));
  if (parts === 1) return emitter.emitAll('top_k', [x], { k });
  const length = Math.ceil(steps / parts);
  const missing = parts * length - steps;
  const matrix = emitter.emit('reshape', [x], { shape: [rows, steps] });
  const value = neutral('reduce_max', dtype);
  // Added elements stand last, so that real ones as low come before them.
  const even = missing === 0 ? matrix : emitter.emit('pad', [matrix], { before: [0, 0], after: [0, missing], value });
  const cut = emitter.emit('reshape', [even], { shape: [rows, parts, length] });
  const [best, within] = emitter.emitAll('top_k', [cut], { k }) as [ValueId, ValueId];
  // [rows, parts, k] → [rows, parts · k], in ascending order of positions where elements are equal
  const offset = scaledIota(emitter, 1, [rows, parts, k], length);
  const positions = emitter.emit('add', [within, offset]);
  const candidates = emitter.emit('reshape', [best], { shape: [rows, parts * k] });
  const [values, chosen] = emitter.emitAll('top_k', [candidates], { k }) as [ValueId, ValueId];
  const at = emitter.emit('add', [chosen, scaledIota(emitter, 0, [rows, k], parts * k)]);
  const flat = emitter.emit('reshape', [positions], { shape: [rows * parts * k] });
  return [values, emitter.emit('gather', [flat, at])];
}

/** position along the axis · factor, as i32. */
function scaledIota(emitter: Emitter, axis: number, shape: readonly number[], factor: number): ValueId {
  const positions = emitter.emit('iota', [], { axis, dtype: 'i32', shape });
  return emitter.emit('mul', [positions, constantLike(emitter, positions, factor)]);
}

/** What may be added to the elements without changing the result. */
function neutral(op: string, dtype: DType): number {
  if (op === 'reduce_sum' || op === 'reduce_mean') return 0;
  const lowest = dtype === 'i32' ? -0x8000_0000 : -Infinity;
  const highest = dtype === 'i32' ? 0x7fff_ffff : Infinity;
  return op === 'reduce_max' ? lowest : highest;
}
