/** Reads what `patchbay run --out` wrote. */
import { readFileSync } from 'node:fs';
import { bytesSource, readSafetensorAs, readSafetensorsHeader } from '../../graph/formats/safetensors.ts';

export interface ResultFile {
  readonly metadata: Readonly<Record<string, string>>;
  /** Every tensor as float32, by name. */
  readonly tensors: ReadonlyMap<
    string,
    { readonly dtype: string; readonly shape: readonly number[]; readonly data: Float32Array }
  >;
}

export async function readResults(path: string): Promise<ResultFile> {
  const source = bytesSource(readFileSync(path));
  const { metadata, entries } = await readSafetensorsHeader(source);
  const tensors = new Map();
  for (const [name, entry] of entries) {
    tensors.set(name, { dtype: entry.dtype, shape: entry.shape, data: await readSafetensorAs(source, entry, 'f32') });
  }
  return { metadata, tensors };
}

/** ‖a − b‖ / ‖b‖; infinite where lengths differ or a value is not finite. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let [difference, norm] = [0, 0];
  for (let index = 0; index < a.length; index++) {
    if (!Number.isFinite(a[index])) return Infinity;
    difference += (a[index]! - b[index]!) ** 2;
    norm += b[index]! ** 2;
  }
  return Math.sqrt(difference / (norm || 1));
}
