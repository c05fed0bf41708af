/** Records whose keys come from a document: a key like `constructor` must not find what every object inherits. */

/** The record's own value of a key. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
