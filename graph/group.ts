/**
 * Makes a module of nodes: they move into it, their wires to the outside become its ports, and the hyperparameters that
 * they speak of become its own, passed on by the instance that takes their place.
 */
import { createChanges, EditError, edgePath, moduleNamed, nodePath, nodeWithId } from './changes.ts';
import { edgeKey } from './diff.ts';
import { count, type Edit } from './edit.ts';
import { parseExpression } from './expression-syntax.ts';
import { namesIn } from './expressions.ts';
import { finder } from './modules.ts';
import { freeName, snakeCase, uniqueName } from './names.ts';
import { writtenParameters } from './node-rules.ts';
import { namingNodes } from './naming-nodes.ts';
import { namesInParameter } from './parameter-names.ts';
import { INPUT_NODE_PORT, inputSpec, isInput, isPort, moduleOutputs, OUTPUT_NODE_PORT } from './ports.ts';
import { without } from './records.ts';
import {
  isInstance,
  type Edge,
  type GraphModule,
  type GraphNode,
  type Hyperparameter,
  type InstanceNode,
  type PatchbayDocument,
} from './schema.ts';
import { followedShares } from './share-paths.ts';
import type { NodeLibrary, PortType } from './signature.ts';
import { nameAsValue } from './text-value.ts';

export interface GroupOptions {
  /** Class name of the module to be; a number is added where it is taken. */
  readonly name?: string;
  /** What the ports carry, in the instance that is looked at: it becomes what the module's inputs declare. */
  readonly typeOf?: (nodeId: string, port: string) => PortType | undefined;
  /** Whether a node has weights: the group stands where the first of these stood. Absent: all may have some. */
  readonly hasWeights?: (node: GraphNode) => boolean;
}

/** Room between a port and what it is wired to, in canvas units. */
const PORT_GAP = 320;
const PORT_ROW = 160;

/**
 * Nodes of a module as a module of their own. Ports that are among them stay where they are. `place.nodeIds[0]` is the
 * instance. It stands where the first of them stood, so that weights are drawn in the order that they were.
 * @throws {EditError} if there is nothing to be grouped, a wire leads out of the group and back into it, or of two nodes
 * that must stand beside each other one would stay.
 */
