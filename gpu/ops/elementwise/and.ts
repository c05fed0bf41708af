/** Logical conjunction. */
import { BOOLS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const AND = binaryOp({
  name: 'and',
  summary: 'Whether both a and b are true',
  onnx: 'And',
  dtypes: BOOLS,
  compute: (a, b) => a * b,
  wgsl: (a, b) => `(${a} && ${b})`,
});
