/** Comparison: a >= b. */
import { NUMBERS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const GREATER_EQUAL = binaryOp({
  name: 'greater_equal',
  summary: 'Whether a is at least b',
  onnx: 'GreaterOrEqual',
  dtypes: NUMBERS,
  result: 'bool',
  compute: (a, b) => Number(a >= b),
  wgsl: (a, b) => `(${a} >= ${b})`,
});
