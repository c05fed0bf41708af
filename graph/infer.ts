/**
 * Shapes: a type for every port of the instance tree, or the reason why there is none. Only causes are reported; what
 * merely follows from one is marked as blocked by it.
 */
import { cachedPortPath, createCache, type CachedTypes, type GraphCache } from './cache.ts';
import { didYouMean } from './closest.ts';
import type { Value } from './expressions.ts';
import { checkPort, inferLeaf, numericParams, type LeafTypes, type PortTypes } from './infer-leaf.ts';
import type {
  Feed,
  Inference,
  Instance,
  InstancePath,
  InstanceTree,
  LeafInstance,
  ModuleInstance,
  PortPath,
} from './instance.ts';
import type { Bindings } from './patterns.ts';
import { INPUT_TYPE } from './ports.ts';
import type { Fix, Problem } from './problems.ts';
import { own } from './records.ts';
import type { LocalProblem, NodeLibrary, NodeSignature, PortType, Scalar } from './signature.ts';
import { boundSource, rootInput } from './source-types.ts';
import { enclosingPath, fixAtSource } from './trace.ts';

/** A port's type; the index of the problem because of which it has none; or nothing, where nothing is connected. */
type Known = PortType | number | undefined;

/**
 * Infers all types.
 * @param bound types of what is bound from outside, by the name of the main module's source; sizes that they fix must
 * be in the tree already (graph/analyse.ts sees to that).
 */
