/** Choices at random that mean something whatever there is to choose from. */
import fc from 'fast-check';

/** A whole number from 0, below `length`. */
export type Pick = (length: number) => number;

/**
 * Endless picks. They are even: an arbitrary double is so over its exponents, which leaves hardly any that is not next to 0.
 */
export const picks: fc.Arbitrary<Pick> = fc
  .infiniteStream(fc.noBias(fc.nat(2 ** 31 - 1)))
  .map((stream) => (length: number) => Math.floor((stream.next().value / 2 ** 31) * length));

/** One of a list; undefined if it is empty. */
export function some<T>(list: readonly T[], pick: Pick): T | undefined {
  return list[pick(list.length)];
}
