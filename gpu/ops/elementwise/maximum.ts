/** The larger of two numbers; NaN wins. */
import { NUMBERS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const MAXIMUM = binaryOp({
  name: 'maximum',
  summary: 'The larger of a and b',
  onnx: 'Max',
  dtypes: NUMBERS,
  compute: (a, b) => Math.max(a, b),
  wgsl: (a, b) => `max(${a}, ${b})`,
});
