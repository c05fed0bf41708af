/** A matrix of numbers and how it is painted: cells through a colour map, their values where there is room. */
import type { Box } from '../canvas/geometry.ts';
import { formatNumber } from '../previews/format.ts';
import { chooseMap } from '../previews/paint.ts';
import type { Legend } from '../previews/painter.ts';
import type { Palette } from '../previews/palette.ts';
import { SANS } from './text.ts';
import type { Answer, Pointed, Surface, Wish } from './view.ts';

/** Row-major. Where the tensor is too large to be read at every run, each number is the mean of a block of it. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array | Int32Array;
  /** Size of the tensor's matrix; equal to `rows` and `columns` where the numbers are exact. */
  readonly tensorRows: number;
  readonly tensorColumns: number;
}

/** As many numbers are read back at every run: a megabyte. */
const MOST_EXACT = 2 ** 18;
/** Finest thumbnail that a preview gives. */
const MEANS_SIDE = 256;

/** What to ask for, to show the last two axes at an index of the others. */
export function matrixWish(shape: readonly number[], index: readonly number[]): Wish {
  const exact = (shape.at(-1) ?? 1) * (shape.at(-2) ?? 1) <= MOST_EXACT;
  return { spec: { index, maxSide: exact ? 1 : MEANS_SIDE, view: 'matrix' }, index: exact ? index : null };
}

/** The matrix that answers a `matrixWish`; a vector is one row, a scalar one cell. */
export function matrixOf({ preview, values }: Answer): Matrix {
  const [tensorRows, tensorColumns] = [preview.shape.at(-2) ?? 1, preview.shape.at(-1) ?? 1];
  if (values) {
    // A bool is read back as the 0 and 1 that it is stored as.
    const numbers = values.data instanceof Uint32Array ? Int32Array.from(values.data) : values.data;
    return { rows: tensorRows, columns: tensorColumns, values: numbers, tensorRows, tensorColumns };
  }
  const { width, height, codes, min, max } = preview.thumbnail;
  const means = Float32Array.from(codes, (code) => min + (code / 255) * (max - min));
  return { rows: height, columns: width, values: means, tensorRows, tensorColumns };
}

export function isExact({ rows, columns, tensorRows, tensorColumns }: Matrix): boolean {
  return rows === tensorRows && columns === tensorColumns;
}

/** Least and greatest finite value; null where there is none. */
export function rangeOf(values: ArrayLike<number>): { readonly min: number; readonly max: number } | null {
  let [min, max] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min > max ? null : { min, max };
}

/** Row and column of the greatest finite value, the first of equal ones; null where there is none. */
export function peakOf({ columns, values }: Pick<Matrix, 'columns' | 'values'>): Pointed | null {
  let best = -1;
  for (let at = 0; at < values.length; at++) {
    if (Number.isFinite(values[at]!) && (best < 0 || values[at]! > values[best]!)) best = at;
  }
  return best < 0 ? null : { row: Math.floor(best / columns), column: best % columns };
}

/** Signed values diverge from zero, others run from their least to their greatest. */
export function matrixLegend({ values }: Matrix, kind: 'attention' | 'values'): Legend | null {
  const range = rangeOf(values);
  return range && chooseMap(range, kind);
}

/** The entry of a colour table of 256 for a value; what is not finite has none. */
export function codeOf(value: number, { range: { min, max } }: Legend): number | null {
  if (!Number.isFinite(value)) return null;
  if (max <= min) return 128;
  return Math.round(Math.min(1, Math.max(0, (value - min) / (max - min))) * 255);
}

/**
 * A painter of cells, edge to edge; a value that is not finite has the colour of what is wrong. Their colours are worked
 * out once for a palette: a pointer that moves paints many times.
 */