export function groupNodes(
  document: PatchbayDocument,
  library: NodeLibrary,
  moduleName: string,
  nodeIds: readonly string[],
  { name: wanted = 'Group', typeOf = () => undefined, hasWeights = () => true }: GroupOptions = {},
): Edit {
  const module = moduleNamed(document, moduleName);
  for (const id of nodeIds) nodeWithId(module, id);
  const ids = new Set(nodeIds.filter((id) => !isPort(nodeWithId(module, id))));
  if (ids.size === 0) throw new EditError('Ports alone make no module: select the nodes that belong together');
  const between = nodeBetween(module, ids);
  if (between) throw new EditError(`${between.name} lies between the selected nodes: select it too`);
  const apart = namingNodes(module, library).find(({ node, named }) => ids.has(node.id) !== ids.has(named.id));
  if (apart) {
    const { node, named } = apart;
    throw new EditError(`${node.name} reads ${named.name}, which must stand beside it: select both, or neither`);
  }

  const className = freeName((name) => document.modules.some((one) => one.name === name), wanted);
  const changes = createChanges(document);
  const rest: GraphModule = { ...module, nodes: module.nodes.filter(({ id }) => !ids.has(id)) };
  const instanceName = uniqueName(rest, snakeCase(className));
  const instanceId = freeName((id) => module.nodes.some((one) => one.id === id), instanceName);
  for (const { module: owner, id, shares } of followedShares(document, (of, node) =>
    of === moduleName && ids.has(node.id) ? `${instanceName}.${node.name}` : undefined,
  ))
    changes.set(nodePath(owner, id, 'shares'), shares);

  const nodes = moduleNamed(changes.document(), moduleName).nodes.filter(({ id }) => ids.has(id));
  const hyperparameters = hyperparametersOf(document, module, nodes, library);
  const ports = portsOf(document, module, nodes, library, typeOf, hyperparameters);
  changes.insert(['modules', className], {
    name: className,
    hyperparameters: [...hyperparameters],
    ...requirementsOf(module, hyperparameters),
    nodes: [...ports.inputs.map(({ node }) => node), ...nodes, ...ports.outputs.map(({ node }) => node)],
    edges: [...ports.edges],
  } satisfies GraphModule);

  const instance: InstanceNode = {
    id: instanceId,
    name: instanceName,
    module: className,
    ...(hyperparameters.length > 0 && {
      params: Object.fromEntries(hyperparameters.map(({ name, type }) => [name, nameAsValue(name, type)])),
    }),
    // Its corner, so that ungrouping finds the way back.
    position: [
      Math.min(...nodes.map(({ position }) => position[0])),
      Math.min(...nodes.map(({ position }) => position[1])),
    ],
  };
  const first = nodes.find(hasWeights) ?? nodes[0]!;
  // Of the nodes that stay, as many come before it as before: a port of the group's is none of them.
  const index = module.nodes
    .slice(
      0,
      module.nodes.findIndex(({ id }) => id === first.id),
    )
    .filter(({ id }) => !ids.has(id)).length;
  for (const edge of module.edges) {
    if (ids.has(edge.from[0]) || ids.has(edge.to[0])) changes.remove(edgePath(moduleName, edgeKey(edge)));
  }
  for (const id of ids) changes.remove(nodePath(moduleName, id));
  changes.insert(nodePath(moduleName, instanceId), instance, index);
  for (const edge of outerEdges(module, ids, instanceId, ports)) {
    changes.insert(edgePath(moduleName, edgeKey(edge)), edge);
  }
  return {
    title: `Group ${count(nodes.length, 'node')} as ${className}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: [instanceId] },
  };
}

/** A node outside that the group feeds, and that feeds the group: as one node, the group would wait for itself. */
function nodeBetween({ nodes, edges }: GraphModule, ids: ReadonlySet<string>): GraphNode | undefined {
  const reach = (from: 'from' | 'to', to: 'from' | 'to'): ReadonlySet<string> => {
    const reached = new Set<string>();
    const waiting = [...ids];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      for (const edge of edges) {
        const next = edge[to][0];
        if (edge[from][0] !== id || ids.has(next) || reached.has(next)) continue;
        reached.add(next);
        waiting.push(next);
      }
    }
    return reached;
  };
  const [after, before] = [reach('from', 'to'), reach('to', 'from')];
  return nodes.find(({ id }) => after.has(id) && before.has(id));
}

/** Those of the module that the nodes speak of; sizes of the data among them become whole numbers. */
function hyperparametersOf(
  document: PatchbayDocument,
  module: GraphModule,
  nodes: readonly GraphNode[],
  library: NodeLibrary,
): readonly Hyperparameter[] {
  const find = finder(document);
  const named = new Set(
    nodes.flatMap((node) =>
      writtenParameters(node, library, find).flatMap(({ type, value }) => namesInParameter(type, value)),
    ),
  );
  const sizes = (module.sizes ?? []).map(({ name, default: standard, help }): Hyperparameter => ({
    name,
    type: 'int',
    default: standard,
    minimum: 0,
    ...(help !== undefined && { help }),
  }));
  return [...module.hyperparameters, ...sizes].filter(({ name }) => named.has(name));
}

/** What the module requires of these hyperparameters alone, the group requires too. */
function requirementsOf(
  { requires = [] }: GraphModule,
  hyperparameters: readonly Hyperparameter[],
): Pick<GraphModule, 'requires'> {
  const names = new Set(hyperparameters.map(({ name }) => name));
  const kept = requires.filter(({ expression }) => namesIn(parseExpression(expression)).every((one) => names.has(one)));
  return kept.length > 0 ? { requires: kept } : {};
}

interface Port {
  readonly node: GraphNode;
  /** The output that comes in, or the output inside that goes out. */
  readonly source: Edge['from'];
}

interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** All wires inside of the group. */
  readonly edges: readonly Edge[];
}

function portsOf(
  document: PatchbayDocument,
  module: GraphModule,
  nodes: readonly GraphNode[],
  library: NodeLibrary,
  typeOf: NonNullable<GroupOptions['typeOf']>,
  hyperparameters: readonly Hyperparameter[],
): Ports {
  const ids = new Set(nodes.map(({ id }) => id));
  const names = new Set(nodes.map(({ name }) => name));
  const nodeIds = new Set(ids);
  const byId = new Map(module.nodes.map((node) => [node.id, node]));
  const left = Math.min(...nodes.map(({ position }) => position[0]));
  const right = Math.max(...nodes.map(({ position }) => position[0]));
  const top = Math.min(...nodes.map(({ position }) => position[1]));
  const free = (taken: Set<string>, wanted: string): string => {
    const name = freeName((one) => taken.has(one), wanted);
    taken.add(name);
    return name;
  };

  const incoming = sourcesOf(module.edges.filter(({ from, to }) => !ids.has(from[0]) && ids.has(to[0])));
  const types = incoming.map(({ from }) => typeOf(...from));
  const shapes = declaredShapes(types, new Set(hyperparameters.map(({ name }) => name)));
  const inputs = incoming.map(({ from }, index): Port => {
    const name = free(names, nameOfSource(byId.get(from[0]), from[1], INPUT_NODE_PORT));
    const type = types[index];
    const source = byId.get(from[0]);
    const declared = source && isInput(source) ? inputSpec(source, library) : undefined;
    const [dtype, flow] = [type?.dtype ?? declared?.dtype ?? 'f32', type?.flow ?? declared?.flow ?? 'tensor'];
    const params = {
      ...(shapes[index] !== undefined && { shape: shapes[index] }),
      ...(dtype !== 'f32' && { dtype }),
      ...(flow !== 'tensor' && { flow }),
    };
    return {
      source: from,
      node: {
        id: free(nodeIds, name),
        name,
        type: 'input',
        ...(Object.keys(params).length > 0 && { params }),
        position: [left - PORT_GAP, top + index * PORT_ROW],
      },
    };
  });

  const leaving = sourcesOf(module.edges.filter(({ from, to }) => ids.has(from[0]) && !ids.has(to[0])));
  const used = new Set(module.edges.map(({ from }) => from[0]));
  // What is wired to nothing is a result: it must not vanish inside.
  const loose = nodes
    .filter(({ id }) => !used.has(id))
    .flatMap((node) => outputsOf(document, node, library).map((port) => ({ from: [node.id, port] as Edge['from'] })));
  const outputNames = new Set<string>();
  const outputs = [...leaving, ...loose].map(({ from }, index): Port => {
    const name = free(outputNames, nameOfSource(byId.get(from[0]), from[1], 'output'));
    return {
      source: from,
      node: {
        id: free(nodeIds, `${name}_out`),
        name,
        type: 'output',
        position: [right + PORT_GAP, top + index * PORT_ROW],
      },
    };
  });

  const inside = module.edges.filter(({ from, to }) => ids.has(from[0]) && ids.has(to[0]));
  const entering = module.edges
    .filter(({ from, to }) => !ids.has(from[0]) && ids.has(to[0]))
    // The points that it was led through stay outside.
    .map((edge): Edge => ({ ...without(edge, 'reroutes'), from: [portFor(inputs, edge.from).id, INPUT_NODE_PORT] }));
  const going = outputs.map(({ node, source }): Edge => ({ from: source, to: [node.id, OUTPUT_NODE_PORT] }));
  return { inputs, outputs, edges: [...inside, ...entering, ...going] };
}

/** Each source once, in order. */
function sourcesOf(edges: readonly Edge[]): readonly Pick<Edge, 'from'>[] {
  const seen = new Map(edges.map(({ from }) => [from.join('\n'), { from }]));
  return [...seen.values()];
}

function portFor(ports: readonly Port[], source: Edge['from']): GraphNode {
  return ports.find((port) => same(port.source, source))!.node;
}

function same(a: Edge['from'], b: Edge['from']): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** After the node, or after its port where that says more than that it is the only one. */
function nameOfSource(node: GraphNode | undefined, port: string, standard: string): string {
  if (!node || isInput(node) || port === standard || port === 'output') return node?.name ?? port;
  return port;
}

function outputsOf(document: PatchbayDocument, node: GraphNode, library: NodeLibrary): readonly string[] {
  if (!isInstance(node)) return (library.get(node.type)?.outputs ?? []).map(({ name }) => name);
  const callee = finder(document)(node.module);
  return callee ? moduleOutputs(callee).map(({ name }) => name) : [];
}

/**
 * Shape patterns by the names of dimensions, where every dimension has one; a name that stands for two sizes is none,
 * and neither is that of a hyperparameter, which may have another value in here.
 */
function declaredShapes(
  types: readonly (PortType | undefined)[],
  hyperparameters: ReadonlySet<string>,
): readonly (string | undefined)[] {
  const sizes = new Map<string, Set<number>>();
  for (const { name, size } of types.flatMap((type) => type?.dims ?? [])) {
    if (name !== undefined) sizes.set(name, (sizes.get(name) ?? new Set()).add(size));
  }
  return types.map((type) => {
    const names = type?.dims.map(({ name }) => name) ?? [];
    const clear = names.every(
      (name) => name !== undefined && sizes.get(name)!.size === 1 && !hyperparameters.has(name),
    );
    return names.length > 0 && clear ? names.join(' ') : undefined;
  });
}

/** The wires outside, which now begin and end at the instance. */
function outerEdges(
  { edges }: GraphModule,
  ids: ReadonlySet<string>,
  instanceId: string,
  { inputs, outputs }: Ports,
): readonly Edge[] {
  const leaving = edges
    .filter(({ from, to }) => ids.has(from[0]) && !ids.has(to[0]))
    .map((edge): Edge => ({ ...edge, from: [instanceId, portFor(outputs, edge.from).name] }));
  const entering = inputs.map(({ node, source }): Edge => {
    // Several wires from one source become one, which takes the way of the first that has one.
    const led = edges.find(({ from, to, reroutes }) => reroutes && same(from, source) && ids.has(to[0]));
    return { from: source, to: [instanceId, node.name], ...(led && { reroutes: led.reroutes }) };
  });
  return [...entering, ...leaving];
}
