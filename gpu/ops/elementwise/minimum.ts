/** The smaller of two numbers; NaN wins. */
import { NUMBERS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const MINIMUM = binaryOp({
  name: 'minimum',
  summary: 'The smaller of a and b',
  onnx: 'Min',
  dtypes: NUMBERS,
  compute: (a, b) => Math.min(a, b),
  wgsl: (a, b) => `min(${a}, ${b})`,
});
