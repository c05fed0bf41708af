import { expect, test } from 'vitest';
import golden from './goldens/pictures.json' with { type: 'json' };
import { PictureError, preprocess, type Filter, type Picture, type PictureOptions } from './pictures.ts';

const GOLDEN: Picture = { width: golden.width, height: golden.height, data: Uint8Array.from(golden.data) };
const PLAIN = { channels: 3, fit: 'stretch', filter: 'bilinear', mean: [0, 0, 0], std: [1, 1, 1] } as const;

function solid(width: number, height: number, rgba: readonly number[]): Picture {
  return { width, height, data: Uint8Array.from({ length: width * height * 4 }, (_, index) => rgba[index % 4]!) };
}

function options(changes: Partial<PictureOptions> & Pick<PictureOptions, 'width' | 'height'>): PictureOptions {
  return { ...PLAIN, ...changes };
}

test.for(golden.cases)('resizes as PyTorch does with antialias: $filter to $output.shape', ({ filter, output }) => {
  const [, height, width] = output.shape as [number, number, number];
  const resized = preprocess(GOLDEN, options({ filter: filter as Filter, height, width }));
  expect(resized).toHaveLength(output.data.length);
  for (const [index, value] of resized.entries()) expect(value).toBeCloseTo(output.data[index]!, 6);
});

test('an unchanged size keeps every pixel, channel by channel', () => {
  const resized = preprocess(GOLDEN, options({ width: 10, height: 13 }));
  for (let pixel = 0; pixel < 130; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      expect(resized[channel * 130 + pixel]).toBe(Math.fround(golden.data[pixel * 4 + channel]! / 255));
    }
  }
});

test('crop takes the middle of the wanted proportions', () => {
  const stripes = {
    width: 4,
    height: 2,
    data: Uint8Array.from([0, 60, 120, 180, 0, 60, 120, 180].flatMap((v) => [v, v, v, 255])),
  };
  const cropped = preprocess(stripes, options({ width: 2, height: 2, fit: 'crop' }));
  expect([...cropped.subarray(0, 4)].map((value) => Math.round(value * 255))).toEqual([60, 120, 60, 120]);
});

test('contain leaves bars of zero, which is the mean', () => {
  const white = solid(8, 2, [255, 255, 255, 255]);
  const contained = preprocess(
    white,
    options({ width: 4, height: 4, fit: 'contain', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }),
  );
  expect([...contained.subarray(0, 16)]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('one channel is luminance, three are over white, four keep alpha', () => {
  const half = solid(1, 1, [255, 0, 0, 51]);
  const at = (channels: number): number[] =>
    [...preprocess(half, options({ width: 1, height: 1, channels, mean: [0, 0, 0, 0], std: [1, 1, 1, 1] }))].map(
      (value) => Math.round(value * 1000) / 1000,
    );
  expect(at(1)).toEqual([0.86]);
  expect(at(3)).toEqual([1, 0.8, 0.8]);
  expect(at(4)).toEqual([1, 0, 0, 0.2]);
});

test('each channel has its own mean and deviation', () => {
  const grey = solid(2, 2, [51, 102, 153, 255]);
  const normalised = preprocess(grey, options({ width: 1, height: 1, mean: [0.2, 0.2, 0.2], std: [1, 0.1, 0.5] }));
  for (const [index, value] of [0, 2, 0.8].entries()) expect(normalised[index]).toBeCloseTo(value, 6);
});

test('what is no picture, or gives no such channels, is refused', () => {
  expect(() => preprocess(solid(2, 2, [0, 0, 0, 0]), options({ width: 1, height: 1, channels: 2 }))).toThrow(
    PictureError,
  );
  expect(() => preprocess({ width: 2, height: 2, data: new Uint8Array(3) }, options({ width: 1, height: 1 }))).toThrow(
    '3 bytes are not a picture of 2 × 2 pixels',
  );
  expect(() => preprocess({ width: 0, height: 2, data: new Uint8Array(0) }, options({ width: 1, height: 1 }))).toThrow(
    PictureError,
  );
});
