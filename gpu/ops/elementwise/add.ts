/** Addition; i32 wraps. */
import { NUMBERS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const ADD = binaryOp({
  name: 'add',
  summary: 'a + b',
  onnx: 'Add',
  dtypes: NUMBERS,
  compute: (a, b, dtype) => (dtype === 'i32' ? (a + b) | 0 : a + b),
  wgsl: (a, b) => `(${a} + ${b})`,
});
