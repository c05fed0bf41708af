/** Makes a diff by making its changes one after the other, to a document that stands still meanwhile. */
import { apply, indexOf, squash, valueAt, type Change, type Diff, type Path } from './diff.ts';
import type { GraphModule, GraphNode, PatchbayDocument } from './schema.ts';

/** An edit that cannot be made: there is no such node, the name is taken, a value is of the wrong kind. */
export class EditError extends Error {
  override readonly name = 'EditError';
}

export interface Changes {
  /** The document with the changes so far. */
  document(): PatchbayDocument;
  diff(): Diff;
  /** Sets a value; adds it as the last of its siblings where there is none. Undefined removes it. */
  set(path: Path, value: unknown): void;
  /** Adds a field or record; without an index as the last. */
  insert(path: Path, value: unknown, index?: number): void;
  /** Removes a field or record, if it is there. */
  remove(path: Path): void;
}

export function createChanges(start: PatchbayDocument): Changes {
  let document = start;
  let diff: Diff = [];
  const make = (change: Change): void => {
    document = apply(document, [change]);
    diff = squash(diff, [change]);
  };
  const parentOf = (path: Path): unknown => (path.length === 1 ? document : valueAt(document, path.slice(0, -1)));
  const changes: Changes = {
    document: () => document,
    diff: () => diff,
    set(path, value) {
      if (value === undefined) {
        changes.remove(path);
        return;
      }
      const index = indexOf(parentOf(path), path, path.length - 1);
      if (index === -1) changes.insert(path, value);
      else make({ kind: 'set', path, before: valueAt(document, path), after: value });
    },
    insert(path, value, index = lastIndex(parentOf(path), path.at(-1)!)) {
      make({ kind: 'insert', path, index, value });
    },
    remove(path) {
      const index = indexOf(parentOf(path), path, path.length - 1);
      if (index !== -1) make({ kind: 'remove', path, index, value: valueAt(document, path) });
    },
  };
  return changes;
}

/** Where a new field or record comes to stand: last; only that JavaScript keeps fields named by a number first. */
function lastIndex(container: unknown, key: string): number {
  return Array.isArray(container)
    ? container.length
    : Object.keys({ ...(container as object), [key]: null }).indexOf(key);
}

export type Point = readonly [number, number];

/** A point as a document holds it: finite, without negative zeros. @throws {EditError} */
export function pointOf([x, y]: Point): [number, number] {
  if (!Number.isFinite(x) || !Number.isFinite(y)) throw new EditError('a position is two numbers');
  return [x + 0, y + 0];
}

/** @throws {EditError} if there is no such module. */
export function moduleNamed(document: PatchbayDocument, name: string): GraphModule {
  const module = document.modules.find((candidate) => candidate.name === name);
  if (!module) throw new EditError(`there is no module ${name}`);
  return module;
}

/** @throws {EditError} if there is no such node. */
export function nodeWithId(module: GraphModule, id: string): GraphNode {
  const node = module.nodes.find((candidate) => candidate.id === id);
  if (!node) throw new EditError(`${module.name} has no node ${id}`);
  return node;
}

export const nodePath = (module: string, id: string, ...rest: string[]): Path => [
  'modules',
  module,
  'nodes',
  id,
  ...rest,
];

export const edgePath = (module: string, key: string): Path => ['modules', module, 'edges', key];
