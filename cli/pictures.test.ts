/** Pictures in Node: those that are read beside each other. */
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodePicture } from './pictures.ts';

test('pictures that are decoded while others begin are read all the same', async () => {
  const create = { width: 64, height: 48, channels: 3, background: '#1f6feb' } as const;
  const png = await sharp({ create }).png().toBuffer();
  const begun: Promise<unknown>[] = [];
  for (let index = 0; index < 300; index++) {
    begun.push(decodePicture(png, `picture ${index}`));
    // A turn of the event loop, so that some are read in sharp's threads while the next is asked for.
    if (index % 3 === 0) await new Promise(setImmediate);
  }
  const sizes = await Promise.all(begun);
  expect(sizes).toHaveLength(300);
  for (const size of sizes) expect(size).toMatchObject({ width: 64, height: 48 });
});
