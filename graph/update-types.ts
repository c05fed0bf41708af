/**
 * The types after an edit of parameters alone: inferred anew from the edited leaves downstream, as far as they become
 * others. Only a matter of speed: it gives what `infer` gives, or nothing where a problem is met, before or after.
 */
import { cachedPortPath, type GraphCache } from './cache.ts';
import { enteredType, equalTypes, keyOf, missingOutput, moduleBindings, sameTypes } from './infer.ts';
import { inferLeaf, type LeafTypes, type PortTypes } from './infer-leaf.ts';
import {
  type Feed,
  type Inference,
  type Instance,
  type InstancePath,
  type LeafInstance,
  type PortPath,
  type Source,
} from './instance.ts';
import { INPUT_TYPE } from './ports.ts';
import { own } from './records.ts';
import { replaced } from './replaced-map.ts';
import type { NodeLibrary, PortType } from './signature.ts';
import { rootInput } from './source-types.ts';
import { isWithin, troubledInside, troubledNodes, troubleKey, type TreeUpdate } from './update-tree.ts';

/** Thrown inside alone: there is a problem, whose place among all of them only a whole inference knows. */
class OutOfReach extends Error {}

/**
 * @param before the types of the tree before the update, with nothing bound.
 * @returns undefined where the whole tree has to be inferred.
 */
export function updateTypes(
  before: Inference,
  update: TreeUpdate,
  library: NodeLibrary,
  cache: GraphCache,
): Inference | undefined {
  if (update.leaves.size === 0 && update.scopes.size === 0) return before;
  if (troubledInside(before.problems, update.scopes)) return undefined;
  try {
    return inferDownstream(before, update, library, cache);
  } catch (error) {
    if (error instanceof OutOfReach) return undefined;
    throw error;
  }
}

