/** The reciprocal. */
import { FLOATS } from '../checks.ts';
import { unaryOp } from '../elementwise.ts';

export const RECIPROCAL = unaryOp({
  name: 'reciprocal',
  summary: '1 / x',
  onnx: 'Reciprocal',
  dtypes: FLOATS,
  compute: (x) => 1 / x,
  wgsl: (x) => `(1 / ${x})`,
});
