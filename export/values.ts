/** Tensors as an engine gives them, under the graph's names. */
import type { TensorType } from '../gpu/ir/types.ts';
import type { LeafWords } from './target.ts';

/** An output or a port, row-major; f32, i32, or bool as words. */
export interface ComputedTensor {
  readonly name: string;
  readonly type: TensorType;
  readonly data: LeafWords;
}
