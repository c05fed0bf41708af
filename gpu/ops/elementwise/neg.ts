/** Negation; i32 wraps. */
import { NUMBERS } from '../checks.ts';
import { unaryOp } from '../elementwise.ts';

export const NEG = unaryOp({
  name: 'neg',
  summary: '−x',
  onnx: 'Neg',
  dtypes: NUMBERS,
  compute: (x, dtype) => (dtype === 'i32' ? -x | 0 : -x),
  wgsl: (x) => `(-${x})`,
});
