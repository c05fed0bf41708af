/** NumPy's broadcasting, made explicit: the IR's own ops want operands of equal shape. */
import { IrError } from '../ir/errors.ts';
import type { Shape, ValueId } from '../ir/types.ts';
import { sameShape } from './checks.ts';
import type { Emitter } from './record.ts';

/**
 * The shape that both broadcast to: aligned at the last dimension, sizes equal or 1.
 * @throws {IrError} where they do not fit.
 */
export function broadcastShape(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA === sizeB || sizeB === 1) return sizeA;
    if (sizeA === 1) return sizeB;
    throw new IrError(`[${a.join(',')}] and [${b.join(',')}] do not broadcast: ${sizeA} and ${sizeB} differ`);
  });
}

/** The shape with 1s before it, up to this many dimensions. */
export function alignedShape(shape: Shape, rank: number): number[] {
  return [...Array.from<number>({ length: Math.max(rank - shape.length, 0) }).fill(1), ...shape];
}

/** The value under this shape, its missing leading dimensions added and sizes of 1 repeated. */
export function broadcastTo(emitter: Emitter, value: ValueId, shape: Shape): ValueId {
  const given = emitter.typeOf(value).shape;
  if (sameShape(given, shape)) return value;
  const padded = alignedShape(given, shape.length);
  const aligned = sameShape(given, padded) ? value : emitter.emit('reshape', [value], { shape: padded });
  return sameShape(padded, shape) ? aligned : emitter.emit('expand', [aligned], { shape });
}

/** An elementwise op of two operands, broadcast to each other. */
export function binary(emitter: Emitter, op: string, a: ValueId, b: ValueId): ValueId {
  const shape = broadcastShape(emitter.typeOf(a).shape, emitter.typeOf(b).shape);
  return emitter.emit(op, [broadcastTo(emitter, a, shape), broadcastTo(emitter, b, shape)]);
}

/** A number everywhere, of the dtype and shape of `like`. */
export function constantLike(emitter: Emitter, like: ValueId, value: number): ValueId {
  const { dtype, shape } = emitter.typeOf(like);
  return emitter.emit('constant', [], { value, dtype, shape });
}
