/**
 * Conversion between dtypes. To i32: towards zero, saturating, NaN to 0, as WGSL converts. To bool: whether it differs
 * from 0. Between floats the float64 evaluation rounds nothing: it is the yardstick.
 */
import { onnxConvert } from '../onnx.ts';
import { elementCount, type DType } from '../../ir/types.ts';
import { dtypeOf } from '../attributes.ts';
import { checkCount } from '../checks.ts';
import { mapUnary } from '../elementwise.ts';
import type { OpRecord } from '../record.ts';

export const CAST: OpRecord = {
  name: 'cast',
  summary: 'x as another dtype',
  attributes: { dtype: 'dtype' },
  wgsl: { kind: 'expression', emit: ([x], attributes) => `${dtypeOf(attributes, 'dtype')}(${x})` },
  onnx: (writer, [x], attributes) => [onnxConvert(writer, x!, attributes)],
  infer(inputs, attributes) {
    checkCount(inputs, ['x']);
    return [{ dtype: dtypeOf(attributes, 'dtype'), shape: inputs[0]!.shape }];
  },
  evaluate([x], attributes) {
    const dtype = dtypeOf(attributes, 'dtype');
    return [mapUnary(x!, dtype, converter(x!.dtype, dtype))];
  },
  flops: ([x]) => elementCount(x!.shape),
};

function converter(from: DType, to: DType): (x: number) => number {
  switch (to) {
    case 'f32':
    case 'f16':
      return (x) => x;
    case 'i32':
      return from === 'f32' || from === 'f16' ? saturate : (x) => x;
    case 'bool':
      return (x) => Number(x !== 0);
    default:
      return to satisfies never;
  }
}

function saturate(x: number): number {
  if (Number.isNaN(x)) return 0;
  return Math.trunc(Math.min(Math.max(x, -(2 ** 31)), 2 ** 31 - 1)) | 0;
}
