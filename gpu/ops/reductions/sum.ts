/** Sum along axes; of nothing it is 0. i32 wraps. */
import { reduction } from '../reductions.ts';

export const REDUCE_SUM = reduction({
  name: 'reduce_sum',
  summary: 'Sum along the axes',
  onnx: { operator: 'ReduceSum', ofNothing: 0 },
  compute: sum,
});

export function sum(data: Float64Array, start: number, end: number): number {
  let total = 0;
  for (let i = start; i < end; i++) total += data[i]!;
  return total;
}
