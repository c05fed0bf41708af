/** Takes an instance apart: the nodes of its module come to stand in its place, with its values for hyperparameters. */
import { createChanges, EditError, edgePath, moduleNamed, nodePath, nodeWithId, type Point } from './changes.ts';
import { edgeKey } from './diff.ts';
import { count, type Edit } from './edit.ts';
import { describeValue } from './expressions.ts';
import { finder } from './modules.ts';
import { freeName } from './names.ts';
import { withParameters, writtenParameters } from './node-rules.ts';
import { substituteNames, type Substitute } from './parameter-names.ts';
import { isOutput, isPort, namespaceOf } from './ports.ts';
import { without } from './records.ts';
import {
  isInstance,
  type Edge,
  type GraphModule,
  type GraphNode,
  type Hyperparameter,
  type InstanceNode,
  type ParameterValue,
  type PatchbayDocument,
} from './schema.ts';
import { followedShares } from './share-paths.ts';
import type { NodeLibrary } from './signature.ts';
import { textInExpression } from './text-value.ts';

/**
 * The instance's nodes in its place; names that are taken get the instance's in front. The definition stays, for whoever
 * else uses it. `place.nodeIds` are the nodes that came.
 * @throws {EditError} if the node is no instance of a module of the document, or a stack, or shares weights as a whole, or
 * another shares its.
 */
