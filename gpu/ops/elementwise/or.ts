/** Logical disjunction. */
import { BOOLS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const OR = binaryOp({
  name: 'or',
  summary: 'Whether a or b is true',
  onnx: 'Or',
  dtypes: BOOLS,
  compute: (a, b) => Math.max(a, b),
  wgsl: (a, b) => `(${a} || ${b})`,
});
