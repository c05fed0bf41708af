/**
 * From the document to the instance tree: modules unfolded, layers repeated, parameters evaluated, wires followed to
 * the leaves that feed them. Pure; a cache makes it fast from one edit to the next, with the same results.
 */
import {
  fail,
  placeOf,
  report,
  type Building,
  type Draft,
  type Enclosing,
  type LeafDraft,
  type ModuleDraft,
  type StackDraft,
} from './building.ts';
import { createCache, type GraphCache } from './cache.ts';
import { checkDocument, NAME_TAKEN } from './check.ts';
import { didYouMean } from './closest.ts';
import { excerpt } from './error-text.ts';
import type { Value } from './expressions.ts';
import { foreignOperator } from './foreign.ts';
import { childPath, type InstancePath, type InstanceTree } from './instance.ts';
import { indexModule } from './module-index.ts';
import { orderLeaves } from './order.ts';
import { applyModes } from './modes.ts';
import { layerCount, resolveNode } from './node-parameters.ts';
import { INPUT_TYPE, isInput, isOutput, moduleInputs } from './ports.ts';
import type { Problem } from './problems.ts';
import { requireOf } from './requirements.ts';
import { resolveRoot, type Overrides } from './root-values.ts';
import { isInstance, type GraphModule, type InstanceNode, type LibraryNode, type PatchbayDocument } from './schema.ts';
import { resolveShares } from './shares.ts';
import type { NodeLibrary, ResolvedParameter } from './signature.ts';
import { resolveWires, wireModule, wireStack } from './wiring.ts';

/** More instances than this are not unfolded: a `repeat` mistyped must not exhaust memory. */
export const MAX_INSTANCES = 20_000;

/** Modules nested deeper than this are not unfolded. */
export const MAX_DEPTH = 64;

/**
 * Unfolds a document. What is wrong with it is in `problems`; it never throws for a document that the schema accepts.
 * @param overrides values of the main module's hyperparameters and sizes, over the preset's.
 */
export function elaborate(
  document: PatchbayDocument,
  library: NodeLibrary,
  overrides: Overrides = {},
  cache: GraphCache = createCache(),
): InstanceTree {
  const called = applyModes(document, library);
  const modules = new Map(called.document.modules.map((module) => [module.name, module]));
  const building: Building = {
    document,
    library,
    cache,
    modules,
    byPath: new Map(),
    construction: [],
    shares: new Map(),
    faults: new Map(),
    idleNodes: called.idle,
    idle: new Set(),
    namesakes: new Map(),
    unmet: new Map(),
    problems: { all: [], known: new Map() },
  };
  for (const problem of checkDocument(document)) {
    const index = report(building.problems, problem);
    if (problem.code === NAME_TAKEN) building.namesakes.set(`${problem.place.module}/${problem.place.nodeId}`, index);
  }
  const main = modules.get(document.main);
  const { params, names, sizes, fault } = resolveRoot(document, main, overrides, building);

  const root = emptyModule('', document.main, params);
  building.byPath.set('', root);
  if (fault !== undefined) building.faults.set('', fault);
  if (main) {
    requireOf(building, main, root, { names }, '');
    unfold(building, main, root, { names }, [main.name], building.faults.has(''));
  }
  for (const module of modules.values())
    for (const problem of indexModule(module, modules, library, cache).problems) report(building.problems, problem);

  resolveShares(building);
  const blocked = resolveWires(building, root);
  const execution = orderLeaves(building, blocked);
  return {
    root,
    rootInputs: new Map(main ? moduleInputs(main, library).map((input) => [input.name, input]) : []),
    byPath: building.byPath,
    construction: building.construction,
    execution,
    blocked,
    idle: building.idle,
    sizes,
    problems: building.problems.all,
  };
}

function emptyModule(
  path: InstancePath,
  module: string,
  params: Readonly<Record<string, ResolvedParameter>>,
): ModuleDraft {
  return {
    kind: 'module',
    path,
    module,
    declared: [],
    params,
    weightPath: path,
    children: [],
    feeds: {},
    outputFeeds: {},
    inputs: {},
    outputs: {},
  };
}

/** Makes the instances of a module's nodes, and wires them. */
function unfold(
  building: Building,
  module: GraphModule,
  instance: ModuleDraft,
  scope: Enclosing['scope'],
  chain: readonly string[],
  quiet: boolean,
): void {
  const index = indexModule(module, building.modules, building.library, building.cache);
  const enclosing: Enclosing = { path: instance.path, module: module.name, scope, chain, quiet };
  if (instance.path !== '') instance.declared = index.inputs;
  const taken = new Set<string>();
  const children = new Map<string, Draft>();
  for (const node of module.nodes) {
    const main = instance.path === '';
    if (isOutput(node) || (isInput(node) && !main)) continue;
    // Two nodes of one name cannot have one path.
    const path = childPath(instance.path, taken.has(node.name) ? `${node.name}~${children.size}` : node.name);
    if (taken.has(node.name)) building.faults.set(path, building.namesakes.get(`${module.name}/${node.id}`)!);
    taken.add(node.name);
    if (building.idleNodes.get(module.name)?.has(node.id)) building.idle.add(path);
    const child = isInstance(node)
      ? makeInstance(building, node, path, enclosing)
      : makeLeaf(building, node, path, enclosing);
    if (node.shares !== undefined) building.shares.set(path, node.shares);
    children.set(node.id, child);
    instance.children.push(child);
  }
  wireModule(instance, index, children);
}