export function ungroupNode(
  document: PatchbayDocument,
  library: NodeLibrary,
  moduleName: string,
  nodeId: string,
): Edit {
  const module = moduleNamed(document, moduleName);
  const instance = nodeWithId(module, nodeId);
  if (!isInstance(instance)) throw new EditError(`${instance.name} is a single node: there is nothing to ungroup`);
  if (instance.repeat !== undefined)
    throw new EditError(`${instance.name} is a stack of layers; set its number of layers to one first`);
  if (instance.shares !== undefined)
    throw new EditError(`${instance.name} shares the weights of ${instance.shares}; give it weights of its own first`);
  if (instance.mode !== undefined)
    throw new EditError(`${instance.name} is ${instance.mode === 'mute' ? 'muted' : 'bypassed'}; end that first`);
  const callee = moduleNamed(document, instance.module);
  const inner = callee.nodes.filter((node) => !isPort(node));
  const names = namesInPlace(module, instance, inner);
  const ids = idsInPlace(module, nodeId, inner, names);

  const changes = createChanges(document);
  const place = (of: string, node: GraphNode): boolean => of === moduleName && node.id === nodeId;
  for (const { module: owner, id, shares } of followedShares(document, (of, node, { before, last, by }) => {
    if (place(of, node)) {
      if (last) throw new EditError(`${by.name} shares the weights of ${instance.name} as a whole`);
      return '';
    }
    return before && place(before.module, before.node) ? names.get(node.id) : undefined;
  }))
    changes.set(nodePath(owner, id, 'shares'), shares);

  const shared = moduleNamed(changes.document(), callee.name).nodes;
  const substitutes = substitutesOf(module, callee, instance);
  const find = finder(document);
  const [left, top] = cornerOf(inner);
  const shift: Point = [instance.position[0] - left, instance.position[1] - top];
  const placed = inner.map((node): GraphNode => {
    const { shares } = shared.find(({ id }) => id === node.id)!;
    const values = new Map(
      writtenParameters(node, library, find).map(({ name, type, value }) => [
        name,
        substituteNames(type, value, substitutes),
      ]),
    );
    return {
      ...withParameters(node, values),
      ...(shares !== undefined && { shares }),
      id: ids.get(node.id)!,
      name: names.get(node.id)!,
      position: moved(node.position, shift),
    };
  });

  const index = module.nodes.indexOf(instance);
  for (const edge of module.edges) {
    if (edge.from[0] === nodeId || edge.to[0] === nodeId) changes.remove(edgePath(moduleName, edgeKey(edge)));
  }
  changes.remove(nodePath(moduleName, nodeId));
  placed.forEach((node, at) => changes.insert(nodePath(moduleName, node.id), node, index + at));
  for (const edge of wiresInPlace(module, callee, nodeId, ids, shift))
    changes.insert(edgePath(moduleName, edgeKey(edge)), edge);
  return {
    title: `Ungroup ${instance.name} into ${count(placed.length, 'node')}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: placed.map(({ id }) => id) },
  };
}

/** By the id inside: the name it has there, or with the instance's in front where another node has it. */
function namesInPlace(
  module: GraphModule,
  instance: InstanceNode,
  inner: readonly GraphNode[],
): ReadonlyMap<string, string> {
  const taken = new Set(
    module.nodes.filter((node) => node.id !== instance.id && namespaceOf(node) === 'attribute').map(({ name }) => name),
  );
  return new Map(
    inner.map(({ id, name }) => {
      const wanted = taken.has(name) ? `${instance.name}_${name}` : name;
      const free = freeName((one) => taken.has(one), wanted);
      taken.add(free);
      return [id, free];
    }),
  );
}

function idsInPlace(
  module: GraphModule,
  nodeId: string,
  inner: readonly GraphNode[],
  names: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const taken = new Set(module.nodes.map(({ id }) => id).filter((id) => id !== nodeId));
  return new Map(
    inner.map(({ id }) => {
      const free = freeName((one) => taken.has(one), names.get(id)!);
      taken.add(free);
      return [id, free];
    }),
  );
}

/** What each hyperparameter is in this instance. */
function substitutesOf(
  module: GraphModule,
  callee: GraphModule,
  instance: InstanceNode,
): ReadonlyMap<string, Substitute> {
  return new Map(
    callee.hyperparameters.map(({ name, type, default: standard }) => {
      const value = instance.params?.[name] ?? standard;
      return [name, { value, text: textOf(module, type, value) }];
    }),
  );
}

/** Inside an expression a value keeps the type of its hyperparameter: to Python a ratio of 4 is not one of 4.0. */
function textOf(module: GraphModule, type: Hyperparameter['type'], value: ParameterValue): string {
  if (typeof value === 'boolean') return describeValue({ type: 'bool', value });
  if (type === 'string') return textInExpression(String(value));
  if (typeof value === 'number') {
    const text = describeValue({ type: type === 'float' ? 'float' : 'int', value });
    return value < 0 ? `(${text})` : text;
  }
  const named = module.hyperparameters.find(({ name }) => name === value.trim());
  if (named?.type === type) return named.name;
  if (type === 'float') return `float(${value})`;
  return /^\s*\w+\s*$/.test(value) ? value.trim() : `(${value})`;
}

function cornerOf(nodes: readonly GraphNode[]): readonly [number, number] {
  return [Math.min(...nodes.map(({ position }) => position[0])), Math.min(...nodes.map(({ position }) => position[1]))];
}

/** Where a value comes from, and the points that its wires are led through up to there. */
interface Way {
  readonly from: Edge['from'];
  readonly reroutes: NonNullable<Edge['reroutes']>;
}

/**
 * The module's own wires, and those that lead through its ports, joined with what is wired to the instance.
 * @param shift From a place inside to where that comes to lie.
 */
function wiresInPlace(
  module: GraphModule,
  callee: GraphModule,
  nodeId: string,
  ids: ReadonlyMap<string, string>,
  shift: Point,
): readonly Edge[] {
  const ports = new Map(callee.nodes.filter(isPort).map((node) => [node.id, node]));
  const here = ({ reroutes = [] }: Edge): Way['reroutes'] => reroutes.map((point) => moved(point, shift));
  /** Where a value inside really comes from; undefined where the instance's input is not wired. */
  const outside = ([id, port]: Edge['from'], seen: ReadonlySet<string> = new Set()): Way | undefined => {
    const input = ports.get(id);
    if (!input) return { from: [ids.get(id)!, port], reroutes: [] };
    const wire = module.edges.find(({ to }) => to[0] === nodeId && to[1] === input.name);
    if (!wire) return undefined;
    const { from, reroutes = [] } = wire;
    if (from[0] !== nodeId) return { from, reroutes };
    const way = given(from[1], seen);
    return way && { from: way.from, reroutes: [...way.reroutes, ...reroutes] };
  };
  /** What the instance gives at an output, through inputs that are handed on. */
  const given = (name: string, seen: ReadonlySet<string>): Way | undefined => {
    if (seen.has(name)) return undefined;
    const output = callee.nodes.find((node) => isOutput(node) && node.name === name);
    const wire = output && callee.edges.find(({ to }) => to[0] === output.id);
    const way = wire && outside(wire.from, new Set([...seen, name]));
    return way && { from: way.from, reroutes: [...way.reroutes, ...here(wire)] };
  };
  const led = (edge: Edge, { from }: Way, reroutes: Way['reroutes']): Edge => {
    return { ...without(edge, 'reroutes'), from, ...(reroutes.length > 0 && { reroutes }) };
  };
  const inside = callee.edges.flatMap((edge): Edge[] => {
    if (ports.has(edge.to[0])) return [];
    const way = outside(edge.from);
    const to: Edge['to'] = [ids.get(edge.to[0])!, edge.to[1]];
    return way ? [{ ...led(edge, way, [...way.reroutes, ...here(edge)]), to }] : [];
  });
  const leaving = module.edges.flatMap((edge): Edge[] => {
    if (edge.from[0] !== nodeId || edge.to[0] === nodeId) return [];
    const way = given(edge.from[1], new Set());
    return way ? [led(edge, way, [...way.reroutes, ...(edge.reroutes ?? [])])] : [];
  });
  return [...inside, ...leaving];
}

function moved([x, y]: Point, [right, down]: Point): [number, number] {
  return [x + right, y + down];
}
