/** Softmax along an axis, from differences to the maximum, so that nothing overflows. */
import { elementCount, type Attributes, type ValueId } from '../../ir/types.ts';
import { numberOf } from '../attributes.ts';
import { binary } from '../broadcast.ts';
import { checkAxis, checkCount, checkDType, FLOATS } from '../checks.ts';
import { isWholeAxis } from '../part.ts';
import type { Emitter, HostTensor, OpRecord } from '../record.ts';

export const SOFTMAX: OpRecord = {
  name: 'softmax',
  summary: 'e^x / Σ e^x along the axis',
  attributes: { axis: 'integer' },
  wgsl: { kind: 'kernel', family: 'softmax' },
  onnx: (writer, [x], attributes) => [
    writer.node('Softmax', [x], { dtype: x!.dtype, shape: x!.shape }, { axis: numberOf(attributes, 'axis') }),
  ],
  infer(inputs, attributes) {
    checkCount(inputs, ['x']);
    checkDType(inputs[0]!, 'x', FLOATS);
    checkAxis(numberOf(attributes, 'axis'), inputs[0]!);
    return [inputs[0]!];
  },
  narrow(part, [x], attributes) {
    const axis = numberOf(attributes, 'axis');
    return isWholeAxis(part[axis]!, x!.shape[axis]!) ? { operands: [part], attributes } : undefined;
  },
  evaluate([x], attributes): HostTensor[] {
    const axis = numberOf(attributes, 'axis');
    const { dtype, shape } = x!;
    const data = Float64Array.from(x!.data);
    const inner = elementCount(shape.slice(axis + 1));
    const size = shape[axis]!;
    for (let outer = 0; outer < data.length; outer += size * inner) {
      for (let i = 0; i < inner; i++) softmaxInPlace(data, outer + i, size, inner);
    }
    return [{ dtype, shape, data }];
  },
  decompose,
  flops: ([x]) => 5 * elementCount(x!.shape),
};

/** Softmax of `count` numbers that stand `stride` apart. */
export function softmaxInPlace(data: Float64Array, start: number, count: number, stride = 1): void {
  const end = start + count * stride;
  let maximum = -Infinity;
  for (let i = start; i < end; i += stride) maximum = Math.max(maximum, data[i]!);
  let sum = 0;
  for (let i = start; i < end; i += stride) {
    const value = Math.exp(data[i]! - maximum);
    data[i] = value;
    sum += value;
  }
  for (let i = start; i < end; i += stride) data[i]! /= sum;
}

function decompose(emitter: Emitter, [x]: readonly ValueId[], attributes: Attributes): ValueId[] {
  const along = { axes: [numberOf(attributes, 'axis')], keepdims: true };
  const exponentials = emitter.emit('exp', [binary(emitter, 'sub', x!, emitter.emit('reduce_max', [x!], along))]);
  return [binary(emitter, 'div', exponentials, emitter.emit('reduce_sum', [exponentials], along))];
}
