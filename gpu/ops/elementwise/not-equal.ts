/** Comparison: a != b. */
import { onnxNot } from '../onnx.ts';
import { ANY_DTYPE } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const NOT_EQUAL = binaryOp({
  name: 'not_equal',
  summary: 'Whether a differs from b',
  onnx: onnxNot('Equal'),
  dtypes: ANY_DTYPE,
  result: 'bool',
  compute: (a, b) => Number(a !== b),
  wgsl: (a, b) => `(${a} != ${b})`,
});
