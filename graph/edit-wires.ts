/** Edits of wires. */
import { createChanges, EditError, edgePath, moduleNamed, nodeWithId } from './changes.ts';
import { apply, edgeKey, squash } from './diff.ts';
import { setParam } from './edit-values.ts';
import { count, type Edit } from './edit.ts';
import type { Edge, ParameterValue, PatchbayDocument } from './schema.ts';

/** A port of a node: `[node id, port name]`. */
export type End = readonly [string, string];

/**
 * Wires an output to an input; the wire that the input had goes. Types are not checked: `canConnect` says whether it
 * makes sense, and which parameters would adapt.
 * @param reroutes Points that a new wire is led through.
 * @throws {EditError} if a node does not exist.
 */
export function connect(
  document: PatchbayDocument,
  moduleName: string,
  from: End,
  to: End,
  adapts: Readonly<Record<string, ParameterValue>> = {},
  reroutes: Edge['reroutes'] = [],
): Edit {
  const module = moduleNamed(document, moduleName);
  const [source, target] = [nodeWithId(module, from[0]), nodeWithId(module, to[0])];
  const changes = createChanges(document);
  const edge: Edge = {
    from: [...from] as [string, string],
    to: [...to] as [string, string],
    ...(reroutes.length > 0 && { reroutes }),
  };
  const here = module.edges.filter((other) => other.to[0] === to[0] && other.to[1] === to[1]);
  for (const other of here) if (edgeKey(other) !== edgeKey(edge)) changes.remove(edgePath(moduleName, edgeKey(other)));
  if (!here.some((other) => edgeKey(other) === edgeKey(edge)))
    changes.insert(edgePath(moduleName, edgeKey(edge)), edge);
  let diff = changes.diff();
  for (const [param, value] of Object.entries(adapts)) {
    const adapted = setParam(apply(document, diff), moduleName, to[0], param, value);
    diff = squash(diff, adapted.diff);
  }
  return {
    title: `Connect ${source.name} to ${target.name}`,
    diff,
    place: { module: moduleName, nodeIds: [from[0], to[0]] },
  };
}

/**
 * Removes the wire at an input; only the one from `from`, if given.
 * @throws {EditError} if there is none.
 */
export function disconnect(document: PatchbayDocument, moduleName: string, to: End, from?: End): Edit {
  const module = moduleNamed(document, moduleName);
  const changes = createChanges(document);
  const wires = module.edges.filter((edge) => same(edge.to, to) && (from === undefined || same(edge.from, from)));
  if (wires.length === 0) throw new EditError(`there is no wire at ${to.join('.')}`);
  for (const edge of wires) changes.remove(edgePath(moduleName, edgeKey(edge)));
  const present = new Set(module.nodes.map(({ id }) => id));
  const nodeIds = [...new Set(wires.flatMap((edge) => [edge.from[0], edge.to[0]]))].filter((id) => present.has(id));
  return {
    title: `Remove ${count(wires.length, 'wire')}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds },
  };
}

/** Removes several wires as one step. */
export function removeEdges(
  document: PatchbayDocument,
  moduleName: string,
  edges: readonly { readonly from: End; readonly to: End }[],
): Edit {
  const changes = createChanges(document);
  moduleNamed(document, moduleName);
  for (const { from, to } of edges)
    changes.remove(
      edgePath(moduleName, edgeKey({ from: [...from] as [string, string], to: [...to] as [string, string] })),
    );
  const nodeIds = [...new Set(edges.flatMap(({ from, to }) => [from[0], to[0]]))];
  return {
    title: `Remove ${count(edges.length, 'wire')}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds },
  };
}

function same(a: End, b: End): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
