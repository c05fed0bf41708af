/** Layer normalisation over the last axis (Ba, Kiros, Hinton 2016), as `nn.LayerNorm`; the variance is that of the population. */
import { elementCount, type Attributes, type TensorType, type ValueId } from '../../ir/types.ts';
import { numberOf } from '../attributes.ts';
import { binary, constantLike } from '../broadcast.ts';
import { checkAtLeastRank, checkCount, checkDType, checkMatches, FLOATS } from '../checks.ts';
import { isWholeAxis } from '../part.ts';
import type { Emitter, HostTensor, OpRecord } from '../record.ts';

export const LAYER_NORM: OpRecord = {
  name: 'layer_norm',
  summary: '(x − mean) / √(variance + epsilon) over the last axis, times weight, plus bias; both may be missing',
  attributes: { epsilon: 'number' },
  wgsl: { kind: 'kernel', family: 'layer_norm' },
  onnx(writer, [x, weight, bias], attributes) {
    const { dtype, shape } = x!;
    const scale = weight ?? writer.number(1, { dtype, shape: shape.slice(-1) });
    const given = { axis: -1, epsilon: { float: numberOf(attributes, 'epsilon') } };
    return [writer.node('LayerNormalization', bias ? [x, scale, bias] : [x, scale], { dtype, shape }, given)];
  },
  infer(inputs) {
    checkCount(inputs, ['x', 'weight', 'bias'], 2);
    const [x, ...affine] = inputs as [TensorType, ...TensorType[]];
    checkDType(x, 'x', FLOATS);
    checkAtLeastRank(x, 'x', 1);
    for (const [index, type] of affine.entries()) {
      checkMatches(type, index === 0 ? 'weight' : 'bias', { dtype: x.dtype, shape: x.shape.slice(-1) });
    }
    return [x];
  },
  narrow(part, [x], attributes) {
    const axis = x!.shape.length - 1;
    return isWholeAxis(part[axis]!, x!.shape[axis]!) ? { operands: [part, null, null], attributes } : undefined;
  },
  evaluate: ([x, weight, bias], attributes) => [normalise(x!, numberOf(attributes, 'epsilon'), weight, bias)],
  decompose,
  flops: ([x]) => 8 * elementCount(x!.shape),
};

/** Two passes: the mean, then the squares of the differences, which loses nothing where the mean is large. */
function normalise(x: HostTensor, epsilon: number, weight?: HostTensor, bias?: HostTensor): HostTensor {
  const size = x.shape.at(-1)!;
  const data = new Float64Array(x.data.length);
  for (let row = 0; row < data.length; row += size) {
    let sum = 0;
    for (let i = row; i < row + size; i++) sum += x.data[i]!;
    const mean = sum / size;
    let squares = 0;
    for (let i = row; i < row + size; i++) squares += (x.data[i]! - mean) ** 2;
    const factor = 1 / Math.sqrt(squares / size + epsilon);
    for (let i = 0; i < size; i++) {
      const normal = (x.data[row + i]! - mean) * factor;
      data[row + i] = normal * (weight ? weight.data[i]! : 1) + (bias ? bias.data[i]! : 0);
    }
  }
  return { dtype: x.dtype, shape: x.shape, data };
}

function decompose(emitter: Emitter, inputs: readonly ValueId[], attributes: Attributes): ValueId[] {
  const [x, weight, bias] = inputs as [ValueId, ValueId?, ValueId?];
  const overLast = { axes: [emitter.typeOf(x).shape.length - 1], keepdims: true };
  const centred = binary(emitter, 'sub', x, emitter.emit('reduce_mean', [x], overLast));
  const variance = emitter.emit('reduce_mean', [emitter.emit('mul', [centred, centred])], overLast);
  const epsilon = constantLike(emitter, variance, numberOf(attributes, 'epsilon'));
  let y = binary(emitter, 'mul', centred, emitter.emit('rsqrt', [emitter.emit('add', [variance, epsilon])]));
  if (weight !== undefined) y = binary(emitter, 'mul', y, weight);
  if (bias !== undefined) y = binary(emitter, 'add', y, bias);
  return [y];
}
