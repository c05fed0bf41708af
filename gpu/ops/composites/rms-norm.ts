/** Root mean square normalisation over the last axis (Zhang, Sennrich 2019), as `nn.RMSNorm`. */
import { elementCount, type Attributes, type TensorType, type ValueId } from '../../ir/types.ts';
import { numberOf } from '../attributes.ts';
import { binary, constantLike } from '../broadcast.ts';
import { checkAtLeastRank, checkCount, checkDType, checkMatches, FLOATS } from '../checks.ts';
import { isWholeAxis } from '../part.ts';
import type { Emitter, HostTensor, OpRecord } from '../record.ts';

export const RMS_NORM: OpRecord = {
  name: 'rms_norm',
  summary: 'x / √(mean of x² + epsilon) over the last axis, times weight, which may be missing',
  attributes: { epsilon: 'number' },
  wgsl: { kind: 'decomposed' },
  onnx: 'decomposed',
  infer(inputs) {
    checkCount(inputs, ['x', 'weight'], 1);
    const [x, weight] = inputs as [TensorType, TensorType?];
    checkDType(x, 'x', FLOATS);
    checkAtLeastRank(x, 'x', 1);
    if (weight) checkMatches(weight, 'weight', { dtype: x.dtype, shape: x.shape.slice(-1) });
    return [x];
  },
  narrow(part, [x], attributes) {
    const axis = x!.shape.length - 1;
    return isWholeAxis(part[axis]!, x!.shape[axis]!) ? { operands: [part, null], attributes } : undefined;
  },
  evaluate: ([x, weight], attributes) => [normalise(x!, numberOf(attributes, 'epsilon'), weight)],
  decompose,
  flops: ([x]) => 5 * elementCount(x!.shape),
};

function normalise(x: HostTensor, epsilon: number, weight?: HostTensor): HostTensor {
  const size = x.shape.at(-1)!;
  const data = new Float64Array(x.data.length);
  for (let row = 0; row < data.length; row += size) {
    let squares = 0;
    for (let i = row; i < row + size; i++) squares += x.data[i]! ** 2;
    const factor = 1 / Math.sqrt(squares / size + epsilon);
    for (let i = 0; i < size; i++) data[row + i] = x.data[row + i]! * factor * (weight ? weight.data[i]! : 1);
  }
  return { dtype: x.dtype, shape: x.shape, data };
}

function decompose(emitter: Emitter, inputs: readonly ValueId[], attributes: Attributes): ValueId[] {
  const [x, weight] = inputs as [ValueId, ValueId?];
  const overLast = { axes: [emitter.typeOf(x).shape.length - 1], keepdims: true };
  const squares = emitter.emit('reduce_mean', [emitter.emit('mul', [x, x])], overLast);
  const steadied = emitter.emit('add', [squares, constantLike(emitter, squares, numberOf(attributes, 'epsilon'))]);
  const y = binary(emitter, 'mul', x, emitter.emit('rsqrt', [steadied]));
  return [weight === undefined ? y : binary(emitter, 'mul', y, weight)];
}
