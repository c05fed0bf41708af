/** A map in which some values are others than in the map before: made in the time that the changes take, not the map. */

/** Replacements beyond this part of a map are worth a map of their own. */
const MOST_REPLACED = 1 / 8;

/**
 * The map with these values in place of its own, in its order. Every key must be there already.
 * @returns the map itself where there is nothing to replace.
 */
export function replaced<K, V>(map: ReadonlyMap<K, V>, values: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  if (values.size === 0) return map;
  const before = map instanceof ReplacedMap ? (map as ReplacedMap<K, V>) : undefined;
  const base = before?.base ?? map;
  const changed = new Map(before?.changed);
  for (const [key, value] of values) changed.set(key, value);
  const result = new ReplacedMap(base, changed);
  return changed.size > base.size * MOST_REPLACED ? new Map(result) : result;
}

class ReplacedMap<K, V> implements ReadonlyMap<K, V> {
  readonly base: ReadonlyMap<K, V>;
  readonly changed: ReadonlyMap<K, V>;

  constructor(base: ReadonlyMap<K, V>, changed: ReadonlyMap<K, V>) {
    this.base = base;
    this.changed = changed;
  }

  get size(): number {
    return this.base.size;
  }

  has(key: K): boolean {
    return this.base.has(key);
  }

  get(key: K): V | undefined {
    return this.changed.has(key) ? this.changed.get(key) : this.base.get(key);
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this) visit(value, key, this);
  }

  keys(): MapIterator<K> {
    return this.base.keys();
  }

  values(): MapIterator<V> {
    return this.entries().map(([, value]) => value) as MapIterator<V>;
  }

  entries(): MapIterator<[K, V]> {
    const { changed } = this;
    return this.base
      .entries()
      .map(([key, value]): [K, V] => [key, changed.has(key) ? changed.get(key)! : value]) as MapIterator<[K, V]>;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }
}
