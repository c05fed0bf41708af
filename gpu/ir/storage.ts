/** How floats lie in memory. They are computed with as f32 either way. */
import type { ValueId } from './types.ts';

/** Of a plan: `f16` keeps those in two bytes that lose little by it. */
export type FloatStorage = 'f32' | 'f16';

/** The values of a graph whose elements are f16 in memory, and how shaders get at them. */
export interface Halves {
  readonly values: ReadonlySet<ValueId>;
  /** `f16`: shaders load and store them. `pairs`: they load two of them in a word, and store none: words have two writers. */
  readonly access: 'f16' | 'pairs';
}

export const NO_HALVES: Halves = { values: new Set(), access: 'pairs' };

/** At the end of the keys of values that are f16 in memory: other bytes than those of the same value in f32. */
const HALF = ':f16';

/** The key of a value that is f16 in memory. */
export function halfKey(key: string): string {
  return isHalfKey(key) ? key : `${key}${HALF}`;
}

export function isHalfKey(key: string): boolean {
  return key.endsWith(HALF);
}
