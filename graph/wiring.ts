/**
 * Wires. First each port's feed, which its module's definition says; then, for every leaf, the leaf output that is
 * behind its feeds, through all borders of modules and layers.
 */
import {
  faultOf,
  report,
  type Building,
  type Draft,
  type LeafDraft,
  type ModuleDraft,
  type StackDraft,
} from './building.ts';
import { isIdle, type Feed, type InstancePath, type Source } from './instance.ts';
import { indexModule, type ModuleIndex } from './module-index.ts';
import { OUTPUT_NODE_PORT } from './ports.ts';
import { own } from './records.ts';

/** Sets the feeds of a module's children and of its outputs. */
export function wireModule(instance: ModuleDraft, index: ModuleIndex, children: ReadonlyMap<string, Draft>): void {
  const feedOf = ([nodeId, port]: readonly [string, string]): Feed | undefined => {
    const child = children.get(nodeId);
    if (child) return { side: 'output', path: child.path, port };
    const input = index.inputs.find((candidate) => candidate.nodeId === nodeId);
    return input && { side: 'input', path: instance.path, port: input.name };
  };
  for (const [nodeId, child] of children) {
    for (const edge of index.incoming.get(nodeId) ?? []) {
      const feed = feedOf(edge.from);
      if (feed) child.feeds[edge.to[1]] = feed;
    }
  }
  for (const { nodeId, name } of index.outputs) {
    const [edge] = index.incoming.get(nodeId) ?? [];
    const feed = edge && feedOf(edge.from);
    if (feed) instance.outputFeeds[name] = feed;
  }
}

/**
 * Sets the feeds of a stack's layers: an input that has an output of its name is carried from layer to layer, the
 * others reach every layer; the stack's outputs are the last layer's, and with no layers what is carried passes through.
 */
export function wireStack(stack: StackDraft, callee: ModuleIndex): void {
  const outputs = new Set(callee.outputs.map(({ name }) => name));
  for (const [number, layer] of stack.layers.entries()) {
    const before = stack.layers[number - 1];
    for (const { name } of callee.inputs) {
      layer.feeds[name] =
        before && outputs.has(name)
          ? { side: 'output', path: before.path, port: name }
          : { side: 'input', path: stack.path, port: name };
    }
  }
  const last = stack.layers.at(-1);
  const carried = new Set(callee.inputs.map(({ name }) => name));
  for (const name of outputs) {
    if (last) stack.outputFeeds[name] = { side: 'output', path: last.path, port: name };
    else if (carried.has(name)) stack.outputFeeds[name] = { side: 'input', path: stack.path, port: name };
  }
}

/** What is behind a feed: a leaf's output; nothing, and that is allowed; or nothing, because of a problem. */
type Behind =
  | { readonly kind: 'leaf'; readonly source: Source }
  | { readonly kind: 'none' }
  | { readonly kind: 'problem'; readonly index: number };

const NONE: Behind = { kind: 'none' };

/**
 * Follows all wires, fills `inputs` and `outputs` of every instance, and reports inputs that nothing feeds: as errors
 * where an output of the main module needs them, as warnings elsewhere.
 * @returns leaves that cannot have shapes, with the problem to blame.
 */
export function resolveWires(building: Building, root: ModuleDraft): Map<InstancePath, number> {
  const resolver = createResolver(building);
  const blocked = new Map<InstancePath, number>();
  const unfed = new Map<InstancePath, number[]>();
  for (const instance of building.byPath.values()) {
    // What is not called misses nothing.
    if (isIdle(building.idle, instance.path)) continue;
    const faulty = faultOf(building, instance.path);
    if (faulty !== undefined && instance.kind === 'leaf') blocked.set(instance.path, faulty);
    for (const { name, optional } of inputsOf(building, instance)) {
      const feed = own(instance.feeds, name);
      const behind = feed ? resolver.behind(feed) : NONE;
      if (behind.kind === 'leaf') {
        instance.inputs[name] = behind.source;
        continue;
      }
      if (behind.kind === 'none' && optional) continue;
      const index = behind.kind === 'problem' ? behind.index : resolver.unconnected(instance, name);
      if (instance.kind !== 'leaf') continue;
      if (!blocked.has(instance.path)) blocked.set(instance.path, index);
      const others = unfed.get(instance.path);
      if (others) others.push(index);
      else unfed.set(instance.path, [index]);
    }
    if (instance.kind === 'leaf') continue;
    for (const [name, feed] of Object.entries(instance.outputFeeds)) {
      const behind = resolver.behind(feed);
      if (behind.kind === 'leaf') instance.outputs[name] = behind.source;
    }
  }
  raiseNeeded(building, root, resolver, unfed);
  return blocked;
}

