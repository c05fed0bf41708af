/**
 * The k largest elements along the last axis and where they stand, the largest first; of equal ones the earlier first.
 * A NaN counts as largest, as in PyTorch; the kernel, which may take for granted that there is none, passes over it.
 */
import { onnxCast } from '../onnx.ts';
import { IrError } from '../../ir/errors.ts';
import { elementCount, type TensorType } from '../../ir/types.ts';
import { numberOf } from '../attributes.ts';
import { checkAtLeastRank, checkCount, checkDType, NUMBERS } from '../checks.ts';
import type { HostTensor, OpRecord } from '../record.ts';

export const TOP_K: OpRecord = {
  name: 'top_k',
  summary: 'The k largest elements along the last axis, in descending order, and their positions as i32',
  attributes: { k: 'integer' },
  wgsl: { kind: 'kernel', family: 'top_k' },
  onnx(writer, [x], attributes) {
    const k = numberOf(attributes, 'k');
    const shape = [...x!.shape.slice(0, -1), k];
    const types = [
      { dtype: x!.dtype, shape },
      { dtype: 'i64', shape },
    ] as const;
    const [values, positions] = writer.nodes('TopK', [x, writer.integers([k])], types);
    return [values!, onnxCast(writer, positions!, 'i32')];
  },
  infer(inputs, attributes) {
    checkCount(inputs, ['x']);
    const [x] = inputs as [TensorType];
    const k = numberOf(attributes, 'k');
    checkDType(x, 'x', NUMBERS);
    checkAtLeastRank(x, 'x', 1);
    const size = x.shape.at(-1)!;
    if (k < 1 || k > size) throw new IrError(`k is ${k}; the last axis has ${size} elements`);
    const shape = [...x.shape.slice(0, -1), k];
    return [
      { dtype: x.dtype, shape },
      { dtype: 'i32', shape },
    ];
  },
  evaluate: ([x], attributes) => largest(x!, numberOf(attributes, 'k')),
  flops: ([x], attributes) => elementCount(x!.shape) * numberOf(attributes, 'k'),
};

function largest(x: HostTensor, k: number): HostTensor[] {
  const size = x.shape.at(-1)!;
  const shape = [...x.shape.slice(0, -1), k];
  const values = new Float64Array(elementCount(shape));
  const positions = new Float64Array(values.length);
  for (let row = 0; row * k < values.length; row++) {
    const elements = x.data.subarray(row * size, (row + 1) * size);
    const order = Array.from(elements.keys()).sort((a, b) => descending(elements[a]!, elements[b]!) || a - b);
    for (let rank = 0; rank < k; rank++) {
      positions[row * k + rank] = order[rank]!;
      values[row * k + rank] = elements[order[rank]!]!;
    }
  }
  return [
    { dtype: x.dtype, shape, data: values },
    { dtype: 'i32', shape, data: positions },
  ];
}

/** Below 0 where a comes first; NaN before every number. */
function descending(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a === b ? 0 : a > b ? -1 : 1;
}
