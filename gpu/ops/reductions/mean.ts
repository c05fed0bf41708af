/** Mean along axes; of nothing it is NaN. */
import { FLOATS } from '../checks.ts';
import { reduction } from '../reductions.ts';
import { sum } from './sum.ts';

export const REDUCE_MEAN = reduction({
  name: 'reduce_mean',
  summary: 'Mean along the axes',
  onnx: { operator: 'ReduceMean', ofNothing: NaN },
  dtypes: FLOATS,
  compute: (data, start, end) => sum(data, start, end) / (end - start),
});
