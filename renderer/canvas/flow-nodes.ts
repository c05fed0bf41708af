/** From the document's nodes, notes, frames, wires and their points to React Flow's, keeping the identity of all that did not change. */
import { Position, type Node, type NodeHandle } from '@xyflow/react';
import type { Edge, Frame, Note } from '../../graph/schema.ts';
import { keepList } from '../stores/identity.ts';
import { wireKey, type Size } from './canvas-store.ts';
import type { FrameNode, NoteNode } from './decorations.tsx';
import type { Point } from './geometry.ts';
import type { CardNode } from './node-card.tsx';
import { frameKey, noteKey, REROUTE_SIZE, rerouteCorner, rerouteKey } from './marks.ts';
import { wireName } from './names.ts';
import { withFold, withSize, type ModuleView, type NodeView } from './node-view.ts';
import type { RerouteNode } from './reroute-dot.tsx';
import type { WireEdge } from './wire.tsx';

export type FlowNode = CardNode | NoteNode | FrameNode | RerouteNode;

export interface FlowState {
  readonly selection: ReadonlySet<string>;
  readonly decorations: ReadonlySet<string>;
  /** Whether a node is collapsed. */
  readonly isFolded: (nodeId: string) => boolean;
}

/** @returns A function that makes React Flow's nodes; a node that is as it was keeps its identity, and so does the list. */
export function createFlowNodes(): (module: ModuleView, state: FlowState) => readonly FlowNode[] {
  let known = new Map<string, { readonly basis: readonly unknown[]; readonly node: FlowNode }>();
  let shown: readonly FlowNode[] | undefined;
  return ({ nodes, positions, frames, notes, edges }, { selection, decorations, isFolded }) => {
    const next: typeof known = new Map();
    const keep = (key: string, basis: readonly unknown[], make: () => FlowNode): FlowNode => {
      const before = known.get(key);
      const node = before && basis.every((part, index) => part === before.basis[index]) ? before.node : make();
      next.set(key, { basis, node });
      return node;
    };
    const frameNodes = frames.map((frame) => {
      const key = frameKey(frame.id);
      const selected = decorations.has(key);
      return keep(key, [frame, selected], () => frameNode(frame, selected));
    });
    const cards = nodes.map((view, index) => {
      const [x, y] = positions[index]!;
      const selected = selection.has(view.id);
      const folded = isFolded(view.id);
      return keep(view.id, [view, x, y, selected, folded], () =>
        cardNode(folded ? withFold(view) : view, { x, y }, selected),
      );
    });
    const noteNodes = notes.map((note) => {
      const key = noteKey(note.id);
      const selected = decorations.has(key);
      return keep(key, [note, selected], () => noteNode(note, selected));
    });
    const led = edges.filter(({ reroutes }) => reroutes);
    const views = new Map(led.length > 0 ? nodes.map((view) => [view.id, view]) : []);
    const dots = led.flatMap((edge) => {
      const [source, target] = [views.get(edge.from[0]), views.get(edge.to[0])];
      if (!source || !target || !hasPorts(edge, source, target)) return [];
      return edge.reroutes!.map((point, index) => {
        const key = rerouteKey(edge, index);
        const selected = decorations.has(key);
        return keep(key, [edge, source, selected], () =>
          rerouteNode(key, { edge, source, index }, rerouteCorner(point), selected),
        );
      });
    });
    known = next;
    shown = keepList(shown, [...frameNodes, ...cards, ...noteNodes, ...dots]);
    return shown;
  };
}

/** The nodes with those that are in hand where they are now, and as large; all others are the same. */
export function inHand(
  nodes: readonly FlowNode[],
  drag: ReadonlyMap<string, Point> | null,
  sizes: ReadonlyMap<string, Size> | null,
): readonly FlowNode[] {
  if (!drag && !sizes) return nodes;
  return nodes.map((node) => {
    const [at, size] = [drag?.get(node.id), sizes?.get(node.id)];
    if (!at && !size) return node;
    const position = { ...(at ?? node.position) };
    if (!size) return { ...node, position };
    if (node.type !== 'card') return { ...node, position, ...size, measured: { ...size } };
    const sized = withSize(node.data.view, [size.width, size.height]);
    return cardNode(sized, position, node.selected ?? false);
  });
}