export function infer(
  tree: InstanceTree,
  library: NodeLibrary,
  bound: ReadonlyMap<string, PortType> = new Map(),
  cache: GraphCache = createCache(),
): Inferred {
  const inputs = new Map<PortPath, PortType>();
  const outputs = new Map<PortPath, PortType>();
  const blocked = new Map<InstancePath, number>();
  const problems: Problem[] = [];
  const known = new Map<string, number>();
  /** Kept for the next inference. */
  const leaves = new Map<InstancePath, CachedTypes>();
  const entered = new Map<string, PortType>();
  /** Outputs of leaves, by path: a lookup without building a port's path. */
  const typed = new Map<InstancePath, LeafTypes['outputs']>();
  /** Ports of modules and stacks, by side and path. */
  const ports = new Map<string, Known>();
  const bindings = new Map<InstancePath, Bindings>();

  for (const [path, index] of tree.blocked) blocked.set(path, index);
  for (const name of bound.keys()) {
    const problem = misbound(tree, library, name);
    if (problem) problems.push(problem);
  }
  for (const leaf of tree.execution) typeLeaf(leaf);
  for (const instance of tree.byPath.values()) if (instance.kind !== 'leaf') typeModule(instance);
  cache.leaves = leaves;
  cache.entered = entered;
  return { inputs, outputs, problems, blocked };

  function typeLeaf(leaf: LeafInstance): void {
    const came: Record<string, PortType> = {};
    let upstream: number | undefined;
    for (const [port, feed] of Object.entries(leaf.feeds)) {
      const type = typeOf(feed);
      if (typeof type === 'number') upstream ??= type;
      else if (type) came[port] = type;
    }
    const result = blocked.has(leaf.path) ? undefined : typesOf(leaf, came, upstream);
    for (const [port, type] of Object.entries(came))
      inputs.set(cachedPortPath(cache, leaf.path, port), own(result?.inputs, port) ?? type);
    if (!result) return;
    typed.set(leaf.path, result.outputs);
    for (const [port, type] of Object.entries(result.outputs))
      outputs.set(cachedPortPath(cache, leaf.path, port), type);
  }

  /** A leaf's types; where it has none it is marked as blocked, by its own problem before one upstream. */
  function typesOf(leaf: LeafInstance, came: PortTypes, upstream: number | undefined): LeafTypes | undefined {
    const signature = library.get(leaf.type);
    const { params } = leaf;
    // What is bound from outside, and sources that the main module's values decide, are inferred anew.
    const lasting = upstream === undefined && !bound.has(leaf.path) && !tree.rootInputs.has(leaf.path);
    const kept = lasting ? cache.leaves.get(leaf.path) : undefined;
    if (kept?.signature === signature && kept?.params === params && sameTypes(kept.came, came)) {
      leaves.set(leaf.path, kept);
      return kept.types;
    }
    const checks = signature?.check?.(params) ?? [];
    const unchecked = reportAll(checks, leaf) ?? upstream;
    if (unchecked !== undefined) {
      blocked.set(leaf.path, unchecked);
      return undefined;
    }
    const result = ruleOf(leaf, came);
    let fault = reportAll(result.problems, leaf);
    const missing = missingOutput(signature, result);
    if (fault === undefined && missing) fault = reportAll([missing], leaf);
    if (fault === undefined) {
      if (lasting && checks.length === 0 && result.problems.length === 0)
        leaves.set(leaf.path, { signature, params, came, types: result });
      return result;
    }
    blocked.set(leaf.path, fault);
    return { ...result, outputs: {} };
  }

  function ruleOf(leaf: LeafInstance, came: PortTypes): LeafTypes {
    const external = bound.get(leaf.path);
    const declared = tree.rootInputs.get(leaf.path);
    if (declared && leaf.type === INPUT_TYPE) return rootInput(tree, declared, external, cache);
    const result = inferLeaf(library.get(leaf.type)!, leaf.params, came, cache);
    return external && Object.keys(leaf.feeds).length === 0 ? boundSource(tree, leaf.path, result, external) : result;
  }

  /** Types of a module's or a stack's own ports; the root's too. */
  function typeModule(instance: Exclude<Instance, LeafInstance>): void {
    for (const port of Object.keys(instance.feeds)) typeOf({ side: 'input', path: instance.path, port });
    for (const port of Object.keys(instance.outputFeeds)) {
      const type = typeOf({ side: 'output', path: instance.path, port });
      if (typeof type === 'number' && !blocked.has(instance.path)) blocked.set(instance.path, type);
    }
  }

  /** Follows feeds up to a port that is known, then back down through the borders on the way. */
  function typeOf(start: Feed): Known {
    const chain: Feed[] = [];
    let at: Feed | undefined = start;
    let type: Known;
    while (at) {
      const instance: Instance = tree.byPath.get(at.path)!;
      if (instance.kind === 'leaf') {
        type = own(typed.get(at.path), at.port) ?? blocked.get(at.path);
        break;
      }
      const key = keyOf(at);
      if (ports.has(key)) {
        type = ports.get(key);
        break;
      }
      // A ring of wires without a leaf, reported with the tree: marked before it is followed, so that it ends.
      ports.set(key, undefined);
      chain.push(at);
      at = own(at.side === 'input' ? instance.feeds : instance.outputFeeds, at.port);
    }
    for (const port of chain.reverse()) {
      if (port.side === 'input' && typeof type === 'object') type = enter(port, type);
      ports.set(keyOf(port), type);
      if (typeof type === 'object')
        (port.side === 'input' ? inputs : outputs).set(cachedPortPath(cache, port.path, port.port), type);
    }
    return type;
  }

  /** What a type becomes as it enters a module: checked against what the port declares, and named by it. */
  function enter(port: Feed, type: PortType): PortType | number {
    const instance = tree.byPath.get(port.path)!;
    if (instance.kind !== 'module') return type;
    let names = bindings.get(instance.path);
    if (!names) bindings.set(instance.path, (names = moduleBindings(instance)));
    const result = enteredType(instance, port.port, type, names, cache);
    if ('problem' in result) return reportAll([result.problem], instance)!;
    const key = keyOf(port);
    const named = result.type;
    const before = cache.entered.get(key);
    const kept = before && equalTypes(before, named) ? before : named;
    entered.set(key, kept);
    return kept;
  }

  /** @returns the index of the first error, counted after the tree's problems. */
  function reportAll(found: readonly LocalProblem[], instance: Instance): number | undefined {
    let first: number | undefined;
    for (const local of found) {
      const key = JSON.stringify([local.code, instance.place, local.port, local.param, local.message]);
      let index = known.get(key);
      if (index === undefined) {
        index = tree.problems.length + problems.push(located(local, instance)) - 1;
        known.set(key, index);
      }
      if (local.severity === 'error') first ??= index;
    }
    return first;
  }

  function located({ port, param, suggestions, ...problem }: LocalProblem, instance: Instance): Problem {
    const fixes: Fix[] = [...(problem.fixes ?? [])];
    for (const { param: name, value, title } of suggestions ?? []) {
      const fix =
        mismatchFix(problem, instance, name, value) ?? fixAtSource(tree.byPath, instance.path, name, value, title);
      if (fix) fixes.push(fix);
    }
    return {
      ...problem,
      place: { ...instance.place, path: instance.path, ...(port && { port }), ...(param !== undefined && { param }) },
      ...(fixes.length > 0 && { fixes }),
    };
  }

  /** A size that came under the name of a hyperparameter: the parameter had better be that one. */
  function mismatchFix(
    { code, got }: Partial<Problem>,
    instance: Instance,
    param: string,
    value: Scalar,
  ): Fix | undefined {
    if (code !== 'shape.mismatch' || !instance.place) return undefined;
    const scope = scopeOf(tree, instance);
    const came = got?.find(
      ({ name, size }) => size === value && name !== undefined && own(scope, name)?.value === size,
    );
    const { label, source } = instance.params[param] ?? {};
    // A value that is refused has no label: its default stands in for it.
    if (!came?.name || label === came.name || source === came.name) return undefined;
    const { name } = came;
    const title = name === param ? `Set ${param} to that of the module, ${value}` : `Set ${param} to ${name}`;
    return { kind: 'set-param', title, ...instance.place, param, value: name };
  }
}

