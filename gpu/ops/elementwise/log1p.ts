/** The logarithm of 1 + x, exact for small x. */
import { onnxNumber, type OnnxValue, type OnnxWriter } from '../onnx.ts';
import { FLOATS } from '../checks.ts';
import { unaryOp, wgslCall } from '../elementwise.ts';
import { LOG1P_F32 } from '../special/log1p.ts';

export const LOG1P = unaryOp({
  name: 'log1p',
  summary: 'Natural logarithm of 1 + x',
  onnx: (writer, [x]) => [logOfOnePlus(writer, x!)],
  dtypes: FLOATS,
  functions: { log1p_f32: LOG1P_F32 },
  cost: 10,
  compute: Math.log1p,
  wgsl: (x, dtype) => wgslCall('log1p_f32', x, dtype),
});

/**
 * ONNX has no such operator. For u = fl(1 + x), log(u) · x / (u − 1) takes back what rounding did to u (Kahan); where
 * u = 1 the logarithm is x, and from x = 1 on log(u) itself is exact enough.
 */
function logOfOnePlus(writer: OnnxWriter, x: OnnxValue): OnnxValue {
  const one = onnxNumber(writer, 1, x);
  const u = writer.elementwise('Add', [x, one]);
  const log = writer.elementwise('Log', [u]);
  const mended = writer.elementwise('Mul', [log, writer.elementwise('Div', [x, writer.elementwise('Sub', [u, one])])]);
  const small = writer.elementwise('Where', [writer.elementwise('Equal', [u, one], 'bool'), x, mended]);
  return writer.elementwise('Where', [writer.elementwise('GreaterOrEqual', [x, one], 'bool'), log, small]);
}
