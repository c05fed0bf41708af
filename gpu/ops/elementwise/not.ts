/** Logical negation. */
import { BOOLS } from '../checks.ts';
import { unaryOp } from '../elementwise.ts';

export const NOT = unaryOp({
  name: 'not',
  summary: 'Whether x is false',
  onnx: 'Not',
  dtypes: BOOLS,
  compute: (x) => 1 - x,
  wgsl: (x) => `(!${x})`,
});
