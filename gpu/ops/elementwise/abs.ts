/** Absolute value; i32 wraps at its smallest number. */
import { NUMBERS } from '../checks.ts';
import { unaryOp } from '../elementwise.ts';

export const ABS = unaryOp({
  name: 'abs',
  summary: '|x|',
  onnx: 'Abs',
  dtypes: NUMBERS,
  compute: (x, dtype) => (dtype === 'i32' ? Math.abs(x) | 0 : Math.abs(x)),
  wgsl: (x) => `abs(${x})`,
});
