/** A linear layer: `nn.Linear`, whose weight is [out, in]. */
import { onnxMatmul } from '../onnx.ts';
import { elementCount, type Attributes, type TensorType, type ValueId } from '../../ir/types.ts';
import { broadcastTo } from '../broadcast.ts';
import { checkAtLeastRank, checkCount, checkDType, checkMatches, checkRank, FLOATS } from '../checks.ts';
import { addProduct, rowMajor, transposed } from '../matmul-float64.ts';
import { isWhole, wholeAxis } from '../part.ts';
import type { Emitter, HostTensor, OpRecord } from '../record.ts';
import { finish } from '../steps.ts';

export const LINEAR: OpRecord = {
  name: 'linear',
  summary: 'x[…, in] · weight[out, in]ᵀ + bias[out]; the bias may be missing',
  attributes: {},
  wgsl: { kind: 'kernel', family: 'matmul' },
  // ONNX Runtime transposes the weight once, when it loads the model.
  onnx(writer, [x, weight, bias]) {
    const { dtype, shape } = x!;
    const [out, depth] = weight!.shape as [number, number];
    const matrix = writer.node('Transpose', [weight], { dtype, shape: [depth, out] }, { perm: [1, 0] });
    const product = onnxMatmul(writer, x!, matrix, [...shape.slice(0, -1), out]);
    return [bias ? writer.elementwise('Add', [product, bias]) : product];
  },
  infer(inputs) {
    checkCount(inputs, ['x', 'weight', 'bias'], 1);
    const [x, weight, bias] = inputs as [TensorType, TensorType, TensorType?];
    checkDType(x, 'x', FLOATS);
    checkAtLeastRank(x, 'x', 1);
    checkRank(weight, 'weight', 2);
    const out = weight.shape[0]!;
    checkMatches(weight, 'weight', { dtype: x.dtype, shape: [out, x.shape.at(-1)!] });
    if (bias) checkMatches(bias, 'bias', { dtype: x.dtype, shape: [out] });
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, -1), out] }];
  },
  narrow(part, [x, weight], attributes) {
    if (!isWhole(part.slice(-1), weight!.shape.slice(0, 1))) return undefined;
    return { operands: [[...part.slice(0, -1), wholeAxis(x!.shape.at(-1)!)], null, null], attributes };
  },
  evaluate: (inputs) => finish(apply(inputs)),
  evaluateInSteps: apply,
  decompose,
  flops([x, weight, bias]) {
    const rows = elementCount(x!.shape.slice(0, -1));
    const [out, depth] = weight!.shape as [number, number];
    return 2 * rows * out * depth + (bias ? rows * out : 0);
  },
};

function* apply([x, weight, bias]: readonly HostTensor[]): Generator<void, HostTensor[]> {
  const [columns, depth] = weight!.shape as [number, number];
  const rows = elementCount(x!.shape.slice(0, -1));
  const data = new Float64Array(rows * columns);
  if (bias) for (let row = 0; row < rows; row++) data.set(bias.data, row * columns);
  const right = transposed(rowMajor(weight!.data, depth));
  yield* addProduct(rowMajor(x!.data, depth), right, [rows, columns, depth], data);
  return [{ dtype: x!.dtype, shape: [...x!.shape.slice(0, -1), columns], data }];
}

/** One matmul over all rows, so that leading dimensions need no copies of the weight. */
function decompose(emitter: Emitter, inputs: readonly ValueId[], _attributes: Attributes): ValueId[] {
  const [x, weight, bias] = inputs as [ValueId, ValueId, ValueId?];
  const leading = emitter.typeOf(x).shape.slice(0, -1);
  const [out, depth] = emitter.typeOf(weight).shape as [number, number];
  const rows = emitter.emit('reshape', [x], { shape: [elementCount(leading), depth] });
  const product = emitter.emit('matmul', [rows, emitter.emit('permute', [weight], { axes: [1, 0] })]);
  const sum =
    bias === undefined
      ? product
      : emitter.emit('add', [product, broadcastTo(emitter, bias, emitter.typeOf(product).shape)]);
  return [emitter.emit('reshape', [sum], { shape: [...leading, out] })];
}
