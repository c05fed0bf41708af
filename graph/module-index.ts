/** What follows from one module's definition: its nodes by id, its ports, its wires with those refused that lead nowhere. */
import type { GraphCache } from './cache.ts';
import { closest } from './closest.ts';
import { ruleOf, type NodeParameter } from './parameters.ts';
import {
  INPUT_NODE_PORT,
  isInput,
  isOutput,
  moduleInputs,
  moduleOutputs,
  OUTPUT_NODE_PORT,
  type ModuleInput,
  type ModuleOutput,
} from './ports.ts';
import type { Problem } from './problems.ts';
import { isInstance, type Edge, type GraphModule, type GraphNode } from './schema.ts';
import type { NodeLibrary } from './signature.ts';

export interface ModuleIndex {
  readonly module: GraphModule;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly inputs: readonly ModuleInput[];
  readonly outputs: readonly ModuleOutput[];
  /** Its hyperparameters, as an instance's parameters. */
  readonly rules: readonly NodeParameter[];
  /** Sound edges by the node that they lead to. */
  readonly incoming: ReadonlyMap<string, readonly Edge[]>;
  /** Faults of the wiring: ports that do not exist, two wires into one input. Nodes that do not exist are check.ts's. */
  readonly problems: readonly Problem[];
}

/** The names of a node's ports; undefined where its type or module is not known, so that its wires are kept. */
export interface PortNames {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export function portNames(
  node: GraphNode,
  moduleNamed: (name: string) => GraphModule | undefined,
  library: NodeLibrary,
): PortNames | undefined {
  if (isInstance(node)) {
    const callee = moduleNamed(node.module);
    return callee && calleePorts(callee);
  }
  if (isInput(node)) return { inputs: [], outputs: [INPUT_NODE_PORT] };
  if (isOutput(node)) return { inputs: [OUTPUT_NODE_PORT], outputs: [] };
  const signature = library.get(node.type);
  return (
    signature && {
      inputs: signature.inputs.map(({ name }) => name),
      outputs: signature.outputs.map(({ name }) => name),
    }
  );
}

function calleePorts(callee: GraphModule): PortNames {
  return {
    inputs: callee.nodes.filter(isInput).map(({ name }) => name),
    outputs: callee.nodes.filter(isOutput).map(({ name }) => name),
  };
}

/** The index of a module, from the cache where nothing that it rests on has changed. */
export function indexModule(
  module: GraphModule,
  modules: ReadonlyMap<string, GraphModule>,
  library: NodeLibrary,
  cache: GraphCache,
): ModuleIndex {
  const kept = cache.modules.get(module);
  if (kept?.library === library && [...kept.callees].every(([name, callee]) => modules.get(name) === callee))
    return kept.index;
  const callees = new Map<string, GraphModule | undefined>();
  for (const node of module.nodes) if (isInstance(node)) callees.set(node.module, modules.get(node.module));
  const index = buildIndex(module, callees, library, cache);
  cache.modules.set(module, { index, library, callees });
  return index;
}

/** A module's hyperparameters as parameters of its instances; the same list as long as they are the same. */
export function rulesOf({ hyperparameters }: GraphModule, cache: GraphCache): readonly NodeParameter[] {
  const kept = cache.rules.get(hyperparameters);
  if (kept) return kept;
  const rules = hyperparameters.map((rule) => ({ ...ruleOf(rule), default: rule.default }));
  cache.rules.set(hyperparameters, rules);
  return rules;
}

function buildIndex(
  module: GraphModule,
  callees: ReadonlyMap<string, GraphModule | undefined>,
  library: NodeLibrary,
  cache: GraphCache,
): ModuleIndex {
  const nodes = new Map(module.nodes.map((node) => [node.id, node]));
  const ports = new Map<string, PortNames | undefined>();
  for (const node of module.nodes)
    ports.set(
      node.id,
      portNames(node, (name) => callees.get(name), library),
    );

  const problems: Problem[] = [];
  const incoming = new Map<string, Edge[]>();
  for (const edge of module.edges) {
    const { from, to } = edge;
    const [source, target] = [nodes.get(from[0]), nodes.get(to[0])];
    if (!source || !target) continue;
    const fault = edgeFault(edge, source, target, ports, incoming);
    if (fault) {
      problems.push({
        ...fault,
        severity: 'error',
        place: { module: module.name, nodeId: to[0], port: { side: 'input', name: to[1] } },
        fixes: [{ kind: 'remove-edge', title: 'Remove the wire', module: module.name, from, to }],
      });
      continue;
    }
    const others = incoming.get(edge.to[0]);
    if (others) others.push(edge);
    else incoming.set(edge.to[0], [edge]);
  }
  return {
    module,
    nodes,
    inputs: moduleInputs(module, library),
    outputs: moduleOutputs(module),
    rules: rulesOf(module, cache),
    incoming,
    problems,
  };
}

function edgeFault(
  { from, to }: Edge,
  source: GraphNode,
  target: GraphNode,
  ports: ReadonlyMap<string, PortNames | undefined>,
  incoming: ReadonlyMap<string, readonly Edge[]>,
): { readonly code: string; readonly message: string } | undefined {
  const outputs = ports.get(source.id)?.outputs;
  if (outputs && !outputs.includes(from[1]))
    return {
      code: 'edge.no-port',
      message: `a wire comes from output "${from[1]}" ${missing(source, from[1], outputs)}`,
    };
  const inputs = ports.get(target.id)?.inputs;
  if (inputs && !inputs.includes(to[1]))
    return { code: 'edge.no-port', message: `a wire leads to input "${to[1]}" ${missing(target, to[1], inputs)}` };
  if (incoming.get(target.id)?.some((other) => other.to[1] === to[1]))
    return { code: 'edge.second', message: `input "${to[1]}" has two wires; the first counts` };
  return undefined;
}

function missing(node: GraphNode, wanted: string, names: readonly string[]): string {
  const near = closest(wanted, names);
  const known = near ?? (names.length ? names.join(', ') : 'none');
  return `of ${node.name}, which does not exist; ${near === undefined ? 'there' : 'the nearest'} is ${known}`;
}
