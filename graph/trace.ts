/** Where a parameter's value really comes from: through the instances that pass it on, to the place to change it. */
import type { Instance, InstancePath } from './instance.ts';
import type { Fix } from './problems.ts';
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

/**
 * A fix that gives the parameter of this instance the value, where its value is written: a hyperparameter of the main
 * module, or a parameter of some node. Undefined where an expression stands in between, whose sense is the user's.
 */
export function fixAtSource(
  byPath: ReadonlyMap<InstancePath, Traced & { readonly kind: Instance['kind'] }>,
  path: InstancePath,
  param: string,
  value: Scalar,
  title: string,
): Fix | undefined {
  const kindOf = (at: InstancePath): Instance['kind'] | undefined => byPath.get(at)?.kind;
  let [at, name] = [path, param];
  for (;;) {
    if (at === '') return { kind: 'set-hyperparameter', title, name, value };
    const instance = byPath.get(at);
    const resolved = instance?.params[name];
    if (!instance?.place || !resolved) return undefined;
    if (resolved.label === undefined) {
      if (typeof resolved.source === 'string' && typeof resolved.value !== 'string') return undefined;
      return { kind: 'set-param', title, ...instance.place, param: name, value };
    }
    name = resolved.label;
    at = enclosingPath(at, kindOf);
  }
}
