/** How far an export's values are from the graph's own. */
import type { ComputedTensor } from '../values.ts';

/** Relative L2 distance that float32 engines may have from each other. */
export const LIMIT = 1e-5;

export interface Comparison {
  readonly name: string;
  readonly shape: readonly number[];
  /** ‖got − want‖ / ‖want‖; infinite where shapes differ, or a number is finite on one side only. */
  readonly distance: number;
}

/** The values in the given order; what the export lacks is infinitely far. */
export function compareAll(
  wanted: readonly ComputedTensor[],
  got: ReadonlyMap<string, ComputedTensor>,
): readonly Comparison[] {
  return wanted.map((want) => {
    const have = got.get(want.name);
    return { name: want.name, shape: want.type.shape, distance: have ? distanceBetween(have, want) : Infinity };
  });
}

function distanceBetween(got: ComputedTensor, want: ComputedTensor): number {
  if (got.type.shape.join() !== want.type.shape.join() || got.type.dtype !== want.type.dtype) return Infinity;
  let difference = 0;
  let norm = 0;
  for (const [i, b] of want.data.entries()) {
    const a = got.data[i]!;
    // Infinities and NaN have no distance; they must be the same.
    if (Object.is(a, b)) {
      norm += Number.isFinite(b) ? b * b : 0;
      continue;
    }
    if (!Number.isFinite(a) || !Number.isFinite(b)) return Infinity;
    difference += (a - b) ** 2;
    norm += b * b;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / norm);
}
