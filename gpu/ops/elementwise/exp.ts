/** The exponential. */
import { FLOATS } from '../checks.ts';
import { unaryOp } from '../elementwise.ts';

export const EXP = unaryOp({
  name: 'exp',
  summary: 'e to the power x',
  onnx: 'Exp',
  dtypes: FLOATS,
  compute: Math.exp,
  wgsl: (x) => `exp(${x})`,
});
