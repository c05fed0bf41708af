/** Heads of rows and columns: thumbnails of pictures and captions, in gutters as wide as they need to be. */
import type { Box } from '../canvas/geometry.ts';
import { paintPicture } from './picture.ts';
import { fitText, SANS, withoutSharedStart, wrapText, type Measure } from './text.ts';
import type { ItemName, Surface } from './view.ts';

/** How the heads of one axis are drawn. */
type HeadStyle =
  | { readonly kind: 'none' }
  /** Thumbnails, and beside those of rows the names where there is room. */
  | { readonly kind: 'pictures'; readonly side: number; readonly text: number }
  | { readonly kind: 'lines'; readonly lines: readonly (readonly string[])[] }
  /** Read from below, because the columns are narrow. */
  | { readonly kind: 'upright'; readonly length: number };

export interface HeadLayout {
  /** Where the cells are. */
  readonly cells: Box;
  readonly rows: HeadStyle;
  readonly columns: HeadStyle;
}

interface Heads {
  readonly rows: readonly ItemName[] | null;
  readonly columns: readonly ItemName[] | null;
}

const FONT = 10.5;
const LINE = 13;
const GAP = 5;
/** Heads closer than this cannot be told apart. */
const LEAST = 11;

/** Gutters for the heads of a matrix, taken from the left and the top of what there is. */
export function layoutHeads(
  measure: Measure,
  heads: Heads,
  counts: { readonly rows: number; readonly columns: number },
  { width, height }: { readonly width: number; readonly height: number },
): HeadLayout {
  const rows = rowStyle(measure, heads.rows, width, height / Math.max(1, counts.rows));
  const left = rowGutter(measure, rows, heads.rows, width);
  const columns = columnStyle(measure, heads.columns, (width - left) / Math.max(1, counts.columns), height);
  const top = columnGutter(columns);
  return { rows, columns, cells: { x: left, y: top, width: width - left, height: height - top } };
}

export function setHeadFont({ context }: Pick<Surface, 'context'>): Measure {
  context.font = `${FONT}px ${SANS}`;
  return (text) => context.measureText(text).width;
}

/** @param pointed Row and column whose heads are set off. */
export function paintHeads(
  surface: Surface,
  { rows, columns, cells }: HeadLayout,
  heads: Heads,
  pointed: { readonly row: number; readonly column: number } | null,
): void {
  const measure = setHeadFont(surface);
  const { context, palette } = surface;
  const ink = (on: boolean) => palette.token(on ? '--text' : '--muted');
  if (heads.rows) {
    const names = withoutSharedStart(heads.rows.map(({ text }) => text));
    const step = cells.height / heads.rows.length;
    context.textBaseline = 'middle';
    for (const [row, item] of heads.rows.entries()) {
      const middle = cells.y + (row + 0.5) * step;
      context.fillStyle = ink(pointed?.row === row);
      context.textAlign = 'right';
      if (rows.kind === 'pictures') {
        const x = cells.x - GAP - rows.side;
        paintThumbnail(surface, item, { x, y: middle - rows.side / 2, width: rows.side, height: rows.side });
        if (rows.text > 0) context.fillText(fitText(measure, names[row]!, rows.text), x - GAP, middle);
      } else if (rows.kind === 'lines') {
        for (const [index, line] of rows.lines[row]!.entries()) {
          context.fillText(line, cells.x - GAP, middle + (index - (rows.lines[row]!.length - 1) / 2) * LINE);
        }
      }
    }
  }
  if (!heads.columns) return;
  const names = withoutSharedStart(heads.columns.map(({ text }) => text));
  const step = cells.width / heads.columns.length;
  for (const [column, item] of heads.columns.entries()) {
    const middle = cells.x + (column + 0.5) * step;
    context.fillStyle = ink(pointed?.column === column);
    if (columns.kind === 'pictures') {
      const { side } = columns;
      paintThumbnail(surface, item, { x: middle - side / 2, y: cells.y - GAP - side, width: side, height: side });
    } else if (columns.kind === 'lines') {
      context.textAlign = 'center';
      context.textBaseline = 'alphabetic';
      const lines = columns.lines[column]!;
      for (const [index, line] of lines.entries()) {
        context.fillText(line, middle, cells.y - GAP - 2 - (lines.length - 1 - index) * LINE);
      }
    } else if (columns.kind === 'upright') {
      context.save();
      context.translate(middle, cells.y - GAP);
      context.rotate(-Math.PI / 2);
      context.textAlign = 'left';
      context.textBaseline = 'middle';
      context.fillText(fitText(measure, names[column]!, columns.length), 0, 0);
      context.restore();
    }
  }
}

function rowStyle(measure: Measure, heads: readonly ItemName[] | null, width: number, step: number): HeadStyle {
  if (!heads || step < LEAST) return { kind: 'none' };
  if (heads.every(({ picture }) => picture !== null)) {
    const side = Math.min(step - 3, 40);
    // A name beside the picture must leave most of the width to the cells.
    const text = width > 420 ? Math.min(140, width * 0.2) : 0;
    return { kind: 'pictures', side, text };
  }
  const names = withoutSharedStart(heads.map(({ text }) => text));
  const room = Math.min(180, width * 0.34);
  const most = Math.max(1, Math.floor(step / LINE));
  const lines = names.map((name) => wrapText(measure, name, room, most) ?? [fitText(measure, name, room)]);
  return { kind: 'lines', lines };
}

function rowGutter(measure: Measure, style: HeadStyle, heads: readonly ItemName[] | null, width: number): number {
  switch (style.kind) {
    case 'none':
    case 'upright':
      return 0;
    case 'pictures': {
      if (style.text === 0) return style.side + GAP;
      const names = withoutSharedStart(heads!.map(({ text }) => text));
      return style.side + GAP + Math.min(style.text, Math.max(...names.map(measure))) + GAP;
    }
    case 'lines':
      return Math.min(width / 2, Math.max(...style.lines.flat().map(measure)) + GAP);
    default:
      return style satisfies never;
  }
}

function columnStyle(measure: Measure, heads: readonly ItemName[] | null, step: number, height: number): HeadStyle {
  if (!heads || step < LEAST) return { kind: 'none' };
  if (heads.every(({ picture }) => picture !== null))
    return { kind: 'pictures', side: Math.min(step - 3, 40), text: 0 };
  const names = withoutSharedStart(heads.map(({ text }) => text));
  const lines = names.map((name) => wrapText(measure, name, step - 4, Math.floor((height * 0.3) / LINE)));
  if (lines.every((each) => each !== null)) return { kind: 'lines', lines };
  const room = Math.min(150, height * 0.38);
  return { kind: 'upright', length: Math.min(room, Math.max(...names.map(measure))) };
}

function columnGutter(style: HeadStyle): number {
  switch (style.kind) {
    case 'none':
      return 0;
    case 'pictures':
      return style.side + GAP;
    case 'lines':
      return Math.max(...style.lines.map(({ length }) => length)) * LINE + GAP;
    case 'upright':
      return style.length + GAP + 3;
    default:
      return style satisfies never;
  }
}

function paintThumbnail(surface: Surface, { picture: wanted }: ItemName, box: Box): void {
  const picture = wanted && surface.pictureOf(wanted);
  if (picture) {
    paintPicture(surface, picture, box);
    return;
  }
  surface.context.fillStyle = surface.palette.token('--line');
  surface.context.fillRect(box.x, box.y, box.width, box.height);
}