function inputsOf(
  building: Building,
  instance: Draft,
): readonly { readonly name: string; readonly optional?: boolean }[] {
  if (instance.kind === 'leaf') {
    const signature = building.library.get(instance.type);
    return signature?.inputs ?? Object.keys(instance.feeds).map((name) => ({ name }));
  }
  if (instance.kind === 'module') return instance.declared;
  const callee = building.modules.get(instance.module);
  return callee ? indexModule(callee, building.modules, building.library, building.cache).inputs : [];
}

interface Resolver {
  behind(feed: Feed): Behind;
  /** Reports an input that nothing feeds. @returns the problem's index. */
  unconnected(instance: Draft, port: string): number;
  readonly misledWire: MisledWires;
}

function createResolver(building: Building): Resolver {
  const known = new Map<string, Behind>();
  const misledWire = misledWires(building);

  /** One step upstream: the next feed, or the end of the chain. */
  const step = (feed: Feed): Feed | Behind => {
    const instance = building.byPath.get(feed.path)!;
    if (feed.side === 'output') {
      if (instance.kind === 'leaf') return { kind: 'leaf', source: { path: feed.path, port: feed.port } };
      const next = own(instance.outputFeeds, feed.port);
      if (next) return next;
      const fault = faultOf(building, feed.path);
      return { kind: 'problem', index: fault ?? unwiredOutput(instance, feed.port) };
    }
    const next = own((instance as ModuleDraft | StackDraft).feeds, feed.port);
    if (next) return next;
    const declared = inputsOf(building, instance).find(({ name }) => name === feed.port);
    return declared?.optional ? NONE : { kind: 'problem', index: unconnected(instance, feed.port) };
  };

  const behind = (start: Feed): Behind => {
    // Most wires go from leaf to leaf.
    if (start.side === 'output' && building.byPath.get(start.path)!.kind === 'leaf')
      return { kind: 'leaf', source: { path: start.path, port: start.port } };
    const chain: string[] = [];
    const onChain = new Set<string>();
    let at: Feed | Behind = start;
    while (!('kind' in at)) {
      const key = `${at.side} ${at.path} ${at.port}`;
      const found = known.get(key);
      if (found) {
        at = found;
        break;
      }
      if (onChain.has(key)) {
        at = { kind: 'problem', index: emptyCycle(building, at) };
        break;
      }
      chain.push(key);
      onChain.add(key);
      at = step(at);
    }
    for (const key of chain) known.set(key, at);
    return at;
  };

  const unwiredOutput = (instance: Draft, port: string): number => {
    const module = (instance as ModuleDraft | StackDraft).module;
    if (instance.kind === 'stack' && instance.layers.length === 0) {
      return report(building.problems, {
        code: 'stack.empty',
        severity: 'error',
        message: `a stack without layers has no output "${port}": no input has its name, so nothing passes through`,
        place: { ...instance.place, path: instance.path, port: { side: 'output', name: port } },
      });
    }
    const { outputs } = indexModule(building.modules.get(module)!, building.modules, building.library, building.cache);
    const node = outputs.find(({ name }) => name === port);
    const misled = node && misledWire(module, node.nodeId, OUTPUT_NODE_PORT, [OUTPUT_NODE_PORT]);
    if (misled !== undefined) return misled;
    return report(building.problems, {
      code: 'output.unconnected',
      severity: 'warning',
      message: `nothing is wired to output "${port}" of ${module}`,
      place: {
        module,
        ...(node && { nodeId: node.nodeId }),
        path: instance.path,
        port: { side: 'input', name: OUTPUT_NODE_PORT },
      },
    });
  };

  const unconnected = (instance: Draft, port: string): number => {
    const { place } = instance;
    const known = inputsOf(building, instance).map(({ name }) => name);
    const misled = place && misledWire(place.module, place.nodeId, port, known);
    if (misled !== undefined) return misled;
    return report(building.problems, {
      code: 'input.unconnected',
      severity: 'warning',
      message: `input "${port}" is not connected`,
      place: { ...place, path: instance.path, port: { side: 'input', name: port } },
    });
  };

  return { behind, unconnected, misledWire };
}

