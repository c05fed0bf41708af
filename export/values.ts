/** Tensors as an engine gives them, under the graph's names. */
import type { TensorType } from '../gpu/ir/types.ts';
import type { NamedTensor } from '../graph/formats/safetensors.ts';
import type { LeafWords } from './target.ts';

/** An output or a port, row-major; f32, i32, or bool as words. */
export interface ComputedTensor {
  readonly name: string;
  readonly type: TensorType;
  readonly data: LeafWords;
}

/** A computed tensor as .safetensors has it. */
export function namedTensor({ name, type: { dtype, shape }, data }: ComputedTensor): NamedTensor {
  if (dtype === 'bool') return { name, dtype: 'BOOL', shape, bytes: Uint8Array.from(data) };
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dtype: dtype === 'i32' ? 'I32' : 'F32', shape, bytes };
}
