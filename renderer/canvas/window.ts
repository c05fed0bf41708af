/**
 * The part of a large module that React Flow is given: what lies in the view or near it, what is in hand, and the ends of
 * its wires. The rest costs nothing while one pans, zooms and drags; it is looked through when the view leaves this part.
 */
import type { ReactFlowState } from '@xyflow/react';
import { keepList } from '../stores/identity.ts';
import type { FlowNode } from './flow-nodes.ts';
import { boundsOf, contains, overlap, type Box, type Point } from './geometry.ts';
import type { WireEdge } from './wire.tsx';

/** Modules with no more nodes are given whole. */
export const MANY = 120;
/** On each side of the view, in parts of its width and height. */
const MARGIN = 0.25;
/** An area that is so many times as wide as the view holds too much of what is out of sight. */
const WIDEST = 3;

export interface Part {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly WireEdge[];
}

type View = Pick<ReactFlowState, 'transform' | 'width' | 'height' | 'userSelectionActive'>;

/** @returns A function that gives the area around the view, the same one as long as the view lies in it; null before there is a view. */
export function createArea(): (state: View) => Box | null {
  let area: Box | null = null;
  return ({ transform: [x, y, zoom], width, height, userSelectionActive }) => {
    if (width === 0 || height === 0) return null;
    const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
    if (area && contains(area, view) && area.width <= WIDEST * view.width) return area;
    const around = {
      x: view.x - MARGIN * view.width,
      y: view.y - MARGIN * view.height,
      width: (1 + 2 * MARGIN) * view.width,
      height: (1 + 2 * MARGIN) * view.height,
    };
    // What a box that is being drawn holds already stays in hand while the canvas moves on under it.
    area = userSelectionActive && area ? boundsOf([area, around])! : around;
    return area;
  };
}

/** @returns A function that gives the part in an area, with what is in hand; what is as it was keeps its identity. */
export function createPart(): (whole: Part, area: Box | null, drag: ReadonlyMap<string, Point> | null) => Part {
  let known: readonly unknown[] = [];
  let part: Part = NOTHING;
  return (whole, area, drag) => {
    if (whole.nodes.length <= MANY) return whole;
    if (!area) return NOTHING;
    // A drag only ever takes more with it.
    const basis = [whole.nodes, whole.edges, area, drag?.size];
    if (basis.some((one, index) => one !== known[index])) part = partIn(whole, area, drag, part);
    known = basis;
    return part;
  };
}

const NOTHING: Part = { nodes: [], edges: [] };

function partIn({ nodes, edges }: Part, area: Box, drag: ReadonlyMap<string, Point> | null, before: Part): Part {
  const boxes = new Map(nodes.map((node) => [node.id, boxOf(node)]));
  const kept = new Set(
    nodes.flatMap(({ id, selected }) => (selected || drag?.has(id) || overlap(area, boxes.get(id)!) ? id : [])),
  );
  const inReach = ({ source, target }: WireEdge): boolean =>
    kept.has(source) || kept.has(target) || overlap(area, boundsOf([boxes.get(source)!, boxes.get(target)!])!);
  const wires = edges.filter(inReach);
  // A wire is drawn from its ends, be they in sight or not.
  const ends = new Set(wires.flatMap(({ source, target }) => [source, target]));
  const shown = nodes.filter(({ id }) => kept.has(id) || ends.has(id));
  return { nodes: keepList(before.nodes, shown), edges: keepList(before.edges, wires) };
}

function boxOf({ position, width = 0, height = 0 }: FlowNode): Box {
  return { ...position, width, height };
}
