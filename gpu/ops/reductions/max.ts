/** Largest element along axes; NaN wins. Of nothing it is -∞, so of floats only there. */
import { reduction } from '../reductions.ts';

export const REDUCE_MAX = reduction({
  name: 'reduce_max',
  summary: 'Largest element along the axes',
  compute(data, start, end) {
    let extreme = -Infinity;
    for (let i = start; i < end; i++) extreme = Math.max(extreme, data[i]!);
    return extreme;
  },
});
