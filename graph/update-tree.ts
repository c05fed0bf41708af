/**
 * The instance tree after an edit of parameters alone: what the edit does not reach is the tree before. Only a matter of
 * speed: it gives what `elaborate` gives, or nothing where it would have to know more than what changed.
 */
import { requireOf } from './requirements.ts';
import type { Building, Enclosing, ModuleDraft } from './building.ts';
import type { GraphCache } from './cache.ts';
import { checkDocument } from './check.ts';
import { equal } from './diff.ts';
import type { Value } from './expressions.ts';
import { childPath, type Instance, type InstancePath, type InstanceTree, type ModuleInstance } from './instance.ts';
import { rulesOf } from './module-index.ts';
import { layerCount, resolveNode } from './node-parameters.ts';
import type { ParameterChanges } from './parameter-changes.ts';
import { INPUT_TYPE, isInput, isOutput } from './ports.ts';
import { replaced } from './replaced-map.ts';
import { resolveRoot } from './root-values.ts';
import type { Problem } from './problems.ts';
import { isInstance, type GraphModule, type GraphNode, type PatchbayDocument } from './schema.ts';
import type { NodeLibrary } from './signature.ts';
import { enclosingPath } from './trace.ts';

export interface TreeUpdate {
  readonly tree: InstanceTree;
  /** Leaves whose parameters are others now. */
  readonly leaves: ReadonlySet<InstancePath>;
  /** Modules and stacks whose parameters are others now. */
  readonly scopes: ReadonlySet<InstancePath>;
}

/** Thrown inside alone: the edit reaches further than an update can follow. */
class OutOfReach extends Error {}

/**
 * @param tree of the document before, without overrides.
 * @returns undefined where the whole document has to be elaborated: where the edit touches anything that has a problem,
 * before or after, or changes a number of layers.
 */
export function updateTree(
  tree: InstanceTree,
  document: PatchbayDocument,
  changes: ParameterChanges,
  library: NodeLibrary,
  cache: GraphCache,
): TreeUpdate | undefined {
  if (changes.nodes.length === 0 && !changes.root) return { tree, leaves: new Set(), scopes: new Set() };
  try {
    return update(tree, document, changes, library, cache);
  } catch (error) {
    if (error instanceof OutOfReach) return undefined;
    throw error;
  }
}

type Names = ReadonlyMap<string, Value>;

function update(
  tree: InstanceTree,
  document: PatchbayDocument,
  changes: ParameterChanges,
  library: NodeLibrary,
  cache: GraphCache,
): TreeUpdate {
  const modules = new Map(document.modules.map((module) => [module.name, module]));
  const main = modules.get(document.main);
  if (!main) throw new OutOfReach();
  const building = emptyBuilding(document, modules, library, cache);
  const troubled = troubledNodes(tree.problems);
  /** What takes the place of instances before. */
  const fresh = new Map<InstancePath, Instance>();
  const leaves = new Set<InstancePath>();
  const scopes = new Set<InstancePath>();
  let { sizes } = tree;

  // An order of problems that depends on the values of the document as a whole is not followed.
  const values = resolveRoot(document, main, {}, building);
  if (changes.root) {
    if (tree.problems.length > 0) throw new OutOfReach();
    if (checkDocument(document).length > 0) throw new OutOfReach();
    if (!equal(values.params, tree.root.params) || !sameEntries(values.sizes, sizes)) {
      sizes = values.sizes;
      requireOf(building, main, tree.root as ModuleDraft, { names: values.names }, '');
      fresh.set('', { ...tree.root, params: values.params });
      scopes.add('');
      touchChildren(tree.root, main, values.names);
    }
  }
  for (const { module, node } of changes.nodes) {
    for (const instance of instancesOf(tree, module)) {
      const path = childPath(instance.path, node.name);
      if (!fresh.has(path)) touch(path, node, module, instance.path, namesIn(instance.path));
    }
  }
  if (building.problems.all.length > 0 || troubledInside(tree.problems, scopes)) throw new OutOfReach();
  return { tree: withFresh(tree, fresh, sizes), leaves, scopes };

  /** Evaluates a node's parameters anew, and what stands inside of it where they are others. */
  function touch(path: InstancePath, node: GraphNode, module: string, around: InstancePath, names: Names): void {
    const instance = tree.byPath.get(path);
    // Of two nodes of one name the second has another path, and a problem.
    if (instance?.place?.nodeId !== node.id || instance.place.module !== module) throw new OutOfReach();
    if (troubled.has(troubleKey(module, node.id)) || tree.blocked.has(path)) throw new OutOfReach();
    const enclosing: Enclosing = { path: around, module, scope: { names }, chain: [], quiet: false };
    if (instance.kind === 'leaf') {
      const signature = library.get(instance.type);
      if (!signature) throw new OutOfReach();
      const { params } = resolveNode(building, node, path, enclosing, signature.params);
      if (equal(params, instance.params)) return;
      fresh.set(path, { ...instance, params });
      leaves.add(path);
      return;
    }
    const callee = modules.get(instance.module);
    if (!callee || !isInstance(node)) throw new OutOfReach();
    const layers = node.repeat === undefined ? undefined : layerCount(building, node, path, enclosing, node.repeat);
    if (instance.kind === 'stack' && instance.layers.length !== layers) throw new OutOfReach();
    const resolved = resolveNode(building, node, path, enclosing, rulesOf(callee, cache));
    if (equal(resolved.params, instance.params)) return;
    fresh.set(path, { ...instance, params: resolved.params });
    scopes.add(path);
    for (const inner of instance.kind === 'stack' ? instance.layers : [instance]) {
      requireOf(building, callee, inner as ModuleDraft, { names: resolved.values }, `${node.name}.`);
      fresh.set(inner.path, { ...inner, params: resolved.params });
      scopes.add(inner.path);
      touchChildren(inner, callee, resolved.values);
    }
  }

  function touchChildren(instance: ModuleInstance, module: GraphModule, names: Names): void {
    for (const node of module.nodes) {
      const inMain = instance.path === '';
      if (isOutput(node) || (isInput(node) && !inMain)) continue;
      // What the main module's inputs declare reads the values as they are.
      const path = childPath(instance.path, node.name);
      if (isInput(node) && !library.has(INPUT_TYPE)) leaves.add(path);
      else touch(path, node, module.name, instance.path, names);
      if (isInput(node)) leaves.add(path);
    }
  }

  /** What expressions inside a module instance may name. */
  function namesIn(path: InstancePath): Names {
    if (path === '') return values.names;
    const layerOf = enclosingPath(path, (at) => tree.byPath.get(at)?.kind);
    const { place } = tree.byPath.get(path)!;
    const module = place && modules.get(place.module);
    const node = module?.nodes.find(({ id }) => id === place!.nodeId);
    const callee = node && isInstance(node) ? modules.get(node.module) : undefined;
    if (!module || !node || !callee) throw new OutOfReach();
    const scope = { names: namesIn(layerOf) };
    const enclosing: Enclosing = { path: layerOf, module: module.name, scope, chain: [], quiet: false };
    return resolveNode(building, node, path, enclosing, rulesOf(callee, cache)).values;
  }
}

