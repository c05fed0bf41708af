/** Powers as PyTorch defines them; WGSL's own `pow` knows neither negative bases nor 0 to the power 0. */
import { FLOATS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

/** |a|^b, with the sign of an odd power, 1 for b = 0, and what the device makes of a negative base to a fraction. */
const POW_F32 = /* wgsl */ `fn pow_f32(a: f32, b: f32) -> f32 {
  if (b == 0.0) { return 1.0; }
  if (a == 0.0) { return select(1.0 / abs(a), 0.0, b > 0.0); }
  let magnitude = pow(abs(a), b);
  if (a > 0.0) { return magnitude; }
  if (b != floor(b)) { return sqrt(a); }
  let odd = b - 2.0 * floor(b * 0.5) == 1.0;
  return select(magnitude, -magnitude, odd);
}`;

export const POW = binaryOp({
  name: 'pow',
  summary: 'a to the power b',
  onnx: 'Pow',
  dtypes: FLOATS,
  functions: { pow_f32: POW_F32 },
  compute: (a, b) => a ** b,
  wgsl: (a, b, dtype) => (dtype === 'f16' ? `f16(pow_f32(f32(${a}), f32(${b})))` : `pow_f32(${a}, ${b})`),
});
