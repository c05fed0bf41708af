/** What a view node of the open module has to show, as plain data, from the derived and the view store. */
import { portPath, type Feed, type Instance, type InstanceTree, type PortPath } from '../../graph/instance.ts';
import { isInstance, type GraphNode } from '../../graph/schema.ts';
import type { ViewKind } from '../../nodes/definition.ts';
import { NODES } from '../../nodes/registry.ts';
import { sizes } from '../../nodes/shapes.ts';
import { nodeInstance, shownLayer } from '../canvas/values.ts';
import { keepValue } from '../stores/identity.ts';
import type { DerivedState } from '../stores/derived.ts';
import type { LookAt, ViewState } from '../stores/view.ts';
import { matrixNames, picturesBehind, sourceBehind, type NamedGraph } from './names.ts';
import { itemOf, type ViewInput, type ViewSubject } from './view.ts';

/** A node, as far as its view depends on it. */
export interface ViewNode {
  readonly id: string;
  readonly name: string;
  readonly shows: ViewKind | null;
}

type Look = Pick<ViewState, 'openPath' | 'layerOf' | 'lookAt' | 'brush'>;

const NO_LOOK: LookAt = {};

/** A node as its view depends on it; null for one that is no view. */
export function viewNodeOf(node: GraphNode): ViewNode | null {
  const shows = isInstance(node) ? undefined : NODES.get(node.type)?.view;
  return shows === undefined ? null : { id: node.id, name: node.name, shows };
}

/** The key under which the view store keeps how a view is looked at. */
export function lookKey(path: string): PortPath {
  return portPath(path, '');
}

/** Null while the node is no instance of the open module, or shows nothing. */
export function subjectOf(derived: DerivedState, look: Look, node: ViewNode): ViewSubject | null {
  const instance = nodeInstance(derived.tree, look.openPath, node);
  if (node.shows === null || instance?.kind !== 'leaf') return null;
  const graph = namedGraph(derived);
  const inputs = Object.fromEntries(
    Object.keys(instance.inputs).map((port) => [port, inputOf(graph, instance, port, look.layerOf)]),
  );
  const subject = {
    kind: node.shows,
    path: instance.path,
    name: node.name,
    params: instance.params,
    inputs,
    look: look.lookAt[lookKey(instance.path)] ?? NO_LOOK,
  };
  const sequence = sequenceOf(subject);
  const same = look.brush?.path === sequence?.path && look.brush?.item === sequence?.item;
  return { ...subject, brush: same ? (look.brush?.position ?? null) : null };
}

/** The token ids that a view is of, and which of their batch is looked at: what links views of one sequence. */
export function sequenceOf({
  inputs,
  look,
}: Pick<ViewSubject, 'inputs' | 'look'>): { readonly path: PortPath; readonly item: number } | null {
  const ids = inputs['input_ids'];
  return ids ? { path: ids.path, item: itemOf(look, ids.type.dims[0]?.size ?? 1) } : null;
}

/** @returns `subjectOf` for one node, that gives the same subject, by identity, as long as nothing of it changed. */
export function createSubjectReader(node: ViewNode): (derived: DerivedState, look: Look) => ViewSubject | null {
  let basis: readonly unknown[] = [];
  let last: ViewSubject | null = null;
  return (derived, look) => {
    const now = [derived, look.openPath, look.layerOf, look.lookAt, look.brush];
    if (now.every((part, index) => part === basis[index])) return last;
    basis = now;
    const next = subjectOf(derived, look, node);
    last = next && keepValue(last ?? undefined, next);
    return last;
  };
}

function namedGraph({ tree, inference, sources, document }: DerivedState): NamedGraph {
  return {
    tree,
    inference,
    registry: NODES,
    recipes: sources.recipes,
    pictureName: (assetId) => document.assets.find(({ id }) => id === assetId)?.name ?? assetId,
  };
}

function inputOf(graph: NamedGraph, instance: Instance, port: string, layerOf: Look['layerOf']): ViewInput | undefined {
  const source = instance.inputs[port];
  const feed = instance.feeds[port];
  if (!source || !feed) return undefined;
  const near = feed.side === 'output' ? shownPort(graph.tree, feed, layerOf) : null;
  // The port next upstream is computed for its own node anyhow; from outside the module comes what its leaf gives.
  const at = near ?? { path: portPath(source.path, source.port), source };
  const type = graph.inference.outputs.get(at.path);
  if (!type) return undefined;
  return {
    ...at,
    type,
    ...matrixNames(graph, at.source, sizes(type)),
    tokens: sourceBehind(graph, at.source, 'tokens'),
    pictures: picturesBehind(graph, at.source),
  };
}

/** An output of a sibling, with the leaf behind it; of a stack, that of the layer which is looked at. */
function shownPort(
  tree: InstanceTree,
  { path, port }: Feed,
  layerOf: Look['layerOf'],
): Pick<ViewInput, 'path' | 'source'> | null {
  const from = tree.byPath.get(path);
  if (!from) return null;
  if (from.kind === 'leaf') return { path: portPath(path, port), source: { path, port } };
  const shown = from.kind === 'stack' ? from.layers[shownLayer(path, from.layers.length, layerOf)] : from;
  const source = shown?.outputs[port];
  return shown && source ? { path: portPath(shown.path, port), source } : null;
}
