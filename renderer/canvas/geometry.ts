/**
 * Sizes and places on the canvas, computed from what a node is and never measured: nodes of 5,000 graphs open at once,
 * and a value that changes moves nothing. CSS takes the same numbers through `geometryVariables`.
 */
import type { PreviewKind, ViewKind } from '../../nodes/definition.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export const GRID = 10;

/** Heights of the parts of a node, in canvas units. */
export const PART = {
  /** Colour, name and time, and the type below. */
  header: 48,
  input: 22,
  /** The row of layers of a stack. */
  layers: 24,
  output: 20,
  /** The legend of a map with its ends, and below it mean and deviation. */
  caption: 32,
  previewGap: 6,
  previewInset: 8,
  bottom: 6,
} as const;

/** A shape chip is set in a mono face of 10.5 px; the advance of its characters. */
const CHIP_CHARACTER = 6.3;
const ROW_CHARACTER = 6.2;

const NARROWEST = 208;
const WIDEST = 320;
const WIDEST_ROW = 248;
const FOUR_SIZES = 118;

/** Height of the preview by what is shown; attention is given room to click a patch. */
const PREVIEW_HEIGHT: Readonly<Record<PreviewKind, number>> = {
  image: 144,
  'patch-grid': 144,
  heatmap: 96,
  attention: 160,
  statistics: 56,
  text: 76,
  generation: 164,
};

const PREVIEW_WIDTH: Readonly<Record<PreviewKind, number>> = {
  image: NARROWEST,
  'patch-grid': NARROWEST,
  heatmap: NARROWEST,
  attention: NARROWEST,
  statistics: NARROWEST,
  text: 260,
  generation: 300,
};

/** Room of a view on its node; larger on request. */
const VIEW_ROOM: Readonly<Record<ViewKind, { readonly width: number; readonly height: number }>> = {
  'patch-grid': { width: 240, height: 208 },
  'attention-map': { width: 284, height: 244 },
  'attention-matrix': { width: 300, height: 284 },
  'similarity-matrix': { width: 280, height: 232 },
  'token-strip': { width: 300, height: 96 },
  histogram: { width: 240, height: 120 },
  line: { width: 280, height: 140 },
  text: { width: 280, height: 96 },
  table: { width: 300, height: 168 },
};

/** What a node's size depends on. */
export interface NodeParts {
  readonly name: string;
  readonly inputs: readonly string[];
  /** Names of the outputs; shown beside their shape only where there are several. */
  readonly outputs: readonly string[];
  readonly preview: PreviewKind | null;
  /** What a view node makes of its inputs. */
  readonly shows: ViewKind | null;
  readonly stack: boolean;
  /** Width and height as the user chose them. */
  readonly chosen?: readonly [number, number] | undefined;
}

export interface NodeGeometry {
  readonly width: number;
  readonly height: number;
  /** Vertical centres of the ports, from the node's top. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Room of the preview, without its inset; null where nothing is shown. */
  readonly preview: Box | null;
  /** Top of the row of layers; null for what is not a stack. */
  readonly layers: number | null;
}

/** Places of everything in a node. A chosen size grows or shrinks the preview; it never hides a port. */
export function nodeGeometry(parts: NodeParts): NodeGeometry {
  const naturalWidth = Math.max(
    parts.preview === null ? NARROWEST : roomOf(parts.preview, parts.shows).width,
    40 + parts.name.length * 7.4 + (parts.stack ? 92 : 60),
    ...parts.inputs.map((name) => 24 + name.length * ROW_CHARACTER),
    // Several outputs are named beside their shapes; four sizes without names have room.
    ...(parts.outputs.length > 1
      ? parts.outputs.map((name) => Math.min(WIDEST_ROW, 27 + name.length * ROW_CHARACTER + FOUR_SIZES))
      : []),
  );
  const width = Math.round(Math.max(NARROWEST, parts.chosen?.[0] ?? Math.min(naturalWidth, WIDEST)));
  const wanted = parts.preview === null ? 0 : roomOf(parts.preview, parts.shows).height;
  const around =
    PART.header +
    parts.inputs.length * PART.input +
    (parts.stack ? PART.layers : 0) +
    (parts.preview === null ? 0 : 2 * PART.previewGap) +
    parts.outputs.length * PART.output +
    (parts.preview === null ? 0 : PART.caption) +
    PART.bottom;
  const previewHeight =
    parts.preview === null ? 0 : Math.round(Math.max(40, parts.chosen ? parts.chosen[1] - around : wanted));

  let top = PART.header;
  const inputs = parts.inputs.map((_, index) => top + index * PART.input + PART.input / 2);
  top += parts.inputs.length * PART.input;
  const layers = parts.stack ? top : null;
  if (parts.stack) top += PART.layers;
  let preview: Box | null = null;
  if (parts.preview !== null) {
    top += PART.previewGap;
    preview = { x: PART.previewInset, y: top, width: width - 2 * PART.previewInset, height: previewHeight };
    top += previewHeight + PART.previewGap;
  }
  const outputs = parts.outputs.map((_, index) => top + index * PART.output + PART.output / 2);
  return { width, height: around + previewHeight, inputs, outputs, preview, layers };
}

