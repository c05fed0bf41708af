/** How far two tensors of one shape are from each other. */
import type { LeafWords } from '../target.ts';

export interface Distance {
  /** ‖b − a‖ / ‖a‖; infinite where a is zero and b is not, or a number is finite on one side only. */
  readonly relativeL2: number;
  /** max |b − a|, infinite likewise. */
  readonly maxAbs: number;
}

export const NO_DISTANCE: Distance = { relativeL2: 0, maxAbs: 0 };
export const NO_MEASURE: Distance = { relativeL2: Infinity, maxAbs: Infinity };

export function distanceBetween(a: LeafWords, b: LeafWords): Distance {
  let [difference, norm, maxAbs] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    const [was, is] = [a[index]!, b[index]!];
    // Infinities and NaN have no distance; they must be the same.
    if (Object.is(was, is)) {
      norm += Number.isFinite(was) ? was * was : 0;
      continue;
    }
    if (!Number.isFinite(was) || !Number.isFinite(is)) return NO_MEASURE;
    const gap = is - was;
    difference += gap * gap;
    norm += was * was;
    maxAbs = Math.max(maxAbs, Math.abs(gap));
  }
  return difference === 0 ? NO_DISTANCE : { relativeL2: Math.sqrt(difference / norm), maxAbs };
}
