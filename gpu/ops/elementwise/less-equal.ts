/** Comparison: a <= b. */
import { NUMBERS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const LESS_EQUAL = binaryOp({
  name: 'less_equal',
  summary: 'Whether a is at most b',
  onnx: 'LessOrEqual',
  dtypes: NUMBERS,
  result: 'bool',
  compute: (a, b) => Number(a <= b),
  wgsl: (a, b) => `(${a} <= ${b})`,
});
