/** Smallest element along axes; NaN wins. Of nothing it is ∞; of no i32 it is 0. */
import { reduction } from '../reductions.ts';

export const REDUCE_MIN = reduction({
  name: 'reduce_min',
  summary: 'Smallest element along the axes',
  onnx: { operator: 'ReduceMin', ofNothing: Infinity },
  compute(data, start, end) {
    let extreme = Infinity;
    for (let i = start; i < end; i++) extreme = Math.min(extreme, data[i]!);
    return extreme;
  },
});
