/** Makes records of reductions: the elements along some axes become one. */
import { IrError } from '../ir/errors.ts';
import { elementCount, type Attributes, type TensorType } from '../ir/types.ts';
import { booleanOf, numbersOf } from './attributes.ts';
import { checkAxis, checkCount, checkDType, NUMBERS } from './checks.ts';
import { PERMUTE } from './movement/permute.ts';
import type { OnnxType, OnnxValue, OnnxWriter } from './onnx.ts';
import type { HostTensor, OpRecord } from './record.ts';

interface ReductionParts {
  readonly name: string;
  readonly summary: string;
  /** The operator of ONNX, and what a reduction of nothing gives, which ONNX Runtime refuses. */
  readonly onnx: { readonly operator: string; readonly ofNothing: number };
  readonly dtypes?: readonly TensorType['dtype'][];
  /** Of the elements from `start` to before `end`. */
  readonly compute: (data: Float64Array, start: number, end: number) => number;
}

/** A record of a reduction over `axes`, which stay as sizes of 1 with `keepdims`. */
export function reduction(parts: ReductionParts): OpRecord {
  return {
    name: parts.name,
    summary: parts.summary,
    attributes: { axes: 'integers', keepdims: 'boolean' },
    wgsl: { kind: 'kernel', family: 'reduce' },
    onnx: (writer, [x], attributes) => [reduceInOnnx(writer, x!, attributes, parts.onnx)],
    infer(inputs, attributes) {
      checkCount(inputs, ['x']);
      const [x] = inputs;
      checkDType(x!, 'x', parts.dtypes ?? NUMBERS);
      const axes = numbersOf(attributes, 'axes');
      for (const axis of axes) checkAxis(axis, x!);
      if (new Set(axes).size < axes.length) throw new IrError(`axes [${axes.join(',')}] name one twice`);
      return [resultType(x!, attributes)];
    },
    evaluate: ([x], attributes) => [reduce(x!, attributes, parts.compute)],
    flops: ([x]) => elementCount(x!.shape),
  };
}

function resultType<T extends OnnxType>(
  { dtype, shape }: T,
  attributes: Attributes,
): { dtype: T['dtype']; shape: number[] } {
  const axes = numbersOf(attributes, 'axes');
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return { dtype, shape: booleanOf(attributes, 'keepdims') ? kept : kept.filter((_, axis) => !axes.includes(axis)) };
}

/** The reduced axes move to the end, so that what becomes one element stands together. */
function reduce(x: HostTensor, attributes: Attributes, compute: ReductionParts['compute']): HostTensor {
  const axes = numbersOf(attributes, 'axes');
  const kept = [...x.shape.keys()].filter((axis) => !axes.includes(axis));
  const [together] = PERMUTE.evaluate([x], { axes: [...kept, ...axes] });
  const size = elementCount(axes.map((axis) => x.shape[axis]!));
  const type = resultType(x, attributes);
  const data = new Float64Array(elementCount(type.shape));
  for (let i = 0; i < data.length; i++) {
    const value = compute(together!.data, i * size, (i + 1) * size);
    data[i] = type.dtype === 'i32' ? value | 0 : value;
  }
  return { ...type, data };
}

/** Until operator set 18 only ReduceSum takes its axes as an operand. */
function reduceInOnnx(
  writer: OnnxWriter,
  x: OnnxValue,
  attributes: Attributes,
  { operator, ofNothing }: ReductionParts['onnx'],
): OnnxValue {
  const type = resultType(x, attributes);
  const axes = numbersOf(attributes, 'axes');
  // No axes would mean all of them.
  if (axes.length === 0) return x;
  if (elementCount(x.shape) === 0) return writer.number(x.dtype === 'i32' ? 0 : ofNothing, type);
  const keepdims = Number(booleanOf(attributes, 'keepdims'));
  if (operator === 'ReduceSum') return writer.node(operator, [x, writer.integers(axes)], type, { keepdims });
  return writer.node(operator, [x], type, { axes, keepdims });
}
