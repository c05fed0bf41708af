/** Products of matrices: the last two dimensions multiply, those before are equal and run in step. */
import { onnxMatmul } from '../onnx.ts';
import { IrError } from '../../ir/errors.ts';
import { printType } from '../../ir/printer.ts';
import { elementCount, type TensorType } from '../../ir/types.ts';
import { checkAtLeastRank, checkCount, checkDType, FLOATS, sameShape } from '../checks.ts';
import { addProduct, rowMajor } from '../matmul-float64.ts';
import { isWhole, wholeAxis } from '../part.ts';
import type { HostTensor, OpRecord } from '../record.ts';
import { finish } from '../steps.ts';

export const MATMUL: OpRecord = {
  name: 'matmul',
  summary: 'a[…, M, K] · b[…, K, N]',
  attributes: {},
  wgsl: { kind: 'kernel', family: 'matmul' },
  onnx(writer, [a, b]) {
    const shape = [...a!.shape.slice(0, -1), b!.shape.at(-1)!];
    return [onnxMatmul(writer, a!, b!, shape)];
  },
  infer(inputs) {
    checkCount(inputs, ['a', 'b']);
    const [a, b] = inputs as [TensorType, TensorType];
    checkDType(a, 'a', FLOATS);
    checkAtLeastRank(a, 'a', 2);
    const [rows, depth, columns] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
    const leading = a.shape.slice(0, -2);
    if (a.dtype !== b.dtype || !sameShape(b.shape.slice(0, -1), [...leading, depth])) {
      throw new IrError(`a is ${printType(a)}, b is ${printType(b)}; wanted [${[...leading, depth, 'N'].join(',')}]`);
    }
    return [{ dtype: a.dtype, shape: [...leading, rows, columns] }];
  },
  // Rows may be cut; a cut of columns would leave b where its vectors do not begin.
  narrow(part, [a, b], attributes) {
    const [depth, columns] = b!.shape.slice(-2) as [number, number];
    if (!isWhole(part.slice(-1), [columns])) return undefined;
    const leading = part.slice(0, -2);
    return {
      operands: [
        [...part.slice(0, -1), wholeAxis(depth)],
        isWhole(leading, a!.shape) ? null : [...leading, wholeAxis(depth), wholeAxis(columns)],
      ],
      attributes,
    };
  },
  evaluate: (inputs) => finish(multiply(inputs)),
  evaluateInSteps: multiply,
  flops: ([a, b]) => 2 * elementCount(a!.shape) * b!.shape.at(-1)!,
};

function* multiply([a, b]: readonly HostTensor[]): Generator<void, HostTensor[]> {
  const [rows, depth, columns] = [a!.shape.at(-2)!, a!.shape.at(-1)!, b!.shape.at(-1)!];
  const shape = [...a!.shape.slice(0, -1), columns];
  const data = new Float64Array(elementCount(shape));
  const batch = elementCount(shape.slice(0, -2));
  for (let i = 0; i < batch; i++) {
    const left = rowMajor(a!.data, depth, i * rows * depth);
    const right = rowMajor(b!.data, columns, i * depth * columns);
    yield* addProduct(left, right, [rows, columns, depth], data, i * rows * columns);
  }
  return [{ dtype: a!.dtype, shape, data }];
}
