/** Edits of nodes: add, remove, move, resize, rename. */
import {
  createChanges,
  EditError,
  edgePath,
  moduleNamed,
  nodePath,
  nodeWithId,
  pointOf,
  type Changes,
  type Point,
} from './changes.ts';
import { edgeKey } from './diff.ts';
import { count, type Edit } from './edit.ts';
import { contains, closureOf, finder } from './modules.ts';
import { nameProblem, snakeCase, uniqueId, uniqueName } from './names.ts';
import { namingNodes } from './naming-nodes.ts';
import { isOutput, isPort, namespaceOf } from './ports.ts';
import {
  isInstance,
  schemas,
  type Edge,
  type GraphModule,
  type GraphNode,
  type ParameterValue,
  type PatchbayDocument,
} from './schema.ts';
import type { NodeLibrary } from './signature.ts';
import { renamedShares } from './share-paths.ts';

export interface NewNode {
  readonly position: Point;
  /** Absent: after the type or the module; a number is added where it is taken. */
  readonly name?: string;
  readonly params?: Readonly<Record<string, ParameterValue>>;
  readonly size?: Point;
}

/**
 * Adds a library node as the last of its module, so that no other node's weights change. `place.nodeIds[0]` is its id.
 * @throws {EditError} if there is no such module, or a name, parameter or position is none.
 */
export function addNode(
  document: PatchbayDocument,
  module: string,
  { type, ...more }: NewNode & { readonly type: string },
): Edit {
  return insertNode(document, module, { type }, more, type, `Add ${type}`, createChanges(document));
}

export interface NewInstance extends NewNode {
  /** Name of the module that it is an instance of. */
  readonly instanceOf: string;
  readonly repeat?: number | string;
}

/**
 * Adds an instance of a module. A shipped module that the document lacks is copied into it, with those that it needs.
 * @throws {EditError} if neither has the module, or it would contain itself.
 */
export function addInstance(
  document: PatchbayDocument,
  module: string,
  { instanceOf, repeat, ...more }: NewInstance,
  shipped: ReadonlyMap<string, GraphModule> = new Map(),
): Edit {
  const inDocument = finder(document);
  const find = (name: string): GraphModule | undefined => inDocument(name) ?? shipped.get(name);
  if (!find(instanceOf)) throw new EditError(`there is no module ${instanceOf}`);
  if (contains(find, instanceOf, module))
    throw new EditError(`${module} would contain itself: ${instanceOf} contains it`);
  const changes = createChanges(document);
  for (const needed of closureOf([instanceOf], find))
    if (!inDocument(needed.name)) changes.insert(['modules', needed.name], needed);
  const kind = { module: instanceOf, ...(repeat !== undefined && { repeat }) };
  return insertNode(document, module, kind, more, snakeCase(instanceOf), `Add ${instanceOf}`, changes);
}

function insertNode(
  document: PatchbayDocument,
  moduleName: string,
  kind: { readonly type: string } | { readonly module: string; readonly repeat?: number | string },
  { position, name, params, size }: NewNode,
  standardName: string,
  title: string,
  changes: Changes,
): Edit {
  const module = moduleNamed(document, moduleName);
  const head = { id: '', name: '', ...kind, position: pointOf(position) } as GraphNode;
  const unique = uniqueName(module, name ?? standardName, namespaceOf(head));
  const node = {
    ...head,
    id: uniqueId(module, unique),
    name: unique,
    ...(params && Object.keys(params).length > 0 && { params: { ...params } }),
    ...(size && { size: pointOf(size) }),
  };
  const problem = nameProblem(module, node, unique);
  if (problem !== undefined) throw new EditError(problem);
  if (!schemas().node.safeParse(node).success) throw new EditError(`${unique} cannot be written to a file as it is`);
  changes.insert(nodePath(moduleName, node.id), node);
  return { title, diff: changes.diff(), place: { module: moduleName, nodeIds: [node.id] } };
}

/**
 * Removes nodes with the wires at them; of ports also the wires at every instance of the module.
 * @throws {EditError} if one does not exist.
 */