/** A collapsed node: its header, with all ports at its middle. */
export function foldedGeometry({ width, inputs, outputs }: NodeGeometry): NodeGeometry {
  const middle = PART.header / 2;
  return {
    width,
    height: PART.header,
    inputs: inputs.map(() => middle),
    outputs: outputs.map(() => middle),
    preview: null,
    layers: null,
  };
}

function roomOf(preview: PreviewKind, shows: ViewKind | null): { readonly width: number; readonly height: number } {
  return shows === null ? { width: PREVIEW_WIDTH[preview], height: PREVIEW_HEIGHT[preview] } : VIEW_ROOM[shows];
}

/** Characters that a shape chip can hold in a node of this width, beside the port's name where that is shown. */
export function chipCharacters(width: number, portName: string | null): number {
  const name = portName === null ? 0 : portName.length * ROW_CHARACTER + 7;
  return Math.max(4, Math.floor((width - 20 - 12 - name) / CHIP_CHARACTER));
}

/** The smallest box around all; null for none. */
export function boundsOf(boxes: Iterable<Box>): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return left > right ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

/** Whether a box lies wholly in another. */
export function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** Whether two boxes have more than an edge in common. */
export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** How many of the node's parts are worth drawing at a zoom: all; name, colour and preview; a labelled block. */
export type Detail = 'full' | 'reduced' | 'block';

export function detailAt(zoom: number): Detail {
  if (zoom < 0.25) return 'block';
  return zoom < 0.5 ? 'reduced' : 'full';
}

/** Where a name may be broken into lines: after its underscores. */
export function nameParts(name: string): readonly string[] {
  return name.split(/(?<=_)/);
}

/** Of the name that fills a block, in canvas units: as large as its longest part leaves room for. */
export function blockLabelSize(name: string, width: number): number {
  const longest = Math.max(...nameParts(name).map((part) => part.length));
  return Math.min(LARGEST_LABEL, (width - 2 * LABEL_MARGIN) / (longest * BOLD_ADVANCE));
}

const LARGEST_LABEL = 40;
const LABEL_MARGIN = 10;
/** Width of a bold letter, in parts of the font's size. */
const BOLD_ADVANCE = 0.62;

/** The nearest box in the direction of an arrow key, by distance with sideways movement counted double; null if none. */
export function neighbour<T extends Box>(boxes: readonly T[], from: Box, direction: Point): T | null {
  const centre = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const start = centre(from);
  let best: { box: T; cost: number } | null = null;
  for (const box of boxes) {
    const { x, y } = centre(box);
    const forwards = (x - start.x) * direction.x + (y - start.y) * direction.y;
    const sideways = Math.abs((x - start.x) * direction.y) + Math.abs((y - start.y) * direction.x);
    if (forwards <= 1) continue;
    const cost = forwards + 2 * sideways;
    if (best === null || cost < best.cost) best = { box, cost };
  }
  return best?.box ?? null;
}

/** The numbers above as CSS variables, set once on the canvas. */
export function geometryVariables(): Record<`--${string}`, string> {
  return {
    '--node-header': `${PART.header}px`,
    '--node-input': `${PART.input}px`,
    '--node-layers': `${PART.layers}px`,
    '--node-output': `${PART.output}px`,
    '--node-caption': `${PART.caption}px`,
    '--node-preview-gap': `${PART.previewGap}px`,
    '--node-preview-inset': `${PART.previewInset}px`,
  };
}
