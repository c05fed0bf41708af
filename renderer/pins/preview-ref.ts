/** A preview apart from the canvas: what its node shows in that instance, and what there is to scrub. Pure. */
import {
  childPath,
  portPath,
  type Inference,
  type InstancePath,
  type InstanceTree,
  type PortPath,
} from '../../graph/instance.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { PortType } from '../../graph/signature.ts';
import { NODES } from '../../nodes/registry.ts';
import { viewOf, type NodeView, type PortView } from '../canvas/node-view.ts';
import { portSource, portType, shownLayer, shownPort, valuePath } from '../canvas/values.ts';
import { planPreview, type PreviewPlan } from '../previews/plan.ts';
import type { LookAt, PreviewRef, ViewState } from '../stores/view.ts';
import { followPath } from '../stores/navigation.ts';

/** One thing to scrub through: layers of a stack, items of a batch, heads, patches. */
export interface Axis {
  readonly name: string;
  readonly count: number;
  readonly value: number;
  readonly to: (value: number) => Scrub;
}

/** What scrubbing changes: how the value is looked at, the layer that a stack shows, or the layer that the node stands in. */
export type Scrub =
  | { readonly kind: 'look'; readonly key: PortPath; readonly lookAt: LookAt }
  | { readonly kind: 'layer'; readonly stack: InstancePath; readonly layer: number }
  | { readonly kind: 'ref'; readonly ref: PreviewRef };

/** A value's picture and how it is looked at. */
export interface ShownValue {
  readonly port: PortView;
  readonly type: PortType;
  readonly path: PortPath;
  readonly plan: PreviewPlan;
  readonly lookKey: PortPath;
  readonly lookAt: LookAt | undefined;
}

export interface ResolvedPreview {
  readonly view: NodeView;
  /** Path of the node: `blocks.3.attention.softmax`. */
  readonly nodePath: InstancePath;
  /** Null for a view node, which shows its inputs in its own way, and while the value's type is not known. */
  readonly shown: ShownValue | null;
  readonly axes: readonly Axis[];
}

export interface PreviewFacts {
  readonly document: PatchbayDocument;
  readonly tree: InstanceTree;
  readonly inference: Inference;
  readonly layerOf: ViewState['layerOf'];
  readonly lookAt: ViewState['lookAt'];
}

/** Why a node has no preview to show apart; undefined if it has. */
export function previewProblem(view: NodeView): string | undefined {
  if (view.shows !== null) return undefined;
  if (view.preview === 'text' || view.preview === 'generation') return 'It shows a text, which is written on its node';
  return shownPort(view) ? undefined : 'It has no value to show';
}

/**
 * Null while the node is not in the graph: undo brings it back.
 * @param maxSide Of the picture that is asked for; absent: as on a card.
 */
export function resolvePreview(facts: PreviewFacts, ref: PreviewRef, maxSide?: number): ResolvedPreview | null {
  const { document, tree, inference, layerOf } = facts;
  const around = tree.byPath.get(ref.around);
  const module = around?.kind === 'module' && document.modules.find(({ name }) => name === around.module);
  const node = module ? module.nodes.find(({ id }) => id === ref.nodeId) : undefined;
  if (!module || !node) return null;
  const modules = new Map(document.modules.map((each) => [each.name, each]));
  const view = viewOf(node, module, { definitions: NODES, modules });
  const nodePath = childPath(ref.around, node.name);
  const layers = layerAxes(tree, ref, nodePath, layerOf);
  const port = view.shows === null ? shownPort(view) : null;
  const type = port ? portType(tree, inference, ref.around, view, port, layerOf) : undefined;
  const path = port ? valuePath(tree, ref.around, view, port, layerOf) : undefined;
  if (!port || !type || path === undefined) return { view, nodePath, shown: null, axes: layers };
  const lookKey = portPath(nodePath, port.name);
  const lookAt = facts.lookAt[lookKey];
  const planned = planPreview(view.preview ?? 'heatmap', type, lookAt);
  const plan = maxSide === undefined ? planned : { ...planned, spec: { ...planned.spec, maxSide } };
  const shown = { port, type, path, plan, lookKey, lookAt };
  return { view, nodePath, shown, axes: [...layers, ...valueAxes(shown)] };
}

