/** Records whose keys come from a document: a key like `constructor` must not find what every object inherits. */

/** The record's own value of a key. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A record without one of its optional fields; itself where it has no such field. */
export function without<T extends object>(record: T, field: keyof T & string): T {
  if (!Object.hasOwn(record, field)) return record;
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== field)) as T;
}
