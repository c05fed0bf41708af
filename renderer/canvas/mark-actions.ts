/** What hands do with notes, frames and reroute points, each as one edit of the document. */
import {
  addFrame,
  addNote,
  addReroute,
  removeReroutes,
  resizeDecoration,
  writeDecoration,
  type DecorationRef,
  type Edit,
} from '../../graph/edits.ts';
import type { Edge, PatchbayDocument } from '../../graph/schema.ts';
import type { App } from '../app-context.ts';
import { openModule } from '../commands/open-module.ts';
import type { CanvasStore, HandStore } from './canvas-store.ts';
import { boundsOf, GRID, type Box, type Point } from './geometry.ts';
import { frameKey, markOf, noteKey, rerouteKey, throughOf } from './marks.ts';
import { portPoint, type PlacedNode } from './ports.ts';
import { nearestOnWire, pointOnWire } from './wire-curve.ts';

type Pair = readonly [number, number];

/** Makes an edit of the open module, or tells why it cannot be made. @returns whether it was made. */
export type MakeEdit = (make: (document: PatchbayDocument, module: string) => Edit) => boolean;

/** Room around what a frame is drawn about; more at the top, for its title. */
const FRAME_MARGIN = { side: 24, top: 44 };
const NOTE_SIZE: Pair = [240, 110];
const FRAME_SIZE: Pair = [420, 260];

export function createMarkActions(
  app: App,
  store: CanvasStore,
  hand: HandStore,
  placed: () => readonly PlacedNode[],
  edit: MakeEdit,
) {
  const module = () => openModule(app);

  /** What was just made is selected alone; a text is open to be written. */
  const begin = (key: string, write: boolean): void => {
    app.view.getState().select([]);
    store.setState({ decorations: new Set([key]), selectedWire: null, renaming: write ? key : null });
  };

  const endsOf = (edge: Edge): readonly [from: Point, to: Point] | null => {
    const [source, target] = [edge.from[0], edge.to[0]].map((id) => placed().find(({ view }) => view.id === id));
    const from = source && portPoint(source, { side: 'output', port: edge.from[1] });
    const to = target && portPoint(target, { side: 'input', port: edge.to[1] });
    return from && to ? [from, to] : null;
  };

  return {
    /** A note at a place of the canvas, open to be written. */
    addNote: ({ x, y }: Point): void => {
      const { document } = app.document.getState();
      const position: Pair = [Math.round(x), Math.round(y)];
      const made = addNote(document, module().name, { text: '', position: [...position], size: [...NOTE_SIZE] });
      if (edit(() => made.edit)) begin(noteKey(made.decoration.id), true);
    },

    /** A frame around the selection, or at a place of the canvas. */
    addFrame: ({ x, y }: Point): void => {
      const { selection } = app.view.getState();
      const boxes = placed()
        .filter(({ view }) => selection.has(view.id))
        .map(({ view, position }) => ({ ...position, width: view.geometry.width, height: view.geometry.height }));
      const bounds = boundsOf(boxes);
      const { document } = app.document.getState();
      const made = addFrame(document, module().name, { title: '', ...frameAround(bounds, { x, y }) });
      if (edit(() => made.edit)) begin(frameKey(made.decoration.id), true);
    },

    /** The middle of a wire; null if one of its ends is not there. */
    middleOf: (edge: Edge): Point | null => {
      const ends = endsOf(edge);
      return ends && pointOnWire(...ends, 0.5, throughOf(edge));
    },

    /** Leads a wire through a point more, where it comes nearest to this place. */
    addReroute: (edge: Edge, near: Point): void => {
      const ends = endsOf(edge);
      if (!ends) return;
      const { piece, at } = nearestOnWire(...ends, throughOf(edge), near);
      const made = edit((document, name) =>
        addReroute(document, name, { wire: edge, index: piece }, [onGrid(at.x), onGrid(at.y)]),
      );
      if (made) begin(rerouteKey(edge, piece), false);
    },

    /** Takes all reroute points from a wire. */
    straighten: (edge: Edge): void => {
      const refs = throughOf(edge).map((_, index) => ({ wire: edge, index }));
      if (edit((document, name) => removeReroutes(document, name, refs))) store.setState({ decorations: new Set() });
    },

    writeDecoration: (key: string, text: string): void => {
      edit((document, name) => writeDecoration(document, name, decorationOf(key), text));
    },
    resizeDecoration: (key: string, size: Pair, position: Pair): void => {
      edit((document, name) => resizeDecoration(document, name, decorationOf(key), size, position));
      hand.setState({ sizes: null, drag: null });
    },
  };
}

function onGrid(at: number): number {
  return Math.round(at / GRID) * GRID;
}

function frameAround(bounds: Box | null, { x, y }: Point): { position: [number, number]; size: [number, number] } {
  const { side, top } = FRAME_MARGIN;
  if (!bounds) return { position: [Math.round(x), Math.round(y)], size: [...FRAME_SIZE] };
  return {
    position: [bounds.x - side, bounds.y - top],
    size: [bounds.width + 2 * side, bounds.height + side + top],
  };
}

function decorationOf(key: string): DecorationRef {
  const mark = markOf(key);
  if (mark === null || mark.kind === 'reroute') throw new Error(`${key} is no note or frame`);
  return mark;
}
