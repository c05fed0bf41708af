/** The square root. */
import { FLOATS } from '../checks.ts';
import { unaryOp } from '../elementwise.ts';

export const SQRT = unaryOp({
  name: 'sqrt',
  summary: '√x',
  onnx: 'Sqrt',
  dtypes: FLOATS,
  compute: Math.sqrt,
  wgsl: (x) => `sqrt(${x})`,
});