export function createCells(matrix: Matrix, legend: Legend): (surface: Surface, box: Box) => void {
  let made: { readonly palette: Palette; readonly image: OffscreenCanvas } | null = null;
  return ({ context, palette }, box) => {
    const { rows, columns } = matrix;
    if (rows === 0 || columns === 0) return;
    if (made?.palette !== palette) made = { palette, image: cellsImage(matrix, legend, palette) };
    context.imageSmoothingEnabled = columns > box.width * 1.5 || rows > box.height * 1.5;
    context.drawImage(made.image, box.x, box.y, box.width, box.height);
  };
}

/** One pixel per cell. */
function cellsImage({ rows, columns, values }: Matrix, legend: Legend, palette: Palette): OffscreenCanvas {
  const table = palette.table(legend.map);
  const wrong = parseRgb(palette.token('--bad'));
  const pixels = new Uint8ClampedArray(rows * columns * 4);
  for (let at = 0; at < values.length; at++) {
    const code = codeOf(values[at]!, legend);
    pixels[4 * at] = code === null ? wrong[0]! : table[3 * code]!;
    pixels[4 * at + 1] = code === null ? wrong[1]! : table[3 * code + 1]!;
    pixels[4 * at + 2] = code === null ? wrong[2]! : table[3 * code + 2]!;
    pixels[4 * at + 3] = 255;
  }
  const image = new OffscreenCanvas(columns, rows);
  image.getContext('2d')!.putImageData(new ImageData(pixels, columns, rows), 0, 0);
  return image;
}

/** Numbers in the cells, if they have room for them. */
export function paintValues({ context, palette }: Surface, matrix: Matrix, box: Box, legend: Legend): void {
  const { rows, columns, values } = matrix;
  const [width, height] = [box.width / columns, box.height / rows];
  if (width < 38 || height < 15 || !isExact(matrix)) return;
  const table = palette.table(legend.map);
  context.font = `${Math.min(12, Math.max(10, height / 4))}px ${SANS}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      const code = codeOf(value, legend);
      context.fillStyle = code !== null && isLight(table, code) ? '#10141b' : '#ffffff';
      const [x, y] = [box.x + (column + 0.5) * width, box.y + (row + 0.5) * height];
      context.fillText(formatNumber(value), x, y, width - 4);
    }
  }
}

/** A rectangle around a cell, or around a block of them: white with a dark rim, to be seen on any colour. */
export function paintMark({ context }: Surface, { x, y, width, height }: Box): void {
  context.lineJoin = 'miter';
  context.lineWidth = 3;
  context.strokeStyle = 'rgb(0 0 0 / 0.6)';
  context.strokeRect(x, y, width, height);
  context.lineWidth = 1.5;
  context.strokeStyle = '#ffffff';
  context.strokeRect(x, y, width, height);
}

export function cellBox(box: Box, { rows, columns }: Pick<Matrix, 'rows' | 'columns'>, at: Pointed): Box {
  const [width, height] = [box.width / columns, box.height / rows];
  return { x: box.x + at.column * width, y: box.y + at.row * height, width, height };
}

/** The cell at a place; null outside. */
export function cellAt(
  box: Box,
  { rows, columns }: Pick<Matrix, 'rows' | 'columns'>,
  { x, y }: { readonly x: number; readonly y: number },
): Pointed | null {
  const column = Math.floor(((x - box.x) / box.width) * columns);
  const row = Math.floor(((y - box.y) / box.height) * rows);
  return row >= 0 && row < rows && column >= 0 && column < columns ? { row, column } : null;
}

/** Relative luminance over one half, as sRGB weighs its channels: dark text is read better on it. */
function isLight(table: ReturnType<Palette['table']>, code: number): boolean {
  const [r, g, b] = [table[3 * code]!, table[3 * code + 1]!, table[3 * code + 2]!];
  return 0.299 * r + 0.587 * g + 0.114 * b > 140;
}

/** The channels of a resolved CSS colour, `rgb(255, 107, 107)`. */
function parseRgb(colour: string): readonly number[] {
  const channels =
    colour
      .match(/[\d.]+/g)
      ?.slice(0, 3)
      .map(Number) ?? [];
  return channels.length === 3 ? channels : [217, 59, 59];
}
