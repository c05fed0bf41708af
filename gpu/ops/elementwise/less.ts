/** Comparison: a < b. */
import { NUMBERS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const LESS = binaryOp({
  name: 'less',
  summary: 'Whether a is below b',
  onnx: 'Less',
  dtypes: NUMBERS,
  result: 'bool',
  compute: (a, b) => Number(a < b),
  wgsl: (a, b) => `(${a} < ${b})`,
});
