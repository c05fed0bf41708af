/** Values by their keys, within a budget of bytes: those that were used least recently go first. */
import type { ValueKey } from '../../../gpu/plan.ts';
import type { LeafWords } from '../../target.ts';

export class ValuePool {
  readonly budget: number;
  /** In the order of their last use. */
  readonly #values = new Map<ValueKey, LeafWords>();
  #bytes = 0;

  /** @param budget bytes that the values may take together after `trim`. */
  constructor(budget: number) {
    this.budget = budget;
  }

  get bytes(): number {
    return this.#bytes;
  }

  has(key: ValueKey): boolean {
    return this.#values.has(key);
  }

  /** Counts as a use. */
  take(key: ValueKey): LeafWords | undefined {
    const value = this.#values.get(key);
    if (value) this.put(key, value);
    return value;
  }

  put(key: ValueKey, value: LeafWords): void {
    this.#bytes += value.byteLength - (this.#values.get(key)?.byteLength ?? 0);
    this.#values.delete(key);
    this.#values.set(key, value);
  }

  /** Drops the oldest until the rest is within the budget. */
  trim(): void {
    for (const [key, { byteLength }] of this.#values) {
      if (this.#bytes <= this.budget) return;
      this.#values.delete(key);
      this.#bytes -= byteLength;
    }
  }

  clear(): void {
    this.#values.clear();
    this.#bytes = 0;
  }
}
