/** What the parts of the canvas share, given down through one React context: its store, its nodes, its hands. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Density } from '../previews/density.ts';
import type { Palette } from '../previews/palette.ts';
import type { PictureCache } from '../previews/pictures.ts';
import type { CanvasActions } from './actions.ts';
import type { CanvasState, CanvasStore, HandState, HandStore } from './canvas-store.ts';
import type { Box, Detail } from './geometry.ts';
import type { EndNames } from './names.ts';
import type { PlacedNode } from './ports.ts';
import type { Wirer } from './wirer.ts';

export interface CanvasTools {
  readonly store: CanvasStore;
  readonly hand: HandStore;
  readonly actions: CanvasActions;
  readonly wirer: Wirer;
  readonly pictures: PictureCache;
  readonly palette: Palette;
  /** Of what is painted on the canvas, as it is zoomed. */
  readonly density: Density;
  /** The nodes of the open module where they are now, also while they are dragged. */
  readonly placed: () => readonly PlacedNode[];
  /** Boxes of everything on the canvas now, by React Flow id. */
  readonly boxes: () => ReadonlyMap<string, Box>;
  /** What the other ends of the wires at each port are called, in the open module. */
  readonly endNames: EndNames;
}

export const CanvasContext = createContext<CanvasTools | null>(null);

/** How much of each node is drawn: cards are told, for if each asked the zoom itself, every step of a pan would ask them all. */
export const DetailContext = createContext<Detail>('full');

/** @throws {Error} outside of the canvas. */
export function useCanvas(): CanvasTools {
  const tools = useContext(CanvasContext);
  if (!tools) throw new Error('useCanvas is called outside of CanvasContext');
  return tools;
}

export function useCanvasState<T>(selector: (state: CanvasState) => T): T {
  return useStore(useCanvas().store, selector);
}

export function useHand<T>(selector: (state: HandState) => T): T {
  return useStore(useCanvas().hand, selector);
}
