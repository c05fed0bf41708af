/**
 * The part of a large module that React Flow is given: what lies in the view or near it, what is in hand, and, hidden, the
 * ends of its wires. The rest costs nothing while one pans, zooms and drags; it is looked through when the view leaves
 * this part. React Flow's own `onlyRenderVisibleElements` would look through it with each change of its store.
 */
import type { ReactFlowState } from '@xyflow/react';
import { keepList } from '../stores/identity.ts';
import type { FlowNode } from './flow-nodes.ts';
import { boundsOf, contains, overlap, type Box, type Point } from './geometry.ts';
import type { WireEdge } from './wire.tsx';

/** Modules with no more nodes are given whole. */
export const MANY = 120;
/** On each side of the view, in parts of its width and height. */
const MARGIN = 0.1;
/** An area that is so many times as wide as the view holds too much of what is out of sight. */
const WIDEST = 1.8;

export interface Part {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly WireEdge[];
}

type View = Pick<ReactFlowState, 'transform' | 'width' | 'height' | 'userSelectionActive'>;

/** @returns A function that gives the area around the view, the same one as long as the view lies in it; null before there is a view. */
export function createArea(): (state: View) => Box | null {
  let area: Box | null = null;
  return (state) => {
    if (state.width === 0 || state.height === 0) return null;
    const view = viewOf(state);
    if (area && contains(area, view) && area.width <= WIDEST * view.width) return area;
    const around = withMargin(view);
    // What a box that is being drawn holds already stays in hand while the canvas moves on under it.
    area = state.userSelectionActive && area ? boundsOf([area, around])! : around;
    return area;
  };
}

/** The view and a margin about it, as it is now. */
export function areaAround(state: Pick<View, 'transform' | 'width' | 'height'>): Box {
  return withMargin(viewOf(state));
}

function viewOf({ transform: [x, y, zoom], width, height }: Pick<View, 'transform' | 'width' | 'height'>): Box {
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
}

function withMargin({ x, y, width, height }: Box): Box {
  const [across, down] = [MARGIN * width, MARGIN * height];
  return { x: x - across, y: y - down, width: width + 2 * across, height: height + 2 * down };
}

/** @returns A function that gives the part in an area, with what is in hand; what is as it was keeps its identity. */
export function createPart(): (whole: Part, area: Box | null, drag: ReadonlyMap<string, Point> | null) => Part {
  let known: readonly unknown[] = [];
  let part: Part = NOTHING;
  const hidden = new WeakMap<FlowNode, FlowNode>();
  const hide = (node: FlowNode): FlowNode => {
    const made = hidden.get(node) ?? { ...node, hidden: true };
    hidden.set(node, made);
    return made;
  };
  return (whole, area, drag) => {
    if (whole.nodes.length <= MANY) return whole;
    if (!area) return NOTHING;
    // A drag only ever takes more with it.
    const basis = [whole.nodes, whole.edges, area, drag?.size];
    if (basis.some((one, index) => one !== known[index])) part = partIn(whole, { area, drag, hide }, part);
    known = basis;
    return part;
  };
}

const NOTHING: Part = { nodes: [], edges: [] };

interface Choice {
  readonly area: Box;
  readonly drag: ReadonlyMap<string, Point> | null;
  readonly hide: (node: FlowNode) => FlowNode;
}

function partIn({ nodes, edges }: Part, { area, drag, hide }: Choice, before: Part): Part {
  const boxes = new Map(nodes.map((node) => [node.id, boxOf(node)]));
  const seen = new Set(nodes.flatMap(({ id }) => (drag?.has(id) || overlap(area, boxes.get(id)!) ? id : [])));
  const wires = edges.filter(
    ({ source, target }) =>
      seen.has(source) || seen.has(target) || overlap(area, boundsOf([boxes.get(source)!, boxes.get(target)!])!),
  );
  // A wire is drawn from its ends, and all that is selected moves, be it in sight or not.
  const ends = new Set(wires.flatMap(({ source, target }) => [source, target]));
  const shown = nodes.flatMap((node) => {
    if (seen.has(node.id)) return node;
    return node.selected || ends.has(node.id) ? hide(node) : [];
  });
  return { nodes: keepList(before.nodes, shown), edges: keepList(before.edges, wires) };
}

function boxOf({ position, width = 0, height = 0 }: FlowNode): Box {
  return { ...position, width, height };
}
