/**
 * In which order kept values give way: first what costs least to have again for the bytes that it takes, so that a dear
 * value outlives many cheap ones, and of two alike the one that was used longer ago (GreedyDual-Size: Cao and Irani,
 * "Cost-Aware WWW Proxy Caching Algorithms", 1997).
 */
import type { ValueKey } from '../plan.ts';

interface Kept {
  /** Work to have it again, per byte. */
  readonly perByte: number;
  /** `perByte` above the floor of when it was last used. */
  worth: number;
}

export class KeepOrder {
  readonly #kept = new Map<ValueKey, Kept>();
  /** The worth of what gave way last: what is not used any more is overtaken by what is, however dear it was. */
  #floor = 0;

  /** @param work As `workOf` counts it; to have the value again. */
  add(key: ValueKey, work: number, byteLength: number): void {
    const perByte = work / Math.max(byteLength, 1);
    this.#kept.set(key, { perByte, worth: this.#floor + perByte });
  }

  use(key: ValueKey): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    kept.worth = this.#floor + kept.perByte;
    // Behind those of the same worth.
    this.#kept.delete(key);
    this.#kept.set(key, kept);
  }

  /** It is gone, for whatever reason. */
  delete(key: ValueKey): void {
    this.#kept.delete(key);
  }

  /** It gave way: its worth is from now on what others are measured by. */
  evict(key: ValueKey): void {
    this.#floor = Math.max(this.#floor, this.#kept.get(key)?.worth ?? 0);
    this.#kept.delete(key);
  }

  /** All keys, the one that gives way first in front. */
  inOrder(): ValueKey[] {
    return Array.from(this.#kept)
      .toSorted(([, one], [, other]) => one.worth - other.worth)
      .map(([key]) => key);
  }
}
