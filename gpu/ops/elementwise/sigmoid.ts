/** The logistic function, by e^−|x|, which never overflows. */
import { FLOATS } from '../checks.ts';
import { unaryOp, wgslCall } from '../elementwise.ts';

const SIGMOID_F32 = /* wgsl */ `fn sigmoid_f32(x: f32) -> f32 {
  let t = exp(-abs(x));
  return select(t, 1.0, x >= 0.0) / (1.0 + t);
}`;

export const SIGMOID = unaryOp({
  name: 'sigmoid',
  summary: '1 / (1 + e^−x)',
  onnx: 'Sigmoid',
  dtypes: FLOATS,
  functions: { sigmoid_f32: SIGMOID_F32 },
  cost: 4,
  compute: (x) => {
    const t = Math.exp(-Math.abs(x));
    return (x < 0 ? t : 1) / (1 + t);
  },
  wgsl: (x, dtype) => wgslCall('sigmoid_f32', x, dtype),
});