/** @returns A function that makes React Flow's edges; wires to nodes or ports that are not there are left out. */
export function createFlowEdges(): (module: ModuleView) => readonly WireEdge[] {
  let known = new Map<Edge, { readonly source: NodeView; readonly target: NodeView; readonly wire: WireEdge }>();
  let shown: readonly WireEdge[] | undefined;
  return ({ edges, nodes }) => {
    const views = new Map(nodes.map((view) => [view.id, view]));
    const next: typeof known = new Map();
    const wires = edges.flatMap((edge) => {
      const [source, target] = [views.get(edge.from[0]), views.get(edge.to[0])];
      if (!source || !target || !hasPorts(edge, source, target)) return [];
      const before = known.get(edge);
      const wire = before?.source === source && before.target === target ? before.wire : wireEdge(edge, source, target);
      next.set(edge, { source, target, wire });
      return [wire];
    });
    known = next;
    shown = keepList(shown, wires);
    return shown;
  };
}

function hasPorts(edge: Edge, source: NodeView, target: NodeView): boolean {
  return (
    source.outputs.some(({ name }) => name === edge.from[1]) && target.inputs.some(({ name }) => name === edge.to[1])
  );
}

function cardNode(view: NodeView, position: Point, selected: boolean): CardNode {
  const { width, height } = view.geometry;
  return {
    id: view.id,
    type: 'card',
    position: { ...position },
    data: { view },
    width,
    height,
    // Given, so that React Flow never measures the page for it.
    measured: { width, height },
    handles: handles(view),
    selected,
  };
}

/** React Flow draws wires from the right end of a source's handle and to the left end of a target's. */
function handles({ inputs, outputs, geometry }: NodeView): NodeHandle[] {
  const size = { width: 1, height: 1 };
  return [
    ...inputs.map(({ name }, index): NodeHandle => {
      return { id: name, type: 'target', position: Position.Left, x: 0, y: geometry.inputs[index]! - 0.5, ...size };
    }),
    ...outputs.map(({ name }, index): NodeHandle => {
      const place = { x: geometry.width - 1, y: geometry.outputs[index]! - 0.5 };
      return { id: name, type: 'source', position: Position.Right, ...place, ...size };
    }),
  ];
}

function frameNode(frame: Frame, selected: boolean): FrameNode {
  return {
    ...decoration(frame, selected),
    type: 'frame',
    id: frameKey(frame.id),
    data: { frame },
    // By its title: on the rest of it the canvas is as anywhere. A box that is drawn takes it where it holds it all.
    dragHandle: '.frame-title',
    selectable: false,
    // Below wires and nodes also when it is selected, which lifts by a thousand.
    zIndex: -1001,
  };
}

function noteNode(note: Note, selected: boolean): NoteNode {
  return { ...decoration(note, selected), type: 'note', id: noteKey(note.id), data: { note } };
}

function rerouteNode(id: string, data: RerouteNode['data'], position: Point, selected: boolean): RerouteNode {
  const size = { width: REROUTE_SIZE, height: REROUTE_SIZE };
  return { id, type: 'reroute', data, position, ...size, measured: { ...size }, handles: [], selected };
}

function decoration(
  { position: [x, y], size: [width, height] }: Frame | Note,
  selected: boolean,
): Pick<Node, 'position' | 'width' | 'height' | 'measured' | 'handles' | 'selected'> {
  const size = { width, height };
  // What has no list of ports React Flow takes for not measured yet, and for inside of every box that is drawn.
  return { position: { x, y }, ...size, measured: { ...size }, handles: [], selected };
}

function wireEdge(edge: Edge, source: NodeView, target: NodeView): WireEdge {
  return {
    id: wireKey(edge),
    type: 'wire',
    source: edge.from[0],
    sourceHandle: edge.from[1],
    target: edge.to[0],
    targetHandle: edge.to[1],
    data: { edge, source },
    ariaLabel: wireName(edge, source, target),
    domAttributes: { 'aria-roledescription': 'wire' },
    selectable: false,
    focusable: false,
  };
}
