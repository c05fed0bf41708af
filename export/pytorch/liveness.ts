/** What of each module the main module's outputs need: outputs and nodes that nothing reads are not written. */
import { isInput, isOutput, moduleInputs, OUTPUT_NODE_PORT } from '../../graph/ports.ts';
import { isInstance, type Edge, type GraphModule, type GraphNode } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';

export interface Liveness {
  /** Names of the module's outputs that somebody reads. */
  readonly outputs: ReadonlySet<string>;
  /** Ids of the nodes behind them, ports included. */
  readonly nodes: ReadonlySet<string>;
}

const NOTHING: Liveness = { outputs: new Set(), nodes: new Set() };

/**
 * @param read values of the main module that are read beside its outputs: what they need of other modules is live.
 * @returns by module; nothing for modules that no output needs.
 */
export function findLiveness(
  modules: ReadonlyMap<string, GraphModule>,
  main: string,
  read: readonly Edge['from'][] = [],
): (module: string) => Liveness {
  const live = new Map<string, { readonly outputs: Set<string>; readonly nodes: Set<string> }>();
  const pending: { readonly module: string; readonly output: string }[] = [];
  const want = (module: string, output: string): void => {
    let known = live.get(module);
    if (!known) live.set(module, (known = { outputs: new Set(), nodes: new Set() }));
    if (known.outputs.has(output)) return;
    known.outputs.add(output);
    pending.push({ module, output });
  };
  for (const { name } of modules.get(main)?.nodes.filter(isOutput) ?? []) want(main, name);

  const definition = modules.get(main);
  for (const [id, port] of definition ? read : []) {
    const source = definition!.nodes.find((node) => node.id === id)!;
    for (const output of readThrough(source, [id, port], modules)) want((source as { module: string }).module, output);
    follow(definition!, id, new Set(), modules, want);
  }

  for (let next = pending.pop(); next; next = pending.pop()) {
    const { module, output } = next;
    const definition = modules.get(module)!;
    const node = definition.nodes.find((candidate) => isOutput(candidate) && candidate.name === output);
    if (node) follow(definition, node.id, live.get(module)!.nodes, modules, want);
  }
  return (module) => live.get(module) ?? NOTHING;
}

/** Marks what is upstream of a node. */
function follow(
  definition: GraphModule,
  start: string,
  marked: Set<string>,
  modules: ReadonlyMap<string, GraphModule>,
  want: (module: string, output: string) => void,
): void {
  const nodes = new Map(definition.nodes.map((node) => [node.id, node]));
  const incoming = Map.groupBy(definition.edges, ({ to: [id] }) => id);
  const stack = [start];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (marked.has(id)) continue;
    marked.add(id);
    for (const { from } of incoming.get(id) ?? []) {
      const source = nodes.get(from[0]);
      if (!source) continue;
      stack.push(source.id);
      for (const output of readThrough(source, from, modules)) want((source as { module: string }).module, output);
    }
  }
}

/** Outputs of the callee that a wire from this node reads; in a stack, also what goes from layer to layer. */
function readThrough(
  source: GraphNode,
  [, port]: Edge['from'],
  modules: ReadonlyMap<string, GraphModule>,
): readonly string[] {
  if (!isInstance(source)) return [];
  const callee = modules.get(source.module);
  if (!callee || source.repeat === undefined) return [port];
  const inputs = new Set(moduleInputs(callee, NODES).map(({ name }) => name));
  const carried = callee.nodes.filter((node) => isOutput(node) && inputs.has(node.name) && isWired(callee, node));
  return [port, ...carried.map(({ name }) => name)];
}

function isWired({ edges }: GraphModule, { id }: GraphNode): boolean {
  return edges.some(({ to }) => to[0] === id && to[1] === OUTPUT_NODE_PORT);
}

/** The live nodes of a module that compute something, each after what it reads, in the order in which outputs ask for them. */
export function executionOrder(definition: GraphModule, { nodes: live }: Liveness): readonly GraphNode[] {
  const nodes = new Map(definition.nodes.map((node) => [node.id, node]));
  const incoming = Map.groupBy(definition.edges, ({ to: [id] }) => id);
  const ordered: GraphNode[] = [];
  const visited = new Set<string>();
  const visit = (node: GraphNode): void => {
    if (visited.has(node.id)) return;
    visited.add(node.id);
    for (const source of portOrder(incoming.get(node.id) ?? [], node)) {
      const upstream = nodes.get(source);
      if (upstream) visit(upstream);
    }
    if (!isInput(node) && !isOutput(node)) ordered.push(node);
  };
  for (const node of definition.nodes) if (isOutput(node) && live.has(node.id)) visit(node);
  return ordered;
}

/** Sources of the wires, in the order of the ports that they lead to. */
function portOrder(edges: readonly Edge[], node: GraphNode): readonly string[] {
  const ports = isInstance(node) ? [] : (NODES.get(node.type)?.inputs.map(({ name }) => name) ?? []);
  return edges.toSorted((a, b) => ports.indexOf(a.to[1]) - ports.indexOf(b.to[1])).map(({ from: [id] }) => id);
}
