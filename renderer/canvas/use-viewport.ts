/** Where one looks: fits a level when it is first opened, comes back to where one was, and answers the commands. */
import { getViewportForBounds, useReactFlow, useStore as useFlow, useStoreApi, type Viewport } from '@xyflow/react';
import { useEffect, type RefObject } from 'react';
import { useApp, useView } from '../app-context.ts';
import type { CanvasControls } from '../commands/canvas-link.ts';
import type { Edge } from '../../graph/schema.ts';
import type { PortRef } from './canvas-store.ts';
import { boundsOf, type Box, type Point } from './geometry.ts';

export const MIN_ZOOM = 0.08;
export const MAX_ZOOM = 3;
/** Fitting never enlarges: text has the size that it was made for. */
const FIT_ZOOM = 1;
/** Room for what lies over the canvas: the banner of a definition, zoom and map. */
const PADDING = { top: '64px', right: '40px', bottom: '56px', left: '40px' } as const;
/** Below this the text of a node is too small to read: a level is not opened further away. */
const READING_ZOOM = 0.75;
/** Between a node and what is added to it, in canvas units, and how wide that will be. */
const BESIDE = 60;
const USUAL_WIDTH = 208;
const MARGIN = 24;
const TOP_MARGIN = 64;

interface ViewportOptions {
  /** Boxes of everything on the canvas, by React Flow id. */
  readonly boxes: () => ReadonlyMap<string, Box>;
  readonly container: RefObject<HTMLElement | null>;
  /** Where the pointer was last over the canvas, in CSS pixels of the window; null if it is elsewhere. */
  readonly pointer: RefObject<Point | null>;
  /** What the canvas does with nodes at a command's request. */
  readonly acts: Pick<CanvasControls, 'fold' | 'rename' | 'connect' | 'marks' | 'mark'> & {
    readonly portToAddTo: (nodeId: string) => PortRef | null;
    readonly addFrom: (port: PortRef) => void;
    readonly middleOf: (wire: Edge) => Point | null;
    readonly addInto: (wire: Edge) => void;
    readonly writeNote: (at: Point) => void;
    readonly drawFrame: (at: Point) => void;
  };
}

export function useViewport({ boxes, container, pointer, acts }: ViewportOptions): void {
  const app = useApp();
  const flow = useReactFlow();
  const store = useStoreApi();
  const openPath = useView((state) => state.openPath);
  const sized = useFlow((state) => state.width > 0 && state.height > 0);
  const viewports = useView((state) => state.viewports);

  useEffect(() => {
    if (!sized) return undefined;
    const { width, height } = store.getState();
    void flow.setViewport(viewports.get(openPath) ?? opening(boundsOf(boxes().values()), width, height));
    return () => {
      viewports.set(openPath, flow.getViewport());
    };
  }, [openPath, viewports, sized, boxes, flow, store]);

  useEffect(() => {
    const middle = (): Point => {
      const { left, top, width, height } = container.current!.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    };
    const where = (): Point => flow.screenToFlowPosition(pointer.current ?? middle());
    const chosen = (ids: Iterable<string>): Box | null => {
      const all = boxes();
      return boundsOf([...ids].flatMap((id) => all.get(id) ?? []));
    };
    return app.canvas.attach({
      ...acts,
      fit: (ids) => {
        const bounds = ids ? chosen(ids) : boundsOf(boxes().values());
        const { width, height } = store.getState();
        if (bounds) void flow.setViewport(getViewportForBounds(bounds, width, height, MIN_ZOOM, FIT_ZOOM, PADDING));
      },
      reveal: (ids) => {
        const bounds = chosen(ids);
        const { width, height, transform } = store.getState();
        const shift =
          bounds && revealing(bounds, { x: transform[0], y: transform[1], zoom: transform[2] }, width, height);
        if (shift) void flow.setViewport(shift);
      },
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor),
      zoomTo: (zoom) => void flow.zoomTo(zoom),
      insertionPoint: () => {
        const { x, y } = flow.screenToFlowPosition(pointer.current ?? middle());
        return [Math.round(x), Math.round(y)];
      },
      insertionPointOnScreen: () => pointer.current ?? { ...middle(), free: true },
      addNote: () => acts.writeNote(where()),
      addFrame: () => acts.drawFrame(where()),
      addInto: (wire) => {
        const at = acts.middleOf(wire);
        if (!at) return;
        acts.addInto(wire);
        app.view.getState().setAddMenu(flow.flowToScreenPosition({ x: at.x - USUAL_WIDTH / 2, y: at.y }));
      },
      addTo: (nodeId, port) => {
        const box = boxes().get(nodeId);
        const from = port ?? acts.portToAddTo(nodeId);
        if (!box || !from) return;
        const left = from.side === 'input' ? box.x - BESIDE - USUAL_WIDTH : box.x + box.width + BESIDE;
        acts.addFrom(from);
        app.view.getState().setAddMenu({ ...flow.flowToScreenPosition({ x: left, y: box.y }), free: true });
      },
    });
  }, [app, acts, boxes, container, flow, pointer, store]);
}

/** A level that is opened: all of it if it can be read then, else its upper left. */
function opening(bounds: Box | null, width: number, height: number): Viewport {
  if (!bounds) return { x: 0, y: 0, zoom: 1 };
  const fitted = getViewportForBounds(bounds, width, height, MIN_ZOOM, FIT_ZOOM, PADDING);
  if (fitted.zoom >= READING_ZOOM) return fitted;
  const along = (start: number, length: number, room: number, margin: number): number => {
    const [from, extent] = [start * READING_ZOOM, length * READING_ZOOM];
    return extent + 2 * margin > room ? margin - from : (room - extent) / 2 - from;
  };
  return {
    x: along(bounds.x, bounds.width, width, MARGIN),
    y: along(bounds.y, bounds.height, height, TOP_MARGIN),
    zoom: READING_ZOOM,
  };
}

/** The viewport, moved no further than needed to see the box; null if it is seen already. What is too large is centred. */
export function revealing(bounds: Box, viewport: Viewport, width: number, height: number): Viewport | null {
  const move = (start: number, length: number, room: number): number => {
    if (length + 2 * MARGIN > room) return (room - length) / 2 - start;
    return Math.max(0, MARGIN - start) + Math.min(0, room - MARGIN - (start + length));
  };
  const { x, y, zoom } = viewport;
  const moveX = move(bounds.x * zoom + x, bounds.width * zoom, width);
  const moveY = move(bounds.y * zoom + y, bounds.height * zoom, height);
  if (moveX === 0 && moveY === 0) return null;
  return { x: x + moveX, y: y + moveY, zoom };
}
