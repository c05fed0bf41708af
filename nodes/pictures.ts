/**
 * From a picture's pixels to what a model reads: crop, resize, channels apart, normalised. Pure functions over arrays,
 * the same in a worker and in Node; decoding files is the platform's part.
 */

/** A decoded picture: 8 bits each of red, green, blue and (straight) alpha, row-major from the top left. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** What to do where the picture's proportions are not the target's. */
export type Fit = 'crop' | 'stretch' | 'contain';

export type Filter = 'bilinear' | 'bicubic';

export interface PictureOptions {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly fit: Fit;
  readonly filter: Filter;
  /** One number per channel, in units of values from 0 to 1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Channel counts that a picture can be turned into. */
const CHANNELS: readonly number[] = [1, 3, 4];

/** Why a picture cannot give this many channels; null where it can. */
export function channelFault(channels: number): string | null {
  if (CHANNELS.includes(channels)) return null;
  return `a picture gives ${CHANNELS.join(', ')} channels, not ${channels}; bind a tensor instead`;
}

/** A picture that cannot be used. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

/**
 * Channels × height × width numbers, y = (x − mean) / std with x from 0 to 1.
 *
 * 1 channel is luminance (0.299 R + 0.587 G + 0.114 B), 3 are RGB, both over white where the picture is transparent;
 * 4 are RGBA as they are. What `contain` leaves free is the mean, and so 0.
 * @throws {PictureError} if the picture is empty, its data do not fill it, or the number of channels is another.
 */
export function preprocess(picture: Picture, options: PictureOptions): Float32Array {
  const { width, height, data } = picture;
  const { channels, mean, std } = options;
  const fault = channelFault(channels);
  if (fault !== null) throw new PictureError(fault);
  if (width < 1 || height < 1 || data.length !== width * height * 4) {
    throw new PictureError(`${data.length} bytes are not a picture of ${width} × ${height} pixels`);
  }
  const { source, target } = place(width, height, options);
  const columns = taps(source.x, source.width, target.width, width, options.filter);
  const rows = taps(source.y, source.height, target.height, height, options.filter);

  const result = new Float32Array(channels * options.height * options.width);
  for (let channel = 0; channel < channels; channel++) {
    const plane = resize(picture, channel, channels, columns, rows);
    for (let row = 0; row < target.height; row++) {
      const offset = (channel * options.height + target.y + row) * options.width + target.x;
      for (let column = 0; column < target.width; column++) {
        // A bicubic overshoots at edges; a picture has no values beyond black and white.
        const value = Math.min(1, Math.max(0, plane[row * target.width + column]!));
        result[offset + column] = (value - mean[channel]!) / std[channel]!;
      }
    }
  }
  return result;
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Which part of the picture goes to which part of the target; the first may have fractions of pixels. */
function place(
  width: number,
  height: number,
  { fit, width: targetWidth, height: targetHeight }: PictureOptions,
): { readonly source: Rectangle; readonly target: Rectangle } {
  const whole = { x: 0, y: 0, width, height };
  const full = { x: 0, y: 0, width: targetWidth, height: targetHeight };
  switch (fit) {
    case 'stretch':
      return { source: whole, target: full };
    case 'crop': {
      const scale = Math.min(width / targetWidth, height / targetHeight);
      return { source: centred(targetWidth * scale, targetHeight * scale, width, height), target: full };
    }
    case 'contain': {
      const scale = Math.min(targetWidth / width, targetHeight / height);
      const [inWidth, inHeight] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
      const { x, y, ...size } = centred(inWidth!, inHeight!, targetWidth, targetHeight);
      return { source: whole, target: { x: Math.floor(x), y: Math.floor(y), ...size } };
    }
    default:
      return fit satisfies never;
  }
}

function centred(width: number, height: number, inWidth: number, inHeight: number): Rectangle {
  return { x: (inWidth - width) / 2, y: (inHeight - height) / 2, width, height };
}

/** One channel of one row, from 0 to 1. */
function readLine({ width, data }: Picture, row: number, channel: number, channels: number, line: Float64Array): void {
  for (let column = 0; column < width; column++) {
    const at = (row * width + column) * 4;
    if (channels === 4) {
      line[column] = data[at + channel]! / 255;
      continue;
    }
    const value =
      channels === 3 ? data[at + channel]! : 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
    // Over white.
    const alpha = data[at + 3]! / 255;
    line[column] = (value / 255) * alpha + 1 - alpha;
  }
}

/** For each output position, the first input position it reads and the weights from there on. */
interface Taps {
  readonly starts: Int32Array;
  readonly weights: readonly Float64Array[];
}

/**
 * The weights of a resampling filter along one axis. A filter of support s reads s · max(1, scale) input positions to
 * either side of the output's centre: when shrinking, it widens, and so averages instead of skipping. This is what
 * Pillow does, and PyTorch's interpolate with `antialias=True`.
 */
function taps(start: number, length: number, count: number, limit: number, filter: Filter): Taps {
  const scale = length / count;
  const stretch = Math.max(1, scale);
  const { support, kernel } = FILTERS[filter];
  const starts = new Int32Array(count);
  const weights: Float64Array[] = [];
  for (let index = 0; index < count; index++) {
    const centre = start + (index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support * stretch + 0.5));
    const last = Math.min(limit, Math.trunc(centre + support * stretch + 0.5));
    const row = Float64Array.from({ length: last - first }, (_, at) => kernel((first + at - centre + 0.5) / stretch));
    const sum = row.reduce((total, weight) => total + weight, 0);
    starts[index] = first;
    weights.push(row.map((weight) => weight / sum));
  }
  return { starts, weights };
}

const FILTERS: Readonly<Record<Filter, { readonly support: number; readonly kernel: (distance: number) => number }>> = {
  bilinear: { support: 1, kernel: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, kernel: (x) => cubic(Math.abs(x)) },
};

/** Keys' cubic convolution with a = −½. */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** Along the rows first, as far as they are read, then along the columns. */
function resize(picture: Picture, channel: number, channels: number, columns: Taps, rows: Taps): Float64Array {
  const [outWidth, outHeight] = [columns.weights.length, rows.weights.length];
  const top = rows.starts[0]!;
  const bottom = rows.starts[outHeight - 1]! + rows.weights[outHeight - 1]!.length;
  const line = new Float64Array(picture.width);
  const narrow = new Float64Array((bottom - top) * outWidth);
  for (let row = top; row < bottom; row++) {
    readLine(picture, row, channel, channels, line);
    for (let column = 0; column < outWidth; column++) {
      const weights = columns.weights[column]!;
      const start = columns.starts[column]!;
      let sum = 0;
      for (let at = 0; at < weights.length; at++) sum += weights[at]! * line[start + at]!;
      narrow[(row - top) * outWidth + column] = sum;
    }
  }
  const result = new Float64Array(outHeight * outWidth);
  for (let row = 0; row < outHeight; row++) {
    const weights = rows.weights[row]!;
    const start = (rows.starts[row]! - top) * outWidth;
    for (let column = 0; column < outWidth; column++) {
      let sum = 0;
      for (let at = 0; at < weights.length; at++) sum += weights[at]! * narrow[start + at * outWidth + column]!;
      result[row * outWidth + column] = sum;
    }
  }
  return result;
}
