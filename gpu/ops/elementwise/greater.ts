/** Comparison: a > b. */
import { NUMBERS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const GREATER = binaryOp({
  name: 'greater',
  summary: 'Whether a is above b',
  onnx: 'Greater',
  dtypes: NUMBERS,
  result: 'bool',
  compute: (a, b) => Number(a > b),
  wgsl: (a, b) => `(${a} > ${b})`,
});
