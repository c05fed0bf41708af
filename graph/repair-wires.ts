/**
 * Fixes on wires: the node that makes what comes into what is wanted (a projector, a transpose, another shape, an
 * embedding of ids), and the output that an empty input had better be wired to.
 */
import { adaptersFor, type Adapter } from './adapters.ts';
import { createCache } from './cache.ts';
import { connectionCheck } from './connect.ts';
import { checkPort, inferLeaf, numericParams } from './infer-leaf.ts';
import { moduleBindings, scopeOf } from './infer.ts';
import { portPath, type Feed, type Instance, type ModuleInstance } from './instance.ts';
import { portNames } from './module-index.ts';
import { finder } from './modules.ts';
import { isOutput, OUTPUT_NODE_PORT } from './ports.ts';
import type { Dimension, Fix, Problem } from './problems.ts';
import { own } from './records.ts';
import type { RepairContext } from './repairs.ts';
import type { GraphModule } from './schema.ts';
import type { PortType } from './signature.ts';
import { enclosingPath } from './trace.ts';

export function* wireRepairs(problem: Problem, context: RepairContext): Generator<Fix> {
  const { module: name, nodeId, path, port } = problem.place;
  const module = context.document.modules.find((one) => one.name === name);
  if (!module || nodeId === undefined || path === undefined || port?.side !== 'input') return;
  if (problem.code === 'input.unconnected' || problem.code === 'output.unconnected') {
    yield* connections(problem, module, [nodeId, port.name], context);
    return;
  }
  const instance = context.tree.byPath.get(path);
  if (!instance || module.nodes.every(({ id }) => id !== nodeId)) return;
  // Where two inputs do not fit each other, either may be the one that is to change.
  const others = instance.kind === 'leaf' ? Object.keys(instance.feeds).filter((other) => other !== port.name) : [];
  const broadcast = problem.code === 'shape.broadcast';
  yield* adapters(instance, module.name, nodeId, { port: port.name, broadcast, only: null }, context);
  for (const input of others)
    yield* adapters(instance, module.name, nodeId, { port: input, broadcast, only: 'linear' }, context);
}

interface AdaptedInput {
  readonly port: string;
  /** What comes broadcasts with another input. */
  readonly broadcast: boolean;
  /** The one type of node that may be put there; null: whatever fits. */
  readonly only: string | null;
}

/** Nodes that would make what comes at an input into what the instance takes. */
function* adapters(
  instance: Instance,
  module: string,
  nodeId: string,
  { port, broadcast, only }: AdaptedInput,
  context: RepairContext,
): Generator<Fix> {
  const feed = own(instance.feeds, port);
  const came = feed && typeOfFeed(feed, context);
  if (!came) return;
  const wire = wireBehind(feed, { module, to: [nodeId, port], scope: scopeOf(context.tree, instance) }, context);
  const widths = widthsWanted(instance, port, context);
  const vocabulary = vocabularyBehind(instance, port, context);
  for (const adapter of adaptersFor(came, { widths, vocabulary, broadcast }, wire.scope, context.library)) {
    if (only !== null && adapter.type !== only) continue;
    if (!takes(instance, port, adapter.gives, context)) continue;
    yield insertion(adapter, wire);
  }
}

interface Wire {
  readonly module: string;
  readonly to: readonly [string, string];
  /** The hyperparameters that the inserted node's parameters may name. */
  readonly scope: Instance['params'];
}

/** What a layer gets from the one before it is changed inside, where the module's output is wired. */
function wireBehind(feed: Feed, wire: Wire, { document, tree }: RepairContext): Wire {
  const source = tree.byPath.get(feed.path);
  const parent = tree.byPath.get(feed.path.slice(0, Math.max(0, feed.path.lastIndexOf('.'))));
  if (feed.side !== 'output' || source?.kind !== 'module' || parent?.kind !== 'stack') return wire;
  const callee = finder(document)(source.module);
  const output = callee?.nodes.find((node) => isOutput(node) && node.name === feed.port);
  if (!callee || !output) return wire;
  return { module: callee.name, to: [output.id, OUTPUT_NODE_PORT], scope: source.params };
}

function insertion({ type, title, params, input, output }: Adapter, { module, to }: Wire): Fix {
  return { kind: 'insert-node', title, module, to, type, params, input, output };
}

function typeOfFeed({ side, path, port }: Feed, { inference }: RepairContext): PortType | undefined {
  return (side === 'input' ? inference.inputs : inference.outputs).get(portPath(path, port));
}

