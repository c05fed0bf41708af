/** Keys of leaves: a hash of the recipe, which says what the numbers are without making them. */
import { sha256 } from '../gpu/ir/sha256.ts';

/** 128 bits, as the IR's own keys have. */
const HEX_DIGITS = 32;

/** Equal recipes have equal keys. `kind` keeps recipes of different makers apart. */
export function recipeKey(kind: 'weight' | 'checkpoint' | 'source', recipe: readonly unknown[]): string {
  return sha256(JSON.stringify([kind, ...recipe]), HEX_DIGITS);
}
