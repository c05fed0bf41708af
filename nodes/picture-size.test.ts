import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_PIXELS, pictureFault, pictureSize } from './picture-size.ts';

const sharp = createRequire(import.meta.url)('sharp') as typeof import('sharp').default;

test('the size is that of the picture, in every format that is written', async () => {
  for (const [width, height] of [
    [1, 1],
    [300, 7],
    [257, 513],
  ] as const) {
    const picture = sharp({ create: { width, height, channels: 3, background: 'red' } });
    const files = await Promise.all([
      picture.clone().png().toBuffer(),
      picture.clone().jpeg().toBuffer(),
      picture.clone().jpeg({ progressive: true }).toBuffer(),
      picture
        .clone()
        .withExif({ IFD0: { Copyright: 'x'.repeat(500) } })
        .jpeg()
        .toBuffer(),
      picture.clone().gif().toBuffer(),
      picture.clone().webp().toBuffer(),
      picture.clone().webp({ lossless: true }).toBuffer(),
      picture.clone().ensureAlpha(0.5).webp().toBuffer(),
    ]);
    for (const file of files) expect(pictureSize(file)).toEqual({ width, height });
  }
});

test('any bytes are a size or none, and a file that is cut short is left to the decoder', () => {
  const starts = [
    '\x89PNG\r\n\x1a\n',
    '\xff\xd8\xff\xe0',
    'GIF89a',
    'BM',
    'RIFF\0\0\0\0WEBPVP8X',
    'RIFF\0\0\0\0WEBPVP8L',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 60 }), (start, rest) => {
      const size = pictureSize(Buffer.concat([Buffer.from(start, 'latin1'), rest]));
      if (size) expect(Number.isSafeInteger(size.width * size.height)).toBe(true);
    }),
  );
  for (const start of starts) expect(pictureSize(Buffer.from(start, 'latin1'))).toBeNull();
});

test('more pixels than any camera takes are not decoded', () => {
  const png = (width: number, height: number) => {
    const file = Buffer.alloc(33);
    file.write('\x89PNG\r\n\x1a\n', 'latin1');
    file.writeUInt32BE(width, 16);
    file.writeUInt32BE(height, 20);
    return file;
  };
  expect(pictureFault(png(10_000, MOST_PIXELS / 10_000))).toBeNull();
  expect(pictureFault(png(10_001, MOST_PIXELS / 10_000))).toBe(
    'it has 10001 × 10000 pixels, and more than 100 million are not read',
  );
  expect(pictureFault(png(0, 5))).toContain('0 × 5');
  expect(pictureFault(png(2 ** 32 - 1, 2 ** 32 - 1))).toContain('4294967295');
});