function typesAround(instance: Instance, port: string, context: RepairContext): Record<string, PortType> {
  const types: Record<string, PortType> = {};
  for (const [name, feed] of Object.entries(instance.feeds)) {
    const type = name === port ? undefined : typeOfFeed(feed, context);
    if (type) types[name] = type;
  }
  return types;
}

/** Whether an instance takes a type at one input, beside what comes at the others. */
function takes(instance: Instance, port: string, type: PortType, context: RepairContext): boolean {
  const cache = createCache();
  const others = typesAround(instance, port, context);
  if (instance.kind === 'leaf') {
    const signature = context.library.get(instance.type);
    if (!signature) return false;
    const { problems } = inferLeaf(signature, instance.params, { ...others, [port]: type }, cache);
    return problems.every(({ severity }) => severity === 'warning');
  }
  const layer = moduleOf(instance);
  if (!layer) return false;
  const bindings = moduleBindings(layer);
  return layer.declared.every((input) => {
    const came = input.name === port ? type : others[input.name];
    return !came || !('problem' in checkPort({ ...input, dtypes: [input.dtype] }, came, bindings, cache));
  });
}

function moduleOf(instance: Exclude<Instance, { kind: 'leaf' }>): ModuleInstance | undefined {
  return instance.kind === 'stack' ? instance.layers[0] : instance;
}

/** Sizes that the last axis may be meant to have: what the port declares, then those of the other inputs. */
function widthsWanted(instance: Instance, port: string, context: RepairContext): readonly Dimension[] {
  const widths: Dimension[] = [];
  const declared =
    instance.kind === 'leaf'
      ? context.library.get(instance.type)?.inputs.find(({ name }) => name === port)?.shape
      : moduleOf(instance)?.declared.find(({ name }) => name === port)?.shape;
  const last = /[A-Za-z_]\w*$/.exec(declared?.trim() ?? '')?.[0];
  const params = instance.kind === 'stack' ? (moduleOf(instance)?.params ?? {}) : instance.params;
  const size = last === undefined ? undefined : numericParams(params).get(last)?.value.value;
  if (last !== undefined && typeof size === 'number') {
    const name = own(instance.params, last)?.label;
    widths.push(name === undefined ? { size } : { size, name });
  }
  for (const { dims } of Object.values(typesAround(instance, port, context))) widths.push(...dims.slice(-2).reverse());
  return widths.filter((dim, index) => widths.findIndex((other) => other.size === dim.size) === index);
}

/** How many ids there are, where the ids that come at an input are drawn from a vocabulary that is known. */
function vocabularyBehind(instance: Instance, port: string, { tree }: RepairContext): Dimension | undefined {
  const source = own('inputs' in instance ? instance.inputs : {}, port);
  const leaf = source && tree.byPath.get(source.path);
  const size = leaf && own(leaf.params, 'vocab_size');
  if (typeof size?.value !== 'number') return undefined;
  return size.label === undefined ? { size: size.value } : { size: size.value, name: size.label };
}

/**
 * An output that fits an empty input, where there is no doubt which is meant: one of its name, the only one that fits,
 * or the only one of a node that is not used yet.
 */
function* connections(
  problem: Problem,
  module: GraphModule,
  to: readonly [string, string],
  { document, tree, inference, library }: RepairContext,
): Generator<Fix> {
  const target = module.nodes.find(({ id }) => id === to[0]);
  if (!target || problem.place.path === undefined) return;
  const around = isOutput(target)
    ? problem.place.path
    : enclosingPath(problem.place.path, (at) => tree.byPath.get(at)?.kind);
  const verdict = connectionCheck(document, tree, inference, library);
  const fitting = module.nodes.flatMap((node) =>
    (portNames(node, finder(document), library)?.outputs ?? [])
      .filter((port) => {
        const fits = verdict({ path: around, nodeId: node.id, port }, { path: around, nodeId: to[0], port: to[1] });
        return fits.ok && fits.adapts === undefined;
      })
      .map((port) => ({ node, port, unused: module.edges.every(({ from }) => from[0] !== node.id) })),
  );
  const name = isOutput(target) ? target.name : to[1];
  const chosen = [
    fitting.filter(({ node, port }) => node.name === name || port === name),
    fitting,
    fitting.filter(({ unused }) => unused),
  ].find((some) => some.length === 1)?.[0];
  if (chosen) {
    const { node, port } = chosen;
    const title = `Connect ${portNames(node, finder(document), library)!.outputs.length > 1 ? `${node.name}.${port}` : node.name}`;
    yield { kind: 'connect', title, module: module.name, from: [node.id, port], to };
  }
  if (isOutput(target))
    yield { kind: 'remove-node', title: `Delete output ${target.name}`, module: module.name, nodeId: target.id };
}