function emptyBuilding(
  document: PatchbayDocument,
  modules: ReadonlyMap<string, GraphModule>,
  library: NodeLibrary,
  cache: GraphCache,
): Building {
  return {
    document,
    library,
    cache,
    modules,
    byPath: new Map(),
    construction: [],
    shares: new Map(),
    faults: new Map(),
    idleNodes: new Map(),
    idle: new Set(),
    namesakes: new Map(),
    unmet: new Map(),
    problems: { all: [], known: new Map() },
  };
}

/** Definitions that one of the problems is told of, in whatever instance. */
export function troubledNodes(problems: readonly Problem[]): ReadonlySet<string> {
  const nodes = new Set<string>();
  for (const { place, related } of problems)
    for (const { module, nodeId } of [place, ...(related ?? [])])
      if (module !== undefined && nodeId !== undefined) nodes.add(troubleKey(module, nodeId));
  return nodes;
}

/** Whether a problem stands inside of a scope: its fixes may lead to where the scope's values are written. */
export function troubledInside(problems: readonly Problem[], scopes: ReadonlySet<InstancePath>): boolean {
  return scopes.size > 0 && problems.some(({ place: { path = '' } }) => isWithin(path, scopes));
}

export function troubleKey(module: string, nodeId: string): string {
  return `${module}\n${nodeId}`;
}

/** Whether the path is one of these, or inside of one. */
export function isWithin(path: InstancePath, scopes: ReadonlySet<InstancePath>): boolean {
  if (scopes.has('')) return true;
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1))
    if (scopes.has(path.slice(0, end))) return true;
  return false;
}

/** Instances of a module, the outermost first. */
function instancesOf(tree: InstanceTree, module: string): ModuleInstance[] {
  const found: ModuleInstance[] = [];
  const visit = (instance: Instance): void => {
    if (instance.kind === 'leaf') return;
    if (instance.kind === 'module' && instance.module === module) found.push(instance);
    for (const child of instance.kind === 'stack' ? instance.layers : instance.children) visit(child);
  };
  visit(tree.root);
  return found;
}

function sameEntries(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && a.entries().every(([key, value]) => b.get(key) === value);
}

/** The tree with these instances in place of those of their paths, and what they stand in made anew around them. */
function withFresh(
  tree: InstanceTree,
  fresh: ReadonlyMap<InstancePath, Instance>,
  sizes: InstanceTree['sizes'],
): InstanceTree {
  if (fresh.size === 0) return sizes === tree.sizes ? tree : { ...tree, sizes };
  const all = new Map(fresh);
  for (const path of fresh.keys())
    for (let at = path; at !== '';) {
      at = at.slice(0, Math.max(0, at.lastIndexOf('.')));
      if (all.has(at)) continue;
      all.set(at, { ...tree.byPath.get(at)! });
    }
  const before = new Map<Instance, Instance>();
  for (const [path, instance] of all) before.set(tree.byPath.get(path)!, instance);
  // They are new and nobody has seen them yet: each is given what stands in it, itself made by now or yet to be.
  for (const instance of all.values()) {
    if (instance.kind === 'module') Object.assign(instance, { children: exchanged(instance.children, before) });
    if (instance.kind === 'stack') Object.assign(instance, { layers: exchanged<Instance>(instance.layers, before) });
  }
  return {
    ...tree,
    sizes,
    root: all.get('') as ModuleInstance,
    byPath: replaced(tree.byPath, all),
    construction: exchanged<Instance>(tree.construction, before) as InstanceTree['construction'],
    execution: exchanged<Instance>(tree.execution, before) as InstanceTree['execution'],
  };
}

/** Fewer than this are looked for one by one. */
const FEW = 16;

/** The list with some items in the place of others; itself where none of them is in it. */
function exchanged<T>(list: readonly T[], items: ReadonlyMap<T, T>): readonly T[] {
  if (items.size >= FEW) return list.map((item) => items.get(item) ?? item);
  let result: T[] | undefined;
  for (const [item, other] of items) {
    const index = list.indexOf(item);
    if (index === -1) continue;
    result ??= [...list];
    result[index] = other;
  }
  return result ?? list;
}
