/** Previews of tensors in memory, the same as the runtime makes on a GPU (gpu/runtime/preview): for what computes on the CPU. */
import { thumbnailGeometry, type ThumbnailGeometry } from '../../gpu/runtime/preview/geometry.ts';
import type { Preview, PreviewSpec } from '../../gpu/runtime/types.ts';

const BINS = 64;

/** @param key of the value, so that who painted it already can tell. */
export function previewOf(
  key: string,
  shape: readonly number[],
  values: ArrayLike<number>,
  spec: PreviewSpec,
): Preview {
  const statistics = statisticsOf(values);
  return {
    key,
    shape,
    statistics,
    histogram: histogramOf(values, statistics.min, statistics.max),
    thumbnail: thumbnailOf(values, thumbnailGeometry(shape, spec)),
  };
}

/** Over finite values; without one, there is no mean and no range. */
function statisticsOf(values: ArrayLike<number>): Preview['statistics'] {
  let finite = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    finite++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const mean = sum / finite;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) squares += (values[i]! - mean) ** 2;
  }
  return {
    count: values.length,
    mean,
    standardDeviation: Math.sqrt(squares / finite),
    min: finite > 0 ? min : Number.NaN,
    max: finite > 0 ? max : Number.NaN,
    nonFinite: values.length - finite,
  };
}

function histogramOf(values: ArrayLike<number>, min: number, max: number): Uint32Array {
  const bins = new Uint32Array(BINS);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) bins[Math.min(BINS - 1, Math.floor(fraction(values[i]!, min, max) * BINS))]!++;
  }
  return bins;
}

function thumbnailOf(values: ArrayLike<number>, geometry: ThumbnailGeometry): Preview['thumbnail'] {
  const { width, height, channels } = geometry;
  const means = new Float64Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < channels; channel++) {
        means[(row * width + column) * channels + channel] = cellMean(values, geometry, { row, column, channel });
      }
    }
  }
  const finite = means.filter((mean) => Number.isFinite(mean));
  const min = finite.reduce((least, mean) => Math.min(least, mean), Number.POSITIVE_INFINITY);
  const max = finite.reduce((most, mean) => Math.max(most, mean), Number.NEGATIVE_INFINITY);
  const codes = Uint8Array.from(means, (mean) =>
    Number.isFinite(mean) ? Math.round(fraction(mean, min, max) * 255) : 0,
  );
  const some = finite.length > 0;
  return { width, height, channels, codes, min: some ? min : Number.NaN, max: some ? max : Number.NaN };
}

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly channel: number;
}

/** The mean of the finite values of the cell's box; infinite if there is none. */
function cellMean(values: ArrayLike<number>, geometry: ThumbnailGeometry, { row, column, channel }: Cell): number {
  const { sourceWidth, sourceHeight, width, height } = geometry;
  const top = Math.floor((row * sourceHeight) / height);
  const bottom = Math.max(top + 1, Math.floor(((row + 1) * sourceHeight) / height));
  const left = Math.floor((column * sourceWidth) / width);
  const right = Math.max(left + 1, Math.floor(((column + 1) * sourceWidth) / width));
  let sum = 0;
  let finite = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      if (y * sourceWidth + x >= geometry.places) continue;
      const at = geometry.base + y * geometry.strideY + x * geometry.strideX + channel * geometry.strideChannel;
      for (let k = 0; k < geometry.inner; k++) {
        const value = values[at + k]!;
        if (!Number.isFinite(value)) continue;
        sum += value;
        finite++;
      }
    }
  }
  return finite > 0 ? sum / finite : Number.POSITIVE_INFINITY;
}

/** Where x lies between low and high; 0 where they are the same. */
function fraction(x: number, low: number, high: number): number {
  return high > low ? (x - low) / (high - low) : 0;
}