function inferDownstream(
  before: Inference,
  { tree, leaves, scopes }: TreeUpdate,
  library: NodeLibrary,
  cache: GraphCache,
): Inference {
  const troubled = troubledNodes(before.problems);
  /** What takes the place of types before. */
  const inputs = new Map<PortPath, PortType>();
  const outputs = new Map<PortPath, PortType>();
  /** Ports of modules and stacks that were followed, by side and path. */
  const followed = new Map<string, PortType | undefined>();
  /** Leaves with an output that became another, or whose output enters a module that has other values now. */
  const stirred = new Set<InstancePath>();
  for (const path of scopes) for (const { path: source } of sourcesInto(tree.byPath.get(path)!)) stirred.add(source);

  for (const leaf of tree.execution) if (leaves.has(leaf.path) || isStirred(leaf.inputs)) typeLeaf(leaf);
  // Outputs of nodes that are not called have no types.
  if (stirred.size > 0) typeModules(tree.root);
  return {
    ...before,
    inputs: replaced(before.inputs, inputs),
    outputs: replaced(before.outputs, outputs),
  };

  function isTroubled({ place }: Instance): boolean {
    return troubled.size > 0 && place !== undefined && troubled.has(troubleKey(place.module, place.nodeId));
  }

  function isStirred(sources: Readonly<Record<string, Source>>): boolean {
    if (stirred.size === 0) return false;
    for (const port in sources) if (stirred.has(sources[port]!.path)) return true;
    return false;
  }

  function typeLeaf(leaf: LeafInstance): void {
    // Behind a problem there are no types, and none come of an edit here.
    if (before.blocked.has(leaf.path) || isTroubled(leaf)) throw new OutOfReach();
    const came: Record<string, PortType> = {};
    for (const [port, feed] of Object.entries(leaf.feeds)) {
      const type = typeOf(feed);
      if (type) came[port] = type;
    }
    const types = typesOf(leaf, came);
    for (const [port, type] of Object.entries(came))
      keep(before.inputs, inputs, cachedPortPath(cache, leaf.path, port), own(types.inputs, port) ?? type);
    for (const [port, type] of Object.entries(types.outputs))
      if (keep(before.outputs, outputs, cachedPortPath(cache, leaf.path, port), type)) stirred.add(leaf.path);
  }

  function typesOf(leaf: LeafInstance, came: PortTypes): LeafTypes {
    const signature = library.get(leaf.type);
    const { params } = leaf;
    const declared = tree.rootInputs.get(leaf.path);
    const kept = declared ? undefined : cache.leaves.get(leaf.path);
    if (kept?.signature === signature && kept?.params === params && sameTypes(kept.came, came)) return kept.types;
    const checks = signature?.check?.(params) ?? [];
    if (checks.length > 0) throw new OutOfReach();
    const types =
      declared && leaf.type === INPUT_TYPE
        ? rootInput(tree, declared, undefined, cache)
        : inferLeaf(signature!, params, came, cache);
    if (types.problems.length > 0 || missingOutput(signature, types)) throw new OutOfReach();
    const shared = sharedTypes(kept?.types, types);
    if (!declared) cache.leaves.set(leaf.path, { signature, params, came, types: shared });
    return shared;
  }

  /** Ports of modules and stacks that an edit reaches. */
  function typeModules(instance: Instance): void {
    if (instance.kind === 'leaf') return;
    const inside = isWithin(instance.path, scopes);
    for (const port of Object.keys(instance.feeds))
      if (inside || isStirred(pick(instance.inputs, port))) typeOf({ side: 'input', path: instance.path, port });
    for (const port of Object.keys(instance.outputFeeds))
      if (inside || isStirred(pick(instance.outputs, port))) typeOf({ side: 'output', path: instance.path, port });
    for (const child of instance.kind === 'stack' ? instance.layers : instance.children) typeModules(child);
  }

  /** As in `infer`: up the feeds to a port that is known, and back down through the borders on the way. */
  function typeOf(start: Feed): PortType | undefined {
    const chain: Feed[] = [];
    let at: Feed | undefined = start;
    let type: PortType | undefined;
    while (at) {
      const instance: Instance = tree.byPath.get(at.path)!;
      if (instance.kind === 'leaf') {
        if (before.blocked.has(at.path)) throw new OutOfReach();
        const path = cachedPortPath(cache, at.path, at.port);
        type = outputs.get(path) ?? before.outputs.get(path);
        break;
      }
      const key = keyOf(at);
      if (followed.has(key)) {
        type = followed.get(key);
        break;
      }
      followed.set(key, undefined);
      chain.push(at);
      at = own(at.side === 'input' ? instance.feeds : instance.outputFeeds, at.port);
    }
    for (const port of chain.reverse()) {
      if (port.side === 'input' && type) type = enter(port, type);
      if (type) {
        const [known, fresh] = port.side === 'input' ? [before.inputs, inputs] : [before.outputs, outputs];
        const path = cachedPortPath(cache, port.path, port.port);
        if (!keep(known, fresh, path, type)) type = known.get(path)!;
      }
      followed.set(keyOf(port), type);
    }
    return type;
  }

  function enter(port: Feed, type: PortType): PortType {
    const instance = tree.byPath.get(port.path)!;
    if (instance.kind !== 'module') return type;
    if (isTroubled(instance)) throw new OutOfReach();
    const result = enteredType(instance, port.port, type, moduleBindings(instance), cache);
    if ('problem' in result) throw new OutOfReach();
    const key = keyOf(port);
    const known = cache.entered.get(key);
    const kept = known && equalTypes(known, result.type) ? known : result.type;
    cache.entered.set(key, kept);
    return kept;
  }
}

/** Takes down a type that is another than before. @returns whether it is. @throws {OutOfReach} if there was none. */
function keep(
  known: ReadonlyMap<PortPath, PortType>,
  fresh: Map<PortPath, PortType>,
  path: PortPath,
  type: PortType,
): boolean {
  const before = known.get(path);
  if (!before) throw new OutOfReach();
  if (before === type || equalTypes(before, type)) return false;
  fresh.set(path, type);
  return true;
}

/** The types with those of before where they are equal, so that what follows from them is not inferred anew. */
function sharedTypes(before: LeafTypes | undefined, types: LeafTypes): LeafTypes {
  if (!before) return types;
  return { ...types, inputs: shared(before.inputs, types.inputs), outputs: shared(before.outputs, types.outputs) };
}

function shared(
  before: Readonly<Record<string, PortType>>,
  types: Readonly<Record<string, PortType>>,
): Readonly<Record<string, PortType>> {
  return Object.fromEntries(
    Object.entries(types).map(([port, type]) => {
      const known = own(before, port);
      return [port, known && equalTypes(known, type) ? known : type];
    }),
  );
}

function sourcesInto(instance: Instance): readonly Source[] {
  return Object.values(instance.inputs);
}

function pick(sources: Readonly<Record<string, Source>>, port: string): Readonly<Record<string, Source>> {
  const source = own(sources, port);
  return source ? { [port]: source } : {};
}
