/** What the canvas itself remembers between events: the wire in hand, menus, what is renamed. Gone when it unmounts. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Edge } from '../../graph/schema.ts';
import type { Box, Point } from './geometry.ts';
import type { Side } from './node-view.ts';
import type { Guide } from './snapping.ts';

export interface PortRef {
  readonly nodeId: string;
  readonly side: Side;
  readonly port: string;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** True, or why a wire cannot end there. */
export type Fit = true | string;

/** A wire in hand: one end stands, the other follows the pointer. */
export interface Wiring {
  readonly from: PortRef;
  /** The wire that was picked up by its end, until it is dropped. */
  readonly detached: Edge | null;
  /** Canvas coordinates. */
  readonly pointer: Point;
  /** By `portKey`: every port of the open module at which it could or could not end. */
  readonly fits: ReadonlyMap<string, Fit>;
  /** The port that it would end at if let go now. */
  readonly over: PortRef | null;
}

/** Its place in the window, and on the canvas. */
export interface CanvasMenu extends Point {
  readonly at: Point;
  readonly target:
    | { readonly kind: 'node'; readonly nodeId: string }
    | { readonly kind: 'wire'; readonly edge: Edge }
    /** `id` is React Flow's. */
    | { readonly kind: 'frame' | 'note' | 'reroute'; readonly id: string }
    | { readonly kind: 'canvas' };
}

export interface CanvasState {
  readonly wiring: Wiring | null;
  readonly menu: CanvasMenu | null;
  /** Id of the node whose name is typed. */
  readonly renaming: string | null;
  /** The port for which the list of ports that fit is open: wiring by keyboard. */
  readonly connecting: PortRef | null;
  /** What had the keyboard's focus last, by React Flow id, and where it lay: there the keys go on. */
  readonly current: { readonly id: string; readonly at: Point } | null;
  /** The port that what is added next is wired to. */
  readonly addFrom: PortRef | null;
  /** The wire that what is added next comes to stand in. */
  readonly addInto: Edge | null;
  /** Keys of wires (`wireKey`). */
  readonly hoveredWire: string | null;
  readonly selectedWire: string | null;
  /** The stroke that cuts wires, in canvas units, and the keys of those that it has crossed. */
  readonly cut: { readonly stroke: readonly Point[]; readonly wires: ReadonlySet<string> } | null;
  /** Selected frames, notes and reroute points, by React Flow id; selected nodes stand in the view store. */
  readonly decorations: ReadonlySet<string>;
}

export type CanvasStore = StoreApi<CanvasState>;

/** What is in hand. It stands apart, because each change of the canvas's store asks every node, port and wire in sight. */
export interface HandState {
  /** Places of what is being dragged, and sizes of what is being resized, by React Flow id. */
  readonly drag: ReadonlyMap<string, Point> | null;
  readonly sizes: ReadonlyMap<string, Size> | null;
  /** Lines that what is dragged has snapped to. */
  readonly guides: readonly Guide[];
  /** Where copies would come to lie: outlines that follow a drag with Alt, by node id. */
  readonly ghosts: ReadonlyMap<string, Box> | null;
}

export type HandStore = StoreApi<HandState>;

export function createHandStore(): HandStore {
  return createStore<HandState>()(() => ({ drag: null, sizes: null, guides: [], ghosts: null }));
}

export function createCanvasStore(): CanvasStore {
  return createStore<CanvasState>()(() => ({
    wiring: null,
    menu: null,
    renaming: null,
    connecting: null,
    current: null,
    addFrom: null,
    addInto: null,
    hoveredWire: null,
    selectedWire: null,
    cut: null,
    decorations: new Set(),
  }));
}

/** A node of a module's definition. */
export function foldKey(module: string, nodeId: string): string {
  return `${module}/${nodeId}`;
}

export function portKey({ nodeId, side, port }: PortRef): string {
  return `${nodeId}/${side}/${port}`;
}

/** An input has at most one wire, so that its end names it. */
export function wireKey(edge: Pick<Edge, 'to'>): string {
  return `${edge.to[0]}/${edge.to[1]}`;
}
