/** Division; of i32 it truncates towards zero, and a division by 0 gives the dividend, as in WGSL. */
import { NUMBERS } from '../checks.ts';
import { binaryOp } from '../elementwise.ts';

export const DIV = binaryOp({
  name: 'div',
  summary: 'a / b',
  dtypes: NUMBERS,
  compute: (a, b, dtype) => {
    if (dtype !== 'i32') return a / b;
    return b === 0 ? a : (a / b) | 0;
  },
  wgsl: (a, b) => `(${a} / ${b})`,
});
