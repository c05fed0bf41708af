/** Where along an axis the largest element stands; of equal ones the first. A NaN counts as largest, as in PyTorch. */
import { onnxCast } from '../onnx.ts';
import { IrError } from '../../ir/errors.ts';
import { elementCount, type Attributes, type ValueId } from '../../ir/types.ts';
import { numberOf } from '../attributes.ts';
import { broadcastTo } from '../broadcast.ts';
import { checkAxis, checkCount, checkDType, NUMBERS } from '../checks.ts';
import type { Emitter, HostTensor, OpRecord } from '../record.ts';

export const ARGMAX: OpRecord = {
  name: 'argmax',
  summary: 'Position along the axis of the first largest element, as i32; the axis goes',
  attributes: { axis: 'integer' },
  wgsl: { kind: 'decomposed' },
  onnx(writer, [x], attributes) {
    const axis = numberOf(attributes, 'axis');
    const type = { dtype: 'i64', shape: x!.shape.toSpliced(axis, 1) } as const;
    return [onnxCast(writer, writer.node('ArgMax', [x], type, { axis, keepdims: 0 }), 'i32')];
  },
  infer(inputs, attributes) {
    checkCount(inputs, ['x']);
    const [x] = inputs;
    const axis = numberOf(attributes, 'axis');
    checkDType(x!, 'x', NUMBERS);
    checkAxis(axis, x!);
    if (x!.shape[axis] === 0) throw new IrError(`axis ${axis} has no elements`);
    return [{ dtype: 'i32', shape: x!.shape.toSpliced(axis, 1) }];
  },
  evaluate: ([x], attributes) => [firstLargest(x!, numberOf(attributes, 'axis'))],
  decompose,
  flops: ([x]) => 3 * elementCount(x!.shape),
};

function firstLargest({ shape, data }: HostTensor, axis: number): HostTensor {
  const size = shape[axis]!;
  const inner = elementCount(shape.slice(axis + 1));
  const result = shape.toSpliced(axis, 1);
  const positions = new Float64Array(elementCount(result));
  for (let i = 0; i < positions.length; i++) {
    const start = Math.floor(i / inner) * size * inner + (i % inner);
    for (let step = 1; step < size; step++) {
      const [value, best] = [data[start + step * inner]!, data[start + positions[i]! * inner]!];
      if (value > best || (Number.isNaN(value) && !Number.isNaN(best))) positions[i] = step;
    }
  }
  return { dtype: 'i32', shape: result, data: positions };
}

/** The smallest position whose element equals the maximum: two reductions, of which long ones are cut as all are. */
function decompose(emitter: Emitter, [x]: readonly ValueId[], attributes: Attributes): ValueId[] {
  const axis = numberOf(attributes, 'axis');
  const { shape } = emitter.typeOf(x!);
  const maximum = emitter.emit('reduce_max', [x!], { axes: [axis], keepdims: true });
  const type = { dtype: 'i32', shape };
  const equalsIt = emitter.emit('equal', [x!, broadcastTo(emitter, maximum, shape)]);
  // A NaN equals nothing, itself neither.
  const isLargest = emitter.emit('or', [equalsIt, emitter.emit('not_equal', [x!, x!])]);
  const positions = emitter.emit('select', [
    isLargest,
    emitter.emit('iota', [], { axis, ...type }),
    // A device that takes for granted that there is no NaN still gets a position inside.
    emitter.emit('constant', [], { value: shape[axis]! - 1, ...type }),
  ]);
  return [emitter.emit('reduce_min', [positions], { axes: [axis], keepdims: false })];
}
