/** Largest element along axes; NaN wins. Of nothing it is −∞; of no i32 it is 0. */
import { reduction } from '../reductions.ts';

export const REDUCE_MAX = reduction({
  name: 'reduce_max',
  summary: 'Largest element along the axes',
  onnx: { operator: 'ReduceMax', ofNothing: -Infinity },
  compute(data, start, end) {
    let extreme = -Infinity;
    for (let i = start; i < end; i++) extreme = Math.max(extreme, data[i]!);
    return extreme;
  },
});
