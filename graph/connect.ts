/** Whether a wire from one port to another makes sense: kinds, shapes, no cycle. Fast enough to ask for every port. */
import { createCache, type GraphCache } from './cache.ts';
import { elaborate } from './elaborate.ts';
import { checkPort, inferLeaf } from './infer-leaf.ts';
import { moduleBindings, scopeOf } from './infer.ts';
import {
  childPath,
  portPath,
  type Feed,
  type Inference,
  type Instance,
  type InstancePath,
  type InstanceTree,
  type LeafInstance,
  type ModuleInstance,
  type StackInstance,
} from './instance.ts';
import { portNames } from './module-index.ts';
import { withoutModes } from './modes.ts';
import { finder } from './modules.ts';
import { isInput, isOutput } from './ports.ts';
import { own } from './records.ts';
import type { GraphNode, ParameterValue, PatchbayDocument } from './schema.ts';
import type { NodeLibrary, PortType } from './signature.ts';

/** A port of a node, in the instance of its module that is on screen. */
export interface PortAt {
  /** Path of the module instance that holds the node; empty for the root. */
  readonly path: InstancePath;
  readonly nodeId: string;
  readonly port: string;
}

/** Parameters that would take another value with the wire: `in_features` of a new linear, which is a plain number. */
export type Adaptation = Readonly<Record<string, ParameterValue>>;

export type Verdict =
  | { readonly ok: true; readonly adapts?: Adaptation }
  | { readonly ok: false; readonly reason: string };

const FITS: Verdict = { ok: true };

/** Whether a wire may go from an output to an input, and if not why, in words for the user. */
export function canConnect(
  document: PatchbayDocument,
  tree: InstanceTree,
  inference: Inference,
  library: NodeLibrary,
  from: PortAt,
  to: PortAt,
): Verdict {
  return connectionCheck(document, tree, inference, library)(from, to);
}

/** The same for many pairs: what leads up to each output is found once. */
export function connectionCheck(
  document: PatchbayDocument,
  tree: InstanceTree,
  inference: Inference,
  library: NodeLibrary,
  cache: GraphCache = createCache(),
): (from: PortAt, to: PortAt) => Verdict {
  const dependence = createDependence(document, tree, library, cache);

  const nodeAt = ({ path, nodeId }: PortAt): GraphNode | undefined => {
    const around = tree.byPath.get(path);
    if (around?.kind !== 'module') return undefined;
    return finder(document)(around.module)?.nodes.find(({ id }) => id === nodeId);
  };

  return (from, to) => {
    const [source, target] = [nodeAt(from), nodeAt(to)];
    if (!source || !target) return refuse('there is no such node');
    if (from.path !== to.path) return refuse('the nodes are in different modules');
    const outputs = portNames(source, finder(document), library)?.outputs;
    if (outputs && !outputs.includes(from.port)) return refuse(`${source.name} has no output ${from.port}`);
    const inputs = portNames(target, finder(document), library)?.inputs;
    if (inputs && !inputs.includes(to.port)) return refuse(`${target.name} has no input ${to.port}`);

    const feed = outputFeed(from, source);
    const entry = inputFeed(to, target);
    if (dependence(feed, entry))
      return refuse(
        source.id === target.id
          ? `${source.name} would feed itself`
          : `it would close a cycle: ${source.name} depends on ${target.name}`,
      );

    const type = (feed.side === 'input' ? inference.inputs : inference.outputs).get(portPath(feed.path, feed.port));
    if (!type || isOutput(target)) return FITS;
    const callee = tree.byPath.get(entry.path);
    if (!callee) return FITS;
    return callee.kind === 'leaf'
      ? fitsLeaf(tree, inference, library, type, callee, to.port, cache)
      : fitsModule(inference, type, callee, to.port, cache);
  };
}

function refuse(reason: string): Verdict {
  return { ok: false, reason };
}

function keyOf({ side, path, port }: Feed): string {
  return `${side} ${path} ${port}`;
}

/** What a wire from this port takes its value from: an `input` node stands for its module's input. */
function outputFeed({ path, port }: PortAt, node: GraphNode): Feed {
  if (isInput(node) && path !== '') return { side: 'input', path, port: node.name };
  return { side: 'output', path: childPath(path, node.name), port };
}

/** What a wire to this port gives its value to: an `output` node stands for its module's output. */
function inputFeed({ path, port }: PortAt, node: GraphNode): Feed {
  if (isOutput(node)) return { side: 'output', path, port: node.name };
  return { side: 'input', path: childPath(path, node.name), port };
}

/**
 * @returns Whether a value depends on a port: by what is called now, or by the wires that are drawn. A cycle through a
 * node that is muted or bypassed would be one as soon as it is called again.
 */
