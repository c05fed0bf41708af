/** What nodes without inputs share: their sizes are a `dims` parameter named `shape`. */
import { dimsOf } from '../../graph/dims.ts';
import { ExpressionError } from '../../graph/expression-syntax.ts';
import { describeShape, MAX_RANK } from '../../graph/patterns.ts';
import type { Flow, InferContext, InferResult } from '../../graph/signature.ts';
import { failure, single } from '../shapes.ts';

export function inferDims({ params }: InferContext, flow: Flow): InferResult {
  try {
    const dims = dimsOf(params['shape']!, {});
    if (dims.length > MAX_RANK) {
      const message = `a shape has at most ${MAX_RANK} dimensions, not ${dims.length}`;
      return failure({ code: 'shape.rank', message, param: 'shape' });
    }
    if (dims.every(({ size }) => size >= 0)) return single({ dims, dtype: 'f32', flow });
    const message = `nothing says what -1 stands for in ${describeShape(dims)}; write the size`;
    return failure({ code: 'shape.dims', message, param: 'shape' });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return failure({ code: 'shape.dims', message: error.message, param: 'shape' });
  }
}