/** What a type becomes as it enters a module at a port. */
export function enteredType(
  instance: ModuleInstance,
  port: string,
  type: PortType,
  names: Bindings,
  cache: GraphCache,
): { readonly type: PortType } | { readonly problem: LocalProblem } {
  const declared = instance.declared.find(({ name }) => name === port);
  if (!declared) return { type };
  const { name, shape, dtype, flow } = declared;
  const result = checkPort({ name, shape, dtypes: [dtype] }, type, names, cache);
  return 'problem' in result || flow === undefined ? result : { type: { ...result.type, flow } };
}

/** A record that leaves an output of its own without a shape. */
export function missingOutput(signature: NodeSignature | undefined, { outputs }: LeafTypes): LocalProblem | undefined {
  const missing = signature?.outputs.find(({ name }) => !Object.hasOwn(outputs, name));
  if (!missing) return undefined;
  const message = `nothing says what the shape of output "${missing.name}" is`;
  return { code: 'shape.unknown', severity: 'error', message, port: { side: 'output', name: missing.name } };
}

/** What is wrong with binding something to a name, if something is: only sources of the main module take it. */
function misbound(tree: InstanceTree, library: NodeLibrary, name: string): Problem | undefined {
  const isSource = (instance: Instance): boolean =>
    instance.kind === 'leaf' && (tree.rootInputs.has(instance.path) || library.get(instance.type)?.inputs.length === 0);
  const known = tree.root.children.filter(isSource).map(({ path }) => path);
  if (known.includes(name)) return undefined;
  const hint = didYouMean(name, known) || (known.length > 0 ? `; there are ${known.join(', ')}` : '');
  return {
    code: 'bound.unknown',
    severity: 'error',
    message: `there is no input "${name}" to bind to${hint}`,
    place: {},
  };
}

/** The very same types at the very same ports. */
export function sameTypes(a: PortTypes, b: PortTypes): boolean {
  const ports = Object.keys(a);
  return ports.length === Object.keys(b).length && ports.every((port) => a[port] === own(b, port));
}

/** Types that are not shown to anybody yet. */
export interface Inferred extends Inference {
  readonly inputs: Map<PortPath, PortType>;
  readonly outputs: Map<PortPath, PortType>;
  readonly blocked: Map<InstancePath, number>;
}

/** The types with those of before in the place of equal ones; a map of before where all are. */
export function shareTypes(before: Inference | undefined, after: Inferred): Inference {
  if (!before) return after;
  return {
    ...after,
    inputs: shareMap(before.inputs, after.inputs, equalTypes),
    outputs: shareMap(before.outputs, after.outputs, equalTypes),
    blocked: shareMap(before.blocked, after.blocked, Object.is),
  };
}

function shareMap<K, V>(
  before: ReadonlyMap<K, V>,
  after: Map<K, V>,
  equals: (a: V, b: V) => boolean,
): ReadonlyMap<K, V> {
  let same = before.size === after.size;
  const order = before.keys();
  for (const [key, value] of after) {
    const known = before.get(key);
    if (known !== value && known !== undefined && equals(known, value)) after.set(key, known);
    else same &&= known === value;
    same &&= order.next().value === key;
  }
  return same ? before : after;
}

export function equalTypes(a: PortType, b: PortType): boolean {
  if (a === b) return true;
  return (
    a.dtype === b.dtype &&
    a.flow === b.flow &&
    a.dims.length === b.dims.length &&
    a.dims.every(({ size, name }, axis) => size === b.dims[axis]!.size && name === b.dims[axis]!.name)
  );
}

export function keyOf({ side, path, port }: Feed): string {
  return `${side} ${path} ${port}`;
}

/** The hyperparameters that expressions of this instance's parameters may name. */
export function scopeOf(tree: InstanceTree, instance: Instance): Instance['params'] {
  const around = enclosingPath(instance.path, (path) => tree.byPath.get(path)?.kind);
  return tree.byPath.get(around)?.params ?? {};
}

/** What the ports of a module instance are matched with: inside it, a dimension that is a hyperparameter has its name. */
export function moduleBindings(instance: ModuleInstance): Bindings {
  const params = new Map<string, { value: Value; label: string }>();
  for (const [name, { value }] of numericParams(instance.params)) params.set(name, { value, label: name });
  return { params, sizes: new Map() };
}
