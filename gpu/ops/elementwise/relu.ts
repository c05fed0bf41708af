/** The rectifier; NaN stays NaN. */
import { NUMBERS } from '../checks.ts';
import { unaryOp } from '../elementwise.ts';

export const RELU = unaryOp({
  name: 'relu',
  summary: 'x where it is positive, else 0',
  onnx: 'Relu',
  dtypes: NUMBERS,
  compute: (x) => (x <= 0 ? 0 : x),
  wgsl: (x, dtype) => `max(${x}, ${dtype}(0))`,
});
