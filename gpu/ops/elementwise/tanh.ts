/** The hyperbolic tangent. */
import { FLOATS } from '../checks.ts';
import { unaryOp, wgslCall } from '../elementwise.ts';
import { TANH_F32 } from '../special/tanh.ts';

export const TANH = unaryOp({
  name: 'tanh',
  summary: 'Hyperbolic tangent of x',
  onnx: 'Tanh',
  dtypes: FLOATS,
  functions: { tanh_f32: TANH_F32 },
  cost: 10,
  compute: Math.tanh,
  wgsl: (x, dtype) => wgslCall('tanh_f32', x, dtype),
});
