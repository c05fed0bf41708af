/** Weights as they are written beside the graph: float32, whatever the file has them in. */
import { firstNonFinite } from '../../graph/formats/finite.ts';
import type { LateTensor } from '../../graph/formats/safetensors.ts';
import { ImportError } from '../import-error.ts';
import type { Constant } from './constant.ts';

/** A weight under its path in the graph. */
export interface ImportedWeight {
  readonly path: string;
  readonly constant: Constant;
}

/** @throws {ImportError} for a number that float32 does not hold, and for bytes that are not as many as the sizes say. */
export function weightNumbers(path: string, { numbers }: Constant): Float32Array {
  const wide = numbers();
  const narrow = Float32Array.from(wide);
  const lost = wide.findIndex((value, index) => Number.isFinite(value) && !Number.isFinite(narrow[index]!));
  if (lost === -1) return narrow;
  throw new ImportError(`weight ${path}: its number ${lost} is ${wide[lost]}, which float32 does not hold`);
}

/** Its numbers are computed when it is its turn. */
export interface WeightToWrite extends Omit<LateTensor, 'read'> {
  readonly read: () => Uint8Array;
}

/**
 * As it is written to a .safetensors file: one after the other, as a model may be larger than memory.
 * @param onNonFinite told where the first value that is no number is, once it is read.
 */
export function lateTensor(
  { path, constant }: ImportedWeight,
  onNonFinite: (element: number) => void = () => undefined,
): WeightToWrite {
  const read = (): Uint8Array => {
    const bytes = new Uint8Array(weightNumbers(path, constant).buffer);
    const element = firstNonFinite('F32', bytes);
    if (element >= 0) onNonFinite(element);
    return bytes;
  };
  return { name: path, dtype: 'F32', shape: constant.dims, read };
}
