/** The logarithm of 1 + x, exact for small x. */
import { FLOATS } from '../checks.ts';
import { unaryOp, wgslCall } from '../elementwise.ts';
import { LOG1P_F32 } from '../special/log1p.ts';

export const LOG1P = unaryOp({
  name: 'log1p',
  summary: 'Natural logarithm of 1 + x',
  dtypes: FLOATS,
  functions: { log1p_f32: LOG1P_F32 },
  cost: 10,
  compute: Math.log1p,
  wgsl: (x, dtype) => wgslCall('log1p_f32', x, dtype),
});