export function removeNodes(document: PatchbayDocument, moduleName: string, nodeIds: readonly string[]): Edit {
  const module = moduleNamed(document, moduleName);
  const nodes = nodeIds.map((id) => nodeWithId(module, id));
  const changes = createChanges(document);
  const ids = new Set(nodeIds);
  for (const edge of module.edges)
    if (ids.has(edge.from[0]) || ids.has(edge.to[0])) changes.remove(edgePath(moduleName, edgeKey(edge)));
  let callerWires = 0;
  for (const node of nodes) {
    for (const { caller, edge } of wiresAtPort(document, module, node)) {
      callerWires++;
      changes.remove(edgePath(caller.name, edgeKey(edge)));
    }
    changes.remove(nodePath(moduleName, node.id));
  }
  const what = nodes.length === 1 ? nodes[0]!.name : count(nodes.length, 'node');
  const wires = callerWires > 0 ? ` and ${count(callerWires, 'wire')} at instances of ${moduleName}` : '';
  return {
    title: `Delete ${what}${wires}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: [...nodeIds] },
  };
}

/** Wires of all modules at the port that a port node is, on instances of its module. */
export function wiresAtPort(
  document: PatchbayDocument,
  module: GraphModule,
  port: GraphNode,
): readonly { readonly caller: GraphModule; readonly edge: Edge; readonly end: 'from' | 'to' }[] {
  if (!isPort(port)) return [];
  // Another port node of the same name, in a document with that fault, keeps the wires.
  const same = module.nodes.filter(
    (node) => isPort(node) && node.name === port.name && isOutput(node) === isOutput(port),
  );
  if (same.length > 1) return [];
  const end = isOutput(port) ? 'from' : 'to';
  return document.modules.flatMap((caller) => {
    const instances = new Set(
      caller.nodes.filter((node) => isInstance(node) && node.module === module.name).map(({ id }) => id),
    );
    return caller.edges
      .filter((edge) => instances.has(edge[end][0]) && edge[end][1] === port.name)
      .map((edge) => ({ caller, edge, end }) as const);
  });
}

/**
 * Moves nodes to positions; one step per gesture. The points that a wire is led through move along where both of its ends
 * do: each by its share of what the two move by.
 * @param gesture told apart from the next gesture by this, so that moves while dragging are one step.
 */
export function moveNodes(
  document: PatchbayDocument,
  moduleName: string,
  positions: ReadonlyMap<string, Point>,
  gesture?: string,
): Edit {
  const module = moduleNamed(document, moduleName);
  const changes = createChanges(document);
  for (const [id, position] of positions) {
    nodeWithId(module, id);
    changes.set(nodePath(moduleName, id, 'position'), pointOf(position));
  }
  for (const edge of module.edges)
    if (edge.reroutes && positions.has(edge.from[0]) && positions.has(edge.to[0]))
      changes.set([...edgePath(moduleName, edgeKey(edge)), 'reroutes'], movedReroutes(module, edge, positions));
  return {
    title: `Move ${count(positions.size, 'node')}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: [...positions.keys()] },
    ...(gesture !== undefined && { coalesce: `move ${moduleName} ${gesture}` }),
  };
}

function movedReroutes(
  module: GraphModule,
  { from, to, reroutes = [] }: Edge,
  positions: ReadonlyMap<string, Point>,
): Edge['reroutes'] {
  const shifts = [from[0], to[0]].map((id) => {
    const [before, after] = [nodeWithId(module, id).position, positions.get(id)!];
    return [after[0] - before[0], after[1] - before[1]] as const;
  });
  const [start, end] = shifts as [Point, Point];
  const shift = (axis: 0 | 1, share: number): number =>
    start[axis] === end[axis] ? start[axis] : Math.round(start[axis] + share * (end[axis] - start[axis]));
  return reroutes.map(([x, y], index) => {
    const share = (index + 1) / (reroutes.length + 1);
    return pointOf([x + shift(0, share), y + shift(1, share)]);
  });
}

/** Sets a node's size; undefined leaves it to its kind. */
export function resizeNode(
  document: PatchbayDocument,
  moduleName: string,
  nodeId: string,
  size: Point | undefined,
  position?: Point,
): Edit {
  const node = nodeWithId(moduleNamed(document, moduleName), nodeId);
  const changes = createChanges(document);
  changes.set(nodePath(moduleName, nodeId, 'size'), size && pointOf(size));
  if (position) changes.set(nodePath(moduleName, nodeId, 'position'), pointOf(position));
  return {
    title: `Resize ${node.name}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: [nodeId] },
    coalesce: `resize ${moduleName}/${nodeId}`,
  };
}

/**
 * Renames a node. Wires at a port follow on every instance of the module; paths in `shares` follow everywhere.
 * @param library whose nodes beside it may name it, and then follow; ports are never named so.
 * @throws {EditError} if the name is taken or is none.
 */
export function renameNode(
  document: PatchbayDocument,
  moduleName: string,
  nodeId: string,
  name: string,
  library?: NodeLibrary,
): Edit {
  const module = moduleNamed(document, moduleName);
  const node = nodeWithId(module, nodeId);
  const problem = nameProblem(module, node, name);
  if (problem !== undefined) throw new EditError(problem);
  const changes = createChanges(document);
  for (const { caller, edge, end } of wiresAtPort(document, module, node)) {
    const renamed: Edge = { ...edge, [end]: [edge[end][0], name] };
    const index = caller.edges.indexOf(edge);
    changes.remove(edgePath(caller.name, edgeKey(edge)));
    changes.insert(edgePath(caller.name, edgeKey(renamed)), renamed, index);
  }
  if (!isOutput(node))
    for (const { module: owner, id, shares } of renamedShares(document, moduleName, nodeId, name))
      changes.set(nodePath(owner, id, 'shares'), shares);
  for (const { node: other, param, named } of namingNodes(module, library)) {
    if (named.id === nodeId) changes.set(nodePath(moduleName, other.id, 'params', param), name);
  }
  changes.set(nodePath(moduleName, nodeId, 'name'), name);
  return {
    title: `Rename ${node.name} to ${name}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: [nodeId] },
    coalesce: `rename ${moduleName}/${nodeId}`,
  };
}