function makeLeaf(building: Building, node: LibraryNode, path: InstancePath, enclosing: Enclosing): LeafDraft {
  const place = placeOf(enclosing, node);
  const leaf: LeafDraft = {
    kind: 'leaf',
    path,
    place,
    type: node.type,
    params: {},
    weightPath: path,
    feeds: {},
    inputs: {},
  };
  building.byPath.set(path, leaf);
  building.construction.push(leaf);
  const signature = building.library.get(node.type);
  if (!signature) {
    // The main module's inputs need no record: what they declare is read from their parameters.
    if (node.type !== INPUT_TYPE) {
      const problem = unknownType(building, node.type);
      fail(building, enclosing, path, { ...problem, severity: 'error', place: { ...place, path } });
    }
    leaf.params = Object.fromEntries(
      Object.entries(node.params ?? {}).map(([name, source]) => [name, { value: source, source }]),
    );
    return leaf;
  }
  leaf.params = resolveNode(building, node, path, enclosing, signature.params).params;
  return leaf;
}

function makeInstance(building: Building, node: InstanceNode, path: InstancePath, enclosing: Enclosing): Draft {
  const place = placeOf(enclosing, node);
  const callee = building.modules.get(node.module);
  const refused = callee ? refusal(building, node, enclosing) : unknownModule(building, node);
  if (!callee || refused) {
    const instance = { ...emptyModule(path, node.module, {}), place };
    building.byPath.set(path, instance);
    if (refused) fail(building, enclosing, path, { ...refused, severity: 'error', place: { ...place, path } });
    return instance;
  }
  const index = indexModule(callee, building.modules, building.library, building.cache);
  const { params, values } = resolveNode(building, node, path, enclosing, index.rules);
  const chain = [...enclosing.chain, callee.name];
  const repeat = node.repeat === undefined ? undefined : layerCount(building, node, path, enclosing, node.repeat);
  if (repeat === undefined) {
    const instance = { ...emptyModule(path, callee.name, params), place };
    building.byPath.set(path, instance);
    unfoldCallee(building, callee, instance, values, chain, enclosing, node.name);
    return instance;
  }
  const stack: StackDraft = {
    kind: 'stack',
    path,
    place,
    module: callee.name,
    copies: node.copies ?? false,
    params,
    weightPath: path,
    layers: [],
    feeds: {},
    outputFeeds: {},
    inputs: {},
    outputs: {},
  };
  building.byPath.set(path, stack);
  for (let layer = 0; layer < repeat; layer++) {
    const instance = { ...emptyModule(childPath(path, String(layer)), callee.name, params), place };
    building.byPath.set(instance.path, instance);
    stack.layers.push(instance);
    const faulty = building.faults.get(path);
    if (faulty !== undefined) building.faults.set(instance.path, faulty);
    unfoldCallee(building, callee, instance, values, chain, enclosing, node.name);
    if (building.byPath.size > MAX_INSTANCES) {
      fail(building, enclosing, path, { ...tooLarge(), place: { ...place, path } });
      break;
    }
  }
  wireStack(stack, index);
  return stack;
}

function unfoldCallee(
  building: Building,
  callee: GraphModule,
  instance: ModuleDraft,
  names: ReadonlyMap<string, Value>,
  chain: readonly string[],
  enclosing: Enclosing,
  name: string,
): void {
  const faultyBefore = enclosing.quiet || building.faults.has(instance.path);
  if (!faultyBefore) requireOf(building, callee, instance, { names }, `${name}.`);
  unfold(building, callee, instance, { names }, chain, faultyBefore || building.faults.has(instance.path));
}

function unknownType(building: Building, type: string): Pick<Problem, 'code' | 'message'> {
  const operator = foreignOperator(type);
  if (operator !== undefined) {
    const message = `${excerpt(operator)} is an operator of ONNX that was not taken over; this placeholder keeps what the file says of it`;
    return { code: 'node.foreign', message };
  }
  return {
    code: 'node.unknown-type',
    message: `node type "${type}" is not known${didYouMean(type, building.library.keys())}`,
  };
}

function unknownModule(building: Building, node: InstanceNode): Pick<Problem, 'code' | 'message'> {
  const hint = didYouMean(node.module, building.modules.keys());
  return { code: 'node.unknown-module', message: `module "${node.module}" is not in the document${hint}` };
}

/** Why an instance is not unfolded, if there is a reason. */
function refusal(
  building: Building,
  node: InstanceNode,
  { chain }: Enclosing,
): Pick<Problem, 'code' | 'message'> | undefined {
  const at = chain.indexOf(node.module);
  if (at !== -1) {
    const ring = [...chain.slice(at), node.module].join(' → ');
    return { code: 'module.recursive', message: `a module cannot contain itself: ${ring}` };
  }
  if (chain.length >= MAX_DEPTH)
    return { code: 'graph.too-deep', message: `modules are nested deeper than ${MAX_DEPTH} levels` };
  if (building.byPath.size > MAX_INSTANCES) return tooLarge();
  return undefined;
}

function tooLarge(): { code: string; severity: 'error'; message: string } {
  return {
    code: 'graph.too-large',
    severity: 'error',
    message: `the graph has more than ${MAX_INSTANCES.toLocaleString('en')} instances; the rest is not unfolded`,
  };
}
