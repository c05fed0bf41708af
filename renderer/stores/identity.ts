/** Structural sharing: a value that equals the one before is the one before, so that nobody renders it again. */

/** True if two values of plain data (arrays, records, maps, sets, scalars) are equal all the way down. */
export function equalData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  // An empty record, array, map and set have the same keys: none.
  if (kindOf(a) !== kindOf(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => equalData(value, b[index]));
  }
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && a.entries().every(([key, value]) => b.has(key) && equalData(value, b.get(key)));
  }
  if (a instanceof Set && b instanceof Set) return a.size === b.size && a.values().every((value) => b.has(value));
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equalData(left[key], right[key]))
  );
}

function kindOf(value: object): 'array' | 'map' | 'set' | 'record' {
  if (Array.isArray(value)) return 'array';
  if (value instanceof Map) return 'map';
  return value instanceof Set ? 'set' : 'record';
}

/** `before` if it equals `after`, else `after`. */
export function keepValue<T>(before: T | undefined, after: T): T {
  return before !== undefined && equalData(before, after) ? before : after;
}

/** `after` with the values of `before` where they are equal; `before` itself if all are. */
export function keepMap<K, V>(before: ReadonlyMap<K, V> | undefined, after: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  if (!before) return after;
  let changed = before.size !== after.size;
  const kept = new Map<K, V>();
  for (const [key, value] of after) {
    const known = before.get(key);
    const shared = known !== undefined && equalData(known, value) ? known : value;
    changed ||= shared !== known;
    kept.set(key, shared);
  }
  return changed ? kept : before;
}

/** `before` if it holds the same items, by identity, in the same order; else `after`. */
export function keepList<T>(before: readonly T[] | undefined, after: readonly T[]): readonly T[] {
  const same = before?.length === after.length && after.every((item, index) => item === before[index]);
  return same ? before : after;
}

/** `before` if each of its fields is the same, by identity; else `after`. */
export function keepFields<T extends object>(before: T | undefined, after: T): T {
  if (before === undefined) return after;
  const fields = Object.keys(after) as (keyof T)[];
  return fields.every((field) => before[field] === after[field]) ? before : after;
}
