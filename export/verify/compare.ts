/** How far an export's values are from the graph's own. */
import type { ComputedTensor } from '../values.ts';
import { distanceBetween } from './distance.ts';

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
    return { name: want.name, shape: want.type.shape, distance: have ? distanceTo(want, have) : Infinity };
  });
}

function distanceTo(want: ComputedTensor, got: ComputedTensor): number {
  if (got.type.shape.join() !== want.type.shape.join() || got.type.dtype !== want.type.dtype) return Infinity;
  return distanceBetween(want.data, got.data).relativeL2;
}
