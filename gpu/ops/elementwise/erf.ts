/** The error function. */
import { FLOATS } from '../checks.ts';
import { unaryOp, wgslCall } from '../elementwise.ts';
import { erf, ERF_F32 } from '../special/erf.ts';

export const ERF = unaryOp({
  name: 'erf',
  summary: '2/√π · ∫₀ˣ e^−t² dt',
  onnx: 'Erf',
  dtypes: FLOATS,
  functions: { erf_f32: ERF_F32 },
  cost: 40,
  compute: erf,
  wgsl: (x, dtype) => wgslCall('erf_f32', x, dtype),
});