/** The leaf behind the value, for the picture that it is drawn over. */
export function sourceOfPreview(facts: PreviewFacts, ref: PreviewRef, { view, shown }: ResolvedPreview) {
  return shown ? portSource(facts.tree, ref.around, view, shown.port, facts.layerOf) : undefined;
}

/** Where the preview is after an edit; itself where its module is gone, for undo to bring it back. */
export function followRef(before: InstanceTree, after: InstanceTree, ref: PreviewRef): PreviewRef {
  const around = followPath(before, after, ref.around);
  const same = around === ref.around || depth(around) !== depth(ref.around);
  return same ? ref : { ...ref, around };
}

function depth(path: InstancePath): number {
  return path === '' ? 0 : path.split('.').length;
}

/** The stacks on the way to the node, and the node itself if it is one. */
function layerAxes(
  tree: InstanceTree,
  ref: PreviewRef,
  nodePath: InstancePath,
  layerOf: ViewState['layerOf'],
): readonly Axis[] {
  const parts = ref.around === '' ? [] : ref.around.split('.');
  const outer = parts.flatMap((part, index): Axis[] => {
    const stack = tree.byPath.get(parts.slice(0, index).join('.'));
    if (index === 0 || stack?.kind !== 'stack') return [];
    const to = (layer: number): Scrub => {
      return { kind: 'ref', ref: { ...ref, around: parts.with(index, String(layer)).join('.') } };
    };
    return [{ name: `layer of ${parts[index - 1]}`, count: stack.layers.length, value: Number(part), to }];
  });
  const own = tree.byPath.get(nodePath);
  if (own?.kind !== 'stack') return scrubbable(outer);
  const { length: count } = own.layers;
  const to = (layer: number): Scrub => ({ kind: 'layer', stack: nodePath, layer });
  return scrubbable([...outer, { name: 'layer', count, value: shownLayer(nodePath, count, layerOf), to }]);
}

/** The leading axes that the preview takes one index of, by their names. */
function valueAxes({ type, plan, lookKey, lookAt }: Pick<ShownValue, 'type' | 'plan' | 'lookKey' | 'lookAt'>) {
  const { scene, spec } = plan;
  const look = (change: LookAt): Scrub => ({ kind: 'look', key: lookKey, lookAt: { ...lookAt, ...change } });
  const byIndex = (axis: number): Axis => ({
    name: type.dims[axis]!.name ?? `axis ${axis}`,
    count: type.dims[axis]!.size,
    value: spec.index[axis]!,
    to: (value) => look({ index: spec.index.map((now, at) => (at === axis ? value : now)) }),
  });
  const heads = scene.kind === 'attention' ? { chosen: scene.head, count: scene.heads } : headsOf(plan);
  // Of attention the last of the leading axes are the head and, over a picture, the patch that looks.
  const special = (heads && type.dims.length >= 3 ? 1 : 0) + (scene.kind === 'attention' ? 1 : 0);
  const leading = Array.from({ length: spec.index.length - special }, (_, axis) => byIndex(axis));
  const head: Axis[] = heads
    ? [{ name: 'head', count: heads.count, value: heads.chosen, to: (value) => look({ head: value }) }]
    : [];
  const patch: Axis[] =
    scene.kind === 'attention'
      ? [{ name: 'patch', count: scene.side ** 2, value: scene.patch, to: (value) => look({ patch: value }) }]
      : [];
  return scrubbable([...leading, ...head, ...patch]);
}

function headsOf({ scene }: PreviewPlan): { readonly chosen: number; readonly count: number } | undefined {
  return scene.kind === 'heatmap' ? scene.heads : undefined;
}

function scrubbable(axes: readonly Axis[]): readonly Axis[] {
  return axes.filter(({ count }) => count > 1);
}
