/** The seam between commands and the canvas: commands ask, the canvas that is on screen answers. */
import type { DecorationRef } from '../../graph/edits.ts';
import type { Edge } from '../../graph/schema.ts';
import type { PortRef } from '../canvas/canvas-store.ts';
import type { MarkRefs } from '../canvas/mark-edits.ts';
import type { AddPlace } from '../stores/view.ts';

export interface CanvasControls {
  /** Brings the whole level on screen, or these nodes. */
  fit(nodeIds?: Iterable<string>): void;
  /** Brings these nodes on screen if they are not, without changing the zoom. */
  reveal(nodeIds: Iterable<string>): void;
  /** Multiplies the zoom, around the middle of the canvas. */
  zoomBy(factor: number): void;
  zoomTo(zoom: number): void;
  /** Collapses nodes to their headers; expands them if all are collapsed. */
  fold(nodeIds: readonly string[]): void;
  /** Opens the name of a node to be typed. */
  rename(nodeId: string): void;
  /** Opens the list of ports that a node could be wired to. */
  connect(nodeId: string): void;
  /** Opens the palette for what is to be wired to a node: to this port, or else to its first output. */
  addTo(nodeId: string, port?: PortRef): void;
  /** Opens the palette for what is to stand in a wire. */
  addInto(wire: Edge): void;
  /** A note or a frame, open to be written: a frame is drawn around the selection, if there is one. */
  addNote(): void;
  addFrame(): void;
  /** Selected notes, frames and reroute points; selected nodes stand in the view store. */
  marks(): MarkRefs;
  /** Selects these notes and frames, beside the nodes that are selected; none clears. */
  mark(decorations: readonly DecorationRef[]): void;
  /** Where a new or pasted node goes: under the pointer, or the middle of the canvas; in document coordinates. */
  insertionPoint(): readonly [number, number];
  /** The same in CSS pixels of the window, for a menu. */
  insertionPointOnScreen(): AddPlace;
}

export interface CanvasLink {
  /** Null while no canvas is on screen. */
  readonly current: CanvasControls | null;
  /** @returns detaches; does nothing if another canvas has attached since. */
  attach(controls: CanvasControls): () => void;
}

export function createCanvasLink(): CanvasLink {
  let current: CanvasControls | null = null;
  return {
    get current() {
      return current;
    },
    attach: (controls) => {
      current = controls;
      return () => {
        if (current === controls) current = null;
      };
    },
  };
}
