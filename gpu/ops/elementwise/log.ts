/** The natural logarithm. */
import { FLOATS } from '../checks.ts';
import { unaryOp } from '../elementwise.ts';

export const LOG = unaryOp({
  name: 'log',
  summary: 'Natural logarithm of x',
  onnx: 'Log',
  dtypes: FLOATS,
  compute: Math.log,
  wgsl: (x) => `log(${x})`,
});
