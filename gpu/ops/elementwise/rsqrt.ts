/** The reciprocal of the square root. */
import { FLOATS } from '../checks.ts';
import { unaryOp } from '../elementwise.ts';

export const RSQRT = unaryOp({
  name: 'rsqrt',
  summary: '1 / √x',
  onnx: (writer, [x]) => [writer.elementwise('Reciprocal', [writer.elementwise('Sqrt', [x!])])],
  dtypes: FLOATS,
  compute: (x) => 1 / Math.sqrt(x),
  wgsl: (x) => `inverseSqrt(${x})`,
});
