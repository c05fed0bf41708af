/** What the encoders share: the pictures that come in, and what is asked of their configurations. */
import type { GraphNode } from '../../graph/schema.ts';
import { leaf } from '../module-draft.ts';
import type { Preparation } from './architecture.ts';
import type { Config } from './config.ts';
import { size } from './hyperparameters.ts';

/** What a picture and its patches are made by. */
export const VISION = ['image_size', 'patch_size', 'num_channels'] as const;

/** @throws {ImportError} where a picture holds no patch. */
export function visionSizes(config: Config) {
  const [image, patch] = [config.size('image_size'), config.size('patch_size')];
  if (patch > image) throw config.fault('patch_size', `a picture of ${image} pixels holds no patch of ${patch}`);
  return VISION.map((name) => size(name, config.size(name)));
}

/** Pattern of the pictures that a module takes. */
export const PIXELS = 'batch num_channels image_size image_size';

/** The pictures of the whole graph. */
export function pixelValues(picture: Preparation['picture']): GraphNode {
  return leaf('pixel_values', 'image_input', {
    batch: 'batch',
    channels: 'num_channels',
    height: 'image_size',
    width: 'image_size',
    ...picture,
  });
}

/** Dropout does nothing in evaluation; a graph computes evaluation. */
export function dropoutNotes(config: Config, keys: readonly string[]): readonly string[] {
  return keys
    .filter((key) => config.float(key) > 0)
    .map((key) => config.fault(key, `dropout of ${config.float(key)} acts in training alone, and is left out`).message);
}
