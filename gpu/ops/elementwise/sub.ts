/** Subtraction; i32 wraps. */
import { NUMBERS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const SUB = binaryOp({
  name: 'sub',
  summary: 'a − b',
  onnx: 'Sub',
  dtypes: NUMBERS,
  compute: (a, b, dtype) => (dtype === 'i32' ? (a - b) | 0 : a - b),
  wgsl: (a, b) => `(${a} - ${b})`,
});