/** Finds the problem of a wire that was meant for this input, and comes from or leads to a port that does not exist. */
type MisledWires = (module: string, nodeId: string, port: string, known: readonly string[]) => number | undefined;

/** Each problem is looked at once: a graph may have many, and as many inputs that nothing feeds. */
function misledWires({ problems: { all } }: Building): MisledWires {
  const byNode = new Map<string, number[]>();
  let seen = 0;
  return (module, nodeId, port, known) => {
    for (; seen < all.length; seen++) {
      const { code, place } = all[seen]!;
      if ((code !== 'edge.no-port' && code !== 'edge.no-node') || place.port?.side !== 'input') continue;
      const key = JSON.stringify([place.module, place.nodeId]);
      const others = byNode.get(key);
      if (others) others.push(seen);
      else byNode.set(key, [seen]);
    }
    if (byNode.size === 0) return undefined;
    return byNode.get(JSON.stringify([module, nodeId]))?.find((index) => {
      const { name } = all[index]!.place.port!;
      return name === port || !known.includes(name);
    });
  };
}

/** A ring of wires with no node that computes on it: modules that hand their input through. */
function emptyCycle(building: Building, feed: Feed): number {
  const instance = building.byPath.get(feed.path)!;
  return report(building.problems, {
    code: 'graph.cycle',
    severity: 'error',
    message: `${lastName(feed.path)} hands its input through, back to itself: a cycle`,
    place: { ...instance.place, path: feed.path },
  });
}

function lastName(path: InstancePath): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** Makes errors of the warnings about unwired ports that an output of the main module needs. */
function raiseNeeded(
  building: Building,
  root: ModuleDraft,
  resolver: Resolver,
  unfed: ReadonlyMap<InstancePath, readonly number[]>,
): void {
  const raise = (index: number): void => {
    const problem = building.problems.all[index]!;
    building.problems.all[index] = { ...problem, severity: 'error' };
  };
  const main = building.modules.get(root.module);
  if (!main) return;
  const { outputs } = indexModule(main, building.modules, building.library, building.cache);
  const needed = new Set<InstancePath>();
  const pending: InstancePath[] = [];
  const want = (path: InstancePath): void => {
    if (needed.has(path)) return;
    needed.add(path);
    pending.push(path);
  };
  for (const { name, nodeId } of outputs) {
    const feed = own(root.outputFeeds, name);
    const behind = feed && resolver.behind(feed);
    if (behind?.kind === 'leaf') want(behind.source.path);
    else if (behind?.kind === 'problem') raise(behind.index);
    else if (resolver.misledWire(main.name, nodeId, OUTPUT_NODE_PORT, [OUTPUT_NODE_PORT]) === undefined) {
      report(building.problems, {
        code: 'output.unconnected',
        severity: 'error',
        message: `nothing is wired to output "${name}" of ${main.name}`,
        place: { module: main.name, nodeId, path: '', port: { side: 'input', name: OUTPUT_NODE_PORT } },
      });
    }
  }
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const leaf = building.byPath.get(path) as LeafDraft;
    for (const index of unfed.get(path) ?? []) raise(index);
    for (const source of Object.values(leaf.inputs)) want(source.path);
  }
}
