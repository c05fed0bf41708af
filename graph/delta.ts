/**
 * What makes one value of plain JSON another, however it came about: for a log of states.
 *
 * Edits share with the document before them what they leave alone, so the search follows identity and looks only where
 * something is new. Other than an edit's diff, a delta knows nothing of what was there before: it is short, and fits
 * only the value that it was made from.
 */

export type Delta =
  | { readonly value: unknown }
  /** Fields that are other ones; `keys` are all of them, in their order, where that is another one. */
  | { readonly fields: Readonly<Record<string, Delta>>; readonly keys?: readonly string[] }
  /** Items of a list that keeps its length. */
  | { readonly items: readonly (readonly [index: number, Delta])[] }
  /** Some items in the place of others. */
  | { readonly splice: readonly [start: number, removed: number, added: readonly unknown[]] };

/** A delta that was made from another value than the one it is applied to. */
export class DeltaError extends Error {
  override readonly name = 'DeltaError';
}

type Fields = Readonly<Record<string, unknown>>;

/** Null if both are the same. Both must be plain JSON; a field that is undefined counts as none. */
export function deltaBetween(before: unknown, after: unknown): Delta | null {
  if (Object.is(before, after)) return null;
  if (Array.isArray(before) && Array.isArray(after)) return listDelta(before, after);
  if (isFields(before) && isFields(after)) return fieldsDelta(before, after);
  return { value: after };
}

/** @throws {DeltaError} if it was not made from this value, as far as that shows. */
export function applyDelta(value: unknown, delta: Delta): unknown {
  if ('value' in delta) return delta.value;
  if ('fields' in delta) {
    if (!isFields(value)) throw new DeltaError('the value has no fields');
    return withFields(value, delta.fields, delta.keys ?? keysOf(value));
  }
  if (!Array.isArray(value)) throw new DeltaError('the value is no list');
  if ('splice' in delta) {
    const [start, removed, added] = delta.splice;
    if (start + removed > value.length) throw new DeltaError(`the list ends before item ${start + removed}`);
    return value.toSpliced(start, removed, ...added);
  }
  const items = [...(value as unknown[])];
  for (const [index, change] of delta.items) {
    if (index >= items.length) throw new DeltaError(`the list has no item ${index}`);
    items[index] = applyDelta(items[index], change);
  }
  return items;
}

function fieldsDelta(before: Fields, after: Fields): Delta | null {
  const keys = keysOf(after);
  const keysBefore = keysOf(before);
  const others = keys.length !== keysBefore.length || keys.some((key, index) => key !== keysBefore[index]);
  const changed = keys.flatMap((key): [string, Delta][] => {
    const delta = Object.hasOwn(before, key) ? deltaBetween(before[key], after[key]) : { value: after[key] };
    return delta ? [[key, delta]] : [];
  });
  if (changed.length === 0 && !others) return null;
  return { fields: Object.fromEntries(changed), ...(others && { keys }) };
}

function withFields(value: Fields, changes: Readonly<Record<string, Delta>>, keys: readonly string[]): Fields {
  return Object.fromEntries(
    keys.map((key) => {
      const change = Object.hasOwn(changes, key) ? changes[key] : undefined;
      if (!change && !Object.hasOwn(value, key)) throw new DeltaError(`there is no field ${key}`);
      return [key, change ? applyDelta(value[key], change) : value[key]];
    }),
  );
}

function listDelta(before: readonly unknown[], after: readonly unknown[]): Delta | null {
  if (before.length === after.length) {
    const items = after.flatMap((item, index): [number, Delta][] => {
      const delta = deltaBetween(before[index], item);
      return delta ? [[index, delta]] : [];
    });
    return items.length === 0 ? null : { items };
  }
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && Object.is(before[start], after[start])) start++;
  let kept = 0;
  while (kept < shorter - start && Object.is(before.at(-1 - kept), after.at(-1 - kept))) kept++;
  return { splice: [start, before.length - kept - start, after.slice(start, after.length - kept)] };
}

/** A field that is undefined is not written to a file, nor to a log. */
function keysOf(fields: Fields): readonly string[] {
  return Object.keys(fields).filter((key) => fields[key] !== undefined);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
