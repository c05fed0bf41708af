/**
 * A difference between two documents, as a plain value: it can be applied, inverted, and squashed with the next.
 *
 * Changes address records by identity (a node by its id, a module by its name), and know what was there before, so
 * that applying one to a document it was not made for is an error instead of damage.
 */
import type { Edge, PatchbayDocument } from './schema.ts';

/** Field names and, inside a list, the record's identity: `['modules', 'ViT', 'nodes', 'norm', 'params', 'eps']`. */
export type Path = readonly string[];

export type Change =
  /** The value at `path` becomes another. */
  | { readonly kind: 'set'; readonly path: Path; readonly before: unknown; readonly after: unknown }
  /** A field or record appears at `path`, at this place among its siblings. */
  | { readonly kind: 'insert'; readonly path: Path; readonly index: number; readonly value: unknown }
  | { readonly kind: 'remove'; readonly path: Path; readonly index: number; readonly value: unknown };

/** Changes, each made to what the ones before it leave. */
export type Diff = readonly Change[];

/** A diff does not fit the document that it is applied to. */
export class DiffError extends Error {
  override readonly name = 'DiffError';
}

type Fields = Readonly<Record<string, unknown>>;

/** An edge has no id of its own: it is what it connects. The separator is one that no id has reason to hold. */
export function edgeKey({ from, to }: Pick<Edge, 'from' | 'to'>): string {
  return `${from[0]}\n${from[1]}\n${to[0]}\n${to[1]}`;
}

/**
 * What tells the records of each list apart; it is never set, because paths name it: a record of another identity is
 * another record. Lists that are not here are values, set as a whole.
 */
const IDENTITY: Readonly<Record<string, (item: Fields) => string>> = {
  modules: byName,
  presets: byName,
  hyperparameters: byName,
  sizes: byName,
  nodes: byId,
  assets: byId,
  frames: byId,
  notes: byId,
  edges: (item) => edgeKey(item as unknown as Edge),
};

function byName(item: Fields): string {
  return String(item['name']);
}

function byId(item: Fields): string {
  return String(item['id']);
}

/**
 * The document with a diff applied; what the diff does not touch keeps its identity.
 * @throws {DiffError} if the diff was not made for this document.
 */
export function apply(document: PatchbayDocument, diff: Diff): PatchbayDocument {
  return diff.reduce<unknown>((value, change) => applyChange(value, change, 0), document) as PatchbayDocument;
}

/** The diff that undoes this one. */
export function invert(diff: Diff): Diff {
  return diff.map(invertChange).reverse();
}

function invertChange(change: Change): Change {
  switch (change.kind) {
    case 'set':
      return { ...change, before: change.after, after: change.before };
    case 'insert':
      return { ...change, kind: 'remove' };
    case 'remove':
      return { ...change, kind: 'insert' };
    default:
      return change satisfies never;
  }
}

/** One diff that does what `first` and then `second` do; shorter where they touch the same. */
export function squash(first: Diff, second: Diff): Diff {
  const changes = [...first];
  for (const change of second) absorb(changes, change);
  return changes;
}

/**
 * Adds a change to the end, merged with an earlier one if it can be moved up to it: past changes of other places,
 * which it does not depend on.
 */
function absorb(changes: Change[], added: Change): void {
  let change = added;
  for (let at = changes.length - 1; at >= 0; at--) {
    const earlier = changes[at]!;
    if (startsWith(change.path, earlier.path)) {
      const merged = merge(earlier, change);
      if (merged === undefined) break;
      changes.splice(at, 1, ...merged);
      return;
    }
    if (startsWith(earlier.path, change.path)) {
      // What the later one takes away, or replaces, had been changed before: as if it had not.
      if (change.kind === 'insert') break;
      const undone = invertChange(earlier);
      if (change.kind === 'set') change = { ...change, before: applyChange(change.before, undone, change.path.length) };
      else change = { ...change, value: applyChange(change.value, undone, change.path.length) };
      changes.splice(at, 1);
      continue;
    }
    if (change.kind !== 'set' && earlier.kind !== 'set' && sameParent(change.path, earlier.path)) break;
  }
  if (change.kind !== 'set' || !equal(change.before, change.after)) changes.push(change);
}

