/** Multiplication; i32 wraps. */
import { NUMBERS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const MUL = binaryOp({
  name: 'mul',
  summary: 'a · b',
  onnx: 'Mul',
  dtypes: NUMBERS,
  compute: (a, b, dtype) => (dtype === 'i32' ? Math.imul(a, b) : a * b),
  wgsl: (a, b) => `(${a} * ${b})`,
});
