/** From preprocessor_config.json to the parameters of an image input, as far as that does the same. */
import type { JsonValue } from '../../graph/json.ts';
import type { ParameterValue } from '../../graph/schema.ts';
import type { Filter, Fit } from '../../nodes/pictures.ts';
import { createConfig, isObject, type Config, type JsonObject } from './config.ts';

export interface PicturePreparation {
  readonly params: Readonly<Record<string, ParameterValue>>;
  /** What of it has no counterpart, a line each. */
  readonly notes: readonly string[];
}

/** By their number in Pillow. */
const FILTERS: ReadonlyMap<number, Filter> = new Map([
  [2, 'bilinear'],
  [3, 'bicubic'],
]);
const BICUBIC = 3;

/**
 * @param values of the file; empty where there is none.
 * @param vision what pictures the model reads: it counts, whatever the file says.
 * @throws {ImportError} where a value is none that the key may have.
 */
export function preparePictures(
  values: JsonObject,
  architecture: JsonObject,
  vision: Config,
  place: string,
): PicturePreparation {
  const defaults = {
    do_resize: true,
    do_rescale: true,
    do_normalize: true,
    do_center_crop: false,
    rescale_factor: 1 / 255,
  };
  const config = createConfig(values, { ...defaults, ...architecture }, place);
  const imageSize = vision.size('image_size');
  const notes: string[] = [];
  const note = (key: string, text: string): void => void notes.push(config.fault(key, text).message);
  const params = {
    fit: fitOf(config, imageSize, note),
    filter: filterOf(config, note),
    ...statistics(config, vision.size('num_channels')),
  };
  if (!config.bool('do_resize')) note('do_resize', `pictures are brought to ${imageSize} × ${imageSize} all the same`);
  return { params, notes };
}

type Note = (key: string, text: string) => void;

function fitOf(config: Config, imageSize: number, note: Note): Fit {
  const size = sideOf(config, 'size', imageSize);
  if (!config.bool('do_center_crop')) {
    if (size.side !== imageSize) note('size', `it is ${size.text}, and the model reads ${imageSize}, which counts`);
    if (size.shortest) note('size', 'beyond the shortest edge the middle is cut out, because the model reads squares');
    return size.shortest ? 'crop' : 'stretch';
  }
  const crop = sideOf(config, 'crop_size', imageSize);
  if (crop.side !== imageSize) note('crop_size', `it is ${crop.text}, and the model reads ${imageSize}, which counts`);
  if (size.side !== crop.side)
    note(
      'size',
      `it is ${size.text} and crop_size ${crop.text}: no margin is cut off here, but what the square leaves over`,
    );
  return 'crop';
}

interface Side {
  /** NaN where it is no square. */
  readonly side: number;
  readonly shortest: boolean;
  readonly text: string;
}

/** A number, `{ height, width }` or `{ shortest_edge }`. */
function sideOf(config: Config, key: string, standard: number): Side {
  const value = config.raw(key) ?? standard;
  const text = JSON.stringify(value);
  const number = (side: JsonValue | undefined): number => (typeof side === 'number' && side > 0 ? side : Number.NaN);
  if (typeof value === 'number') return { side: number(value), shortest: false, text };
  if (!isObject(value)) throw config.fault(key, 'a number is wanted, height and width, or shortest_edge');
  if (value['shortest_edge'] !== undefined) return { side: number(value['shortest_edge']), shortest: true, text };
  const [height, width] = [number(value['height']), number(value['width'])];
  return { side: height === width ? height : Number.NaN, shortest: false, text };
}

function filterOf(config: Config, note: Note): Filter {
  const number = config.raw('resample') ?? BICUBIC;
  const filter = FILTERS.get(number as number);
  if (filter) return filter;
  note('resample', `Pillow's filter ${JSON.stringify(number)} is not known here; bicubic (3) takes its place`);
  return 'bicubic';
}

/** y = (255 · factor · x − mean) / std with x from 0 to 1, written as (x − mean′) / std′. */
function statistics(config: Config, channels: number): { readonly mean: string; readonly std: string } {
  const factor = 255 * (config.bool('do_rescale') ? config.float('rescale_factor') : 1);
  if (factor === 0) throw config.fault('rescale_factor', 'it is 0, and nothing of the picture would be left');
  // 0.00392156862745098 is meant to be 1 / 255.
  const scale = Math.abs(factor - 1) < 1e-9 ? 1 : factor;
  const normalize = config.bool('do_normalize');
  const list = (key: string, standard: number): string =>
    (normalize ? numbersOf(config, key, channels) : [standard]).map((value) => value / scale).join(', ');
  return { mean: list('image_mean', 0), std: list('image_std', 1) };
}

/** One for each channel, or one for all where they are the same. */
function numbersOf(config: Config, key: string, channels: number): readonly number[] {
  const value = config.raw(key);
  const numbers = Array.isArray(value) ? value : [value];
  if (!numbers.every((number) => typeof number === 'number'))
    throw config.fault(key, `${channels} numbers are wanted, one for each channel`);
  if (new Set(numbers).size === 1) return numbers.slice(0, 1);
  if (numbers.length === channels) return numbers;
  throw config.fault(key, `it has ${numbers.length} numbers, and the model reads ${channels} channels`);
}
