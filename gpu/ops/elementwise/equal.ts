/** Comparison: a == b. */
import { ANY_DTYPE } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const EQUAL = binaryOp({
  name: 'equal',
  summary: 'Whether a equals b',
  onnx: 'Equal',
  dtypes: ANY_DTYPE,
  result: 'bool',
  compute: (a, b) => Number(a === b),
  wgsl: (a, b) => `(${a} == ${b})`,
});