function createDependence(
  document: PatchbayDocument,
  tree: InstanceTree,
  library: NodeLibrary,
  cache: GraphCache,
): (value: Feed, port: Feed) => boolean {
  const upstreamOf = new Map<string, readonly ReadonlySet<string>[]>();
  let trees: readonly InstanceTree[] | undefined;
  return (value, port) => {
    const key = keyOf(value);
    const kept = upstreamOf.get(key);
    if (kept) return kept.some((upstream) => upstream.has(keyOf(port)));
    if (!trees) {
      const called = withoutModes(document);
      trees = called === document ? [tree] : [tree, elaborate(called, library, {}, cache)];
    }
    const found = trees.map((one) => upstreamFrom(one, library, value));
    upstreamOf.set(key, found);
    return found.some((upstream) => upstream.has(keyOf(port)));
  };
}

/** Every port that a value depends on, its own included. */
function upstreamFrom(tree: InstanceTree, library: NodeLibrary, start: Feed): ReadonlySet<string> {
  const found = new Set<string>();
  const pending: Feed[] = [start];
  for (let feed = pending.pop(); feed; feed = pending.pop()) {
    const key = keyOf(feed);
    if (found.has(key)) continue;
    found.add(key);
    const instance = tree.byPath.get(feed.path);
    if (!instance) continue;
    if (instance.kind === 'leaf' && feed.side === 'output') {
      // Every input of a leaf, wired or not, leads to its outputs.
      const ports = library.get(instance.type)?.inputs.map(({ name }) => name) ?? Object.keys(instance.feeds);
      for (const port of ports) pending.push({ side: 'input', path: feed.path, port });
      continue;
    }
    const next = own(
      feed.side === 'output' && instance.kind !== 'leaf' ? instance.outputFeeds : instance.feeds,
      feed.port,
    );
    if (next) pending.push(next);
  }
  return found;
}

/** Types at the other inputs of an instance, where they are known. */
function otherTypes(inference: Inference, target: Instance, port: string): Record<string, PortType | undefined> {
  const names = Object.keys(target.feeds).filter((name) => name !== port);
  return Object.fromEntries(names.map((name) => [name, inference.inputs.get(portPath(target.path, name))]));
}

/** More parameters than this are not adapted to one wire. */
const MAX_ADAPTED = 4;

/** Whether a type fits a leaf's input: as its parameters are, or with plain numbers among them set to what comes. */
function fitsLeaf(
  tree: InstanceTree,
  inference: Inference,
  library: NodeLibrary,
  type: PortType,
  target: LeafInstance,
  port: string,
  cache: GraphCache,
): Verdict {
  const signature = library.get(target.type);
  if (!signature) return FITS;
  const inputs = { ...otherTypes(inference, target, port), [port]: type };
  const scope = scopeOf(tree, target);
  const adapts: Record<string, ParameterValue> = {};
  let { params } = target;
  for (let round = 0; ; round++) {
    const { problems } = inferLeaf(signature, params, inputs, cache);
    const fault = problems.find((problem) => problem.severity === 'error' && problem.port?.name === port);
    if (!fault) return round === 0 ? FITS : { ok: true, adapts };
    const wanted = fault.suggestions?.find(({ param }) => typeof params[param]?.source === 'number');
    if (!wanted || Object.hasOwn(adapts, wanted.param) || round === MAX_ADAPTED) return refuse(fault.message);
    const named = type.dims.find(({ name, size }) => size === wanted.value && own(scope, name ?? '')?.value === size);
    adapts[wanted.param] = named?.name ?? wanted.value;
    params = {
      ...params,
      [wanted.param]: { value: wanted.value, source: wanted.value, ...(named?.name && { label: named.name }) },
    };
  }
}

/** Whether a type fits an input of a module, as that declares it. */
function fitsModule(
  inference: Inference,
  type: PortType,
  target: ModuleInstance | StackInstance,
  port: string,
  cache: GraphCache,
): Verdict {
  const layer = target.kind === 'stack' ? target.layers[0] : target;
  const declared = layer?.declared.find(({ name }) => name === port);
  if (!layer || !declared) return FITS;
  const bindings = moduleBindings(layer);
  const others = otherTypes(inference, target, port);
  for (const input of layer.declared) {
    const other = others[input.name];
    if (other) checkPort({ ...input, dtypes: [input.dtype] }, other, bindings, cache);
  }
  const result = checkPort({ ...declared, dtypes: [declared.dtype] }, type, bindings, cache);
  return 'problem' in result ? refuse(result.problem.message) : FITS;
}