/** A change and a later one at the same place or inside it, as at most one; undefined if they must stay two. */
function merge(earlier: Change, later: Change): Change[] | undefined {
  const inside = later.path.length > earlier.path.length;
  switch (earlier.kind) {
    case 'set': {
      if (!inside && later.kind !== 'set') return undefined;
      const after = inside
        ? applyChange(earlier.after, later, earlier.path.length)
        : (later as { after: unknown }).after;
      return equal(earlier.before, after) ? [] : [{ ...earlier, after }];
    }
    case 'insert':
      if (inside) return [{ ...earlier, value: applyChange(earlier.value, later, earlier.path.length) }];
      if (later.kind === 'set') return [{ ...earlier, value: later.after }];
      return later.kind === 'remove' && later.index === earlier.index ? [] : undefined;
    case 'remove':
      return later.kind === 'insert' && later.index === earlier.index && equal(later.value, earlier.value)
        ? []
        : undefined;
    default:
      return earlier satisfies never;
  }
}

function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((part, depth) => part === path[depth]);
}

function sameParent(a: Path, b: Path): boolean {
  return a.length === b.length && startsWith(a, b.slice(0, -1));
}

/** The value at a path, or undefined. */
export function valueAt(document: PatchbayDocument, path: Path): unknown {
  let value: unknown = document;
  for (const [depth, part] of path.entries()) {
    const index = indexOf(value, path, depth);
    if (index === -1) return undefined;
    value = Array.isArray(value) ? value[index] : (value as Fields)[part];
  }
  return value;
}

/** Place of a part of the path among its siblings, -1 if it is not there. */
export function indexOf(container: unknown, path: Path, depth: number): number {
  const part = path[depth]!;
  if (Array.isArray(container)) {
    const identity = IDENTITY[path[depth - 1] ?? ''];
    if (!identity)
      throw new DiffError(`${path.slice(0, depth).join('/')} is a list without identities; it is set as a whole`);
    return container.findIndex((item: Fields) => identity(item) === part);
  }
  if (typeof container !== 'object' || container === null || !Object.hasOwn(container, part)) return -1;
  return Object.keys(container).indexOf(part);
}

/** @param depth how much of the change's path leads to `value` itself. */
function applyChange(value: unknown, change: Change, depth: number): unknown {
  const { path } = change;
  const index = indexOf(value, path, depth);
  const last = depth === path.length - 1;
  if (index === -1 && !(last && change.kind === 'insert'))
    throw new DiffError(`there is no ${path.slice(0, depth + 1).join('/')}`);
  if (!last) return replaceAt(value, index, applyChange(childAt(value, index), change, depth + 1));
  switch (change.kind) {
    case 'set':
      if (!equal(childAt(value, index), change.before)) throw new DiffError(`${path.join('/')} is not what it was`);
      return replaceAt(value, index, change.after);
    case 'insert':
      if (index !== -1) throw new DiffError(`there is a ${path.join('/')} already`);
      return insertAt(value, change);
    case 'remove':
      if (index !== change.index || !equal(childAt(value, index), change.value))
        throw new DiffError(`${path.join('/')} is not what it was`);
      return removeAt(value, index);
    default:
      return change satisfies never;
  }
}

function childAt(container: unknown, index: number): unknown {
  return Array.isArray(container) ? container[index] : Object.values(container as Fields)[index];
}

function replaceAt(container: unknown, index: number, child: unknown): unknown {
  if (Array.isArray(container)) return container.with(index, child);
  const key = Object.keys(container as Fields)[index]!;
  return { ...(container as Fields), [key]: child };
}

function insertAt(container: unknown, { path, index, value }: Change & { kind: 'insert' }): unknown {
  if (Array.isArray(container)) return container.toSpliced(index, 0, value);
  if (typeof container !== 'object' || container === null)
    throw new DiffError(`${path.slice(0, -1).join('/')} holds no fields`);
  return Object.fromEntries(Object.entries(container).toSpliced(index, 0, [path.at(-1)!, value]));
}

function removeAt(container: unknown, index: number): unknown {
  if (Array.isArray(container)) return container.toSpliced(index, 1);
  return Object.fromEntries(Object.entries(container as Fields).toSpliced(index, 1));
}

/** Equality of plain data, order of fields aside. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && equal((a as Fields)[key], (b as Fields)[key]));
}
