/** Where in a tensor the cells of a thumbnail lie: the slice that is shown, its strides, and the size it is shown at. */
import type { PreviewSpec } from '../types.ts';

/** Positions in elements. A cell averages a box of the source, and `inner` neighbours at each of its places. */
export interface ThumbnailGeometry {
  readonly base: number;
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  readonly strideX: number;
  readonly strideY: number;
  readonly strideChannel: number;
  /** Neighbouring elements averaged at each place. */
  readonly inner: number;
  /** Places that exist; a grid's last row may be incomplete. */
  readonly places: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** Longest side that any thumbnail may have. */
export const MAX_SIDE = 256;

/** A tensor without elements has a thumbnail of no size. */
export function thumbnailGeometry(shape: readonly number[], spec: PreviewSpec): ThumbnailGeometry {
  if (spec.view === 'image' && shape.length >= 3) return imageGeometry(shape, spec);
  if (spec.view === 'grid' && shape.length >= 2) return gridGeometry(shape, spec);
  const width = shape.at(-1) ?? 1;
  const height = shape.at(-2) ?? 1;
  return {
    base: sliceBase(shape, 2, spec.index),
    ...source(width, height, 1, width),
    strideChannel: 0,
    inner: 1,
    channels: 1,
    ...shown(width, height, spec.maxSide),
  };
}

function imageGeometry(shape: readonly number[], spec: PreviewSpec): ThumbnailGeometry {
  const [channels, height, width] = shape.slice(-3) as [number, number, number];
  return {
    base: sliceBase(shape, 3, spec.index),
    ...source(width, height, 1, width),
    strideChannel: width * height,
    inner: 1,
    channels: channels === 3 ? 3 : 1,
    ...(channels === 0 ? { width: 0, height: 0 } : shown(width, height, spec.maxSide)),
  };
}

/**
 * Patches in reading order; one more than a square is taken for a class token in front, which has no place in it. The
 * axis before the last, averaged over the last; or the last itself, where the index fixes all others (one row of
 * attention).
 */
function gridGeometry(shape: readonly number[], spec: PreviewSpec): ThumbnailGeometry {
  const row = spec.index.length >= shape.length - 1;
  const count = shape.at(row ? -1 : -2)!;
  const inner = row ? 1 : shape.at(-1)!;
  const classToken = !isSquare(count) && count > 1 && isSquare(count - 1) ? 1 : 0;
  const patches = count - classToken;
  const width = Math.ceil(Math.sqrt(patches));
  const height = width === 0 ? 0 : Math.ceil(patches / width);
  return {
    base: sliceBase(shape, row ? 1 : 2, spec.index) + classToken * inner,
    ...source(width, height, inner, inner * width),
    places: patches,
    strideChannel: 0,
    inner,
    channels: 1,
    ...(inner === 0 ? { width: 0, height: 0 } : shown(width, height, spec.maxSide)),
  };
}

function source(width: number, height: number, strideX: number, strideY: number) {
  return { sourceWidth: width, sourceHeight: height, strideX, strideY, places: width * height };
}

function shown(width: number, height: number, maxSide: number): { width: number; height: number } {
  if (width === 0 || height === 0) return { width: 0, height: 0 };
  const side = Math.min(Math.max(Math.floor(maxSide), 1), MAX_SIDE);
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Position of the slice's first element: the leading axes at `index`, clamped; missing indices are 0. */
function sliceBase(shape: readonly number[], shownAxes: number, index: readonly number[]): number {
  const leading = Math.max(shape.length - shownAxes, 0);
  let base = 0;
  let stride = shape.slice(leading).reduce((product, size) => product * size, 1);
  for (let axis = leading - 1; axis >= 0; axis--) {
    const size = shape[axis]!;
    base += Math.min(Math.max(Math.trunc(index[axis] ?? 0), 0), Math.max(size - 1, 0)) * stride;
    stride *= size;
  }
  return base;
}

function isSquare(count: number): boolean {
  return Math.sqrt(count) % 1 === 0;
}
