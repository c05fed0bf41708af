/** Image input: pictures as a batch of planar, normalised pixels. */
import type { LocalProblem } from '../../graph/signature.ts';
import { dimensionParam, numberParam, stringParam, type NodeDefinition, type Params } from '../definition.ts';
import type { Filter, Fit } from '../pictures.ts';
import { single } from '../shapes.ts';
import { COMES_FROM_OUTSIDE } from '../torch.ts';

const FITS = ['crop', 'stretch', 'contain'] as const satisfies readonly Fit[];
const FILTERS = ['bilinear', 'bicubic'] as const satisfies readonly Filter[];

/** Why what becomes of a picture is no hyperparameter. */
const PREPARED = 'Pictures are prepared before the model runs, so this is no part of it';

export const imageInput: NodeDefinition = {
  type: 'image_input',
  title: 'Image',
  category: 'input',
  help:
    'Pictures as a model sees them: resized to height × width, channels apart (channels first), values from 0 to 1 ' +
    'and then normalised, y = (x − mean) / std. Drop a picture on the node, paste one, or pick a file. Where the batch ' +
    'has more places than there are pictures, they repeat in turn. A tensor bound from outside (--input) takes the ' +
    'place of the pictures and brings its own sizes.',
  reference: {
    text: 'torchvision, Resize and Normalize',
    url: 'https://docs.pytorch.org/vision/stable/transforms.html',
  },
  keywords: ['picture', 'photo', 'pixel_values', 'pixels', 'png', 'jpeg', 'load'],
  preview: 'image',
  inputs: [],
  outputs: [{ name: 'output', help: 'Normalised pixels.', flow: 'image' }],
  params: [
    {
      name: 'images',
      type: 'images',
      default: '',
      help: 'The pictures (ids of the document’s assets, separated by commas), along the batch.',
    },
    { name: 'batch', type: 'int', default: 1, minimum: 1, help: 'How many pictures are computed at once.' },
    { name: 'channels', type: 'int', default: 3, minimum: 1, help: '3 for RGB, 1 for luminance, 4 with alpha.' },
    { name: 'height', type: 'int', default: 96, minimum: 1, maximum: 4096, help: 'Rows of pixels.' },
    { name: 'width', type: 'int', default: 96, minimum: 1, maximum: 4096, help: 'Columns of pixels.' },
    {
      name: 'fit',
      type: 'choice',
      default: 'crop',
      choices: FITS,
      fixed: PREPARED,
      help: 'Where the proportions differ: crop the middle, stretch, or contain all, with bars at the mean.',
    },
    {
      name: 'filter',
      type: 'choice',
      default: 'bilinear',
      choices: FILTERS,
      fixed: PREPARED,
      help: 'How pixels are interpolated; widened when a picture shrinks, so that fine patterns do not alias.',
    },
    {
      name: 'mean',
      type: 'string',
      default: '0.5',
      fixed: PREPARED,
      help: 'Taken off each channel: one number, or one per channel.',
    },
    {
      name: 'std',
      type: 'string',
      default: '0.5',
      fixed: PREPARED,
      help: 'Divides each channel: one number, or one per channel.',
    },
  ],
  source: (params) => ({
    kind: 'pictures',
    assets: stringParam(params, 'images')
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
    options: {
      channels: numberParam(params, 'channels'),
      height: numberParam(params, 'height'),
      width: numberParam(params, 'width'),
      fit: FITS.find((fit) => fit === stringParam(params, 'fit'))!,
      filter: FILTERS.find((filter) => filter === stringParam(params, 'filter'))!,
      mean: channelStatistic(params, 'mean')!,
      std: channelStatistic(params, 'std')!,
    },
  }),
  check: (params) => [...checkStatistic(params, 'mean'), ...checkStatistic(params, 'std')],
  infer: ({ params }) => {
    const dims = [
      dimensionParam(params, 'batch', 'batch'),
      dimensionParam(params, 'channels', 'channels'),
      dimensionParam(params, 'height', 'height'),
      dimensionParam(params, 'width', 'width'),
    ];
    return single({ dims, dtype: 'f32', flow: 'image' });
  },
  torch: COMES_FROM_OUTSIDE,
  lower: ({ source }) => ({ output: source('output') }),
};

/** The numbers of `mean` or `std`, one per channel; null where the text is not that. */
function channelStatistic(params: Params, name: 'mean' | 'std'): readonly number[] | null {
  const channels = numberParam(params, 'channels');
  const parts = stringParam(params, name).split(',');
  const numbers = parts.map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (numbers.some((number) => !Number.isFinite(number) || (name === 'std' && number <= 0))) return null;
  if (numbers.length === 1) return Array.from({ length: channels }, () => numbers[0]!);
  return numbers.length === channels ? numbers : null;
}

function checkStatistic(params: Params, name: 'mean' | 'std'): readonly LocalProblem[] {
  if (channelStatistic(params, name)) return [];
  const channels = numberParam(params, 'channels');
  const positive = name === 'std' ? ' above 0' : '';
  return [
    {
      code: 'image.statistic',
      severity: 'error',
      message: `${name} must be one number${positive}, or ${channels} separated by commas, and is "${stringParam(params, name)}"`,
      param: name,
      suggestions: [{ param: name, value: '0.5', title: `Set ${name} to 0.5` }],
    },
  ];
}
