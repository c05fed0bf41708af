/** From a preview's 8-bit codes to pixels: pure functions over typed arrays, and the drawing on one 2D canvas. */
import type { ColourMapName, ColourTable } from './colour-maps.ts';

/** What the ends of a map stand for. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Signed values get the diverging map with zero in its middle; others run from their least to their greatest. */
export function chooseMap(range: Range, kind: 'attention' | 'values'): { map: ColourMapName; range: Range } {
  if (kind === 'attention') return { map: 'inferno', range: { min: Math.min(0, range.min), max: range.max } };
  if (range.min < 0 && range.max > 0) {
    const reach = Math.max(-range.min, range.max);
    return { map: 'diverging', range: { min: -reach, max: reach } };
  }
  return { map: 'viridis', range };
}

/**
 * For each of the 256 codes of a thumbnail (0 is its `min`, 255 its `max`) the code of the colour table, where the
 * table spans `range`.
 */
export function recode(thumbnail: Range, range: Range): Uint8Array {
  const codes = new Uint8Array(256);
  const span = range.max - range.min;
  for (let code = 0; code < 256; code++) {
    const value = thumbnail.min + (code / 255) * (thumbnail.max - thumbnail.min);
    codes[code] = span > 0 ? Math.round(Math.min(1, Math.max(0, (value - range.min) / span)) * 255) : 128;
  }
  return codes;
}

/** RGBA pixels of a thumbnail of one channel through a colour table. */
export function colourPixels(
  codes: Uint8Array,
  table: ColourTable,
  recoded: Uint8Array,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(codes.length * 4);
  for (let index = 0; index < codes.length; index++) {
    const colour = 3 * recoded[codes[index]!]!;
    pixels[4 * index] = table[colour]!;
    pixels[4 * index + 1] = table[colour + 1]!;
    pixels[4 * index + 2] = table[colour + 2]!;
    pixels[4 * index + 3] = 255;
  }
  return pixels;
}

/** RGBA pixels of a thumbnail of three channels, as it is. */
export function rgbPixels(codes: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const count = codes.length / 3;
  const pixels = new Uint8ClampedArray(count * 4);
  for (let index = 0; index < count; index++) {
    pixels[4 * index] = codes[3 * index]!;
    pixels[4 * index + 1] = codes[3 * index + 1]!;
    pixels[4 * index + 2] = codes[3 * index + 2]!;
    pixels[4 * index + 3] = 255;
  }
  return pixels;
}

/** Heights in 0 … 1 of `columns` bars over a histogram, neighbours summed; a lone spike does not flatten the rest. */
export function bars(histogram: Uint32Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let bin = 0; bin < histogram.length; bin++) {
    const column = Math.min(columns - 1, Math.floor((bin / histogram.length) * columns));
    sums[column]! += histogram[bin]!;
  }
  const sorted = [...sums].sort((a, b) => b - a);
  // Where one bar is over four times the next (a constant beside noise), it is cut off at the top.
  const highest = Math.min(sorted[0] ?? 0, 4 * (sorted[1] || sorted[0] || 0));
  if (highest === 0) return sums;
  return sums.map((sum) => Math.min(1, sum / highest));
}

/** The largest box of the given proportions in a box of `width` × `height`, centred. */
export function contain(
  aspect: number,
  width: number,
  height: number,
): { x: number; y: number; width: number; height: number } {
  const fitted = aspect > width / height ? { width, height: width / aspect } : { width: height * aspect, height };
  return { x: (width - fitted.width) / 2, y: (height - fitted.height) / 2, ...fitted };
}

/** Side of the square grid that `count` patches fill, and whether a class token stands before them; null for neither. */
export function patchGrid(count: number): { readonly side: number; readonly leading: number } | null {
  for (const leading of [0, 1]) {
    const side = Math.sqrt(count - leading);
    if (side >= 1 && Number.isInteger(side)) return { side, leading };
  }
  return null;
}
