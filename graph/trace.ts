/** Where a parameter's value really comes from: through the instances that pass it on, to the place to change it. */
import type { Instance, InstancePath } from './instance.ts';
import type { Fix } from './problems.ts';
import { own } from './records.ts';
import type { Scalar } from './signature.ts';

interface Traced {
  readonly path: InstancePath;
  readonly place?: { readonly module: string; readonly nodeId: string };
  readonly params: Instance['params'];
}

/** The module instance in whose definition this instance's node stands: for a layer, the one around the stack. */
export function enclosingPath(
  path: InstancePath,
  kindOf: (path: InstancePath) => Instance['kind'] | undefined,
): InstancePath {
  let around = parentPath(path);
  if (around !== '' && kindOf(around) === 'stack') around = parentPath(around);
  return around;
}

function parentPath(path: InstancePath): InstancePath {
  const dot = path.lastIndexOf('.');
  return dot === -1 ? '' : path.slice(0, dot);
}

type Traceable = ReadonlyMap<InstancePath, Traced & { readonly kind: Instance['kind'] }>;

/** Where a value is written: at the main module's hyperparameter, or at a parameter of a node. */
export type Origin =
  | { readonly kind: 'root'; readonly name: string }
  | {
      readonly kind: 'node';
      readonly module: string;
      readonly nodeId: string;
      readonly name: string;
      readonly isExpression: boolean;
    };

/** Follows a parameter of an instance through the names that are handed on; undefined where it has none of this name. */
export function originOf(byPath: Traceable, path: InstancePath, param: string): Origin | undefined {
  const kindOf = (at: InstancePath): Instance['kind'] | undefined => byPath.get(at)?.kind;
  let [at, name] = [path, param];
  for (;;) {
    if (at === '') return { kind: 'root', name };
    const instance = byPath.get(at);
    const resolved = own(instance?.params, name);
    if (!instance?.place || !resolved) return undefined;
    if (resolved.label === undefined) {
      const isExpression = typeof resolved.source === 'string' && typeof resolved.value !== 'string';
      return { kind: 'node', ...instance.place, name, isExpression };
    }
    name = resolved.label;
    at = enclosingPath(at, kindOf);
  }
}

/**
 * A fix that gives the parameter of this instance the value, where its value is written: a hyperparameter of the main
 * module, or a parameter of some node. Undefined where an expression stands in between, whose sense is the user's.
 */
export function fixAtSource(
  byPath: Traceable,
  path: InstancePath,
  param: string,
  value: Scalar,
  title: string,
): Fix | undefined {
  const origin = originOf(byPath, path, param);
  if (origin?.kind === 'root') return { kind: 'set-hyperparameter', title, name: origin.name, value };
  if (!origin || origin.isExpression) return undefined;
  const { module, nodeId, name } = origin;
  return { kind: 'set-param', title, module, nodeId, param: name, value };
}
