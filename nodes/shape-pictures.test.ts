import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodePng } from './png.ts';
import { drawShapePicture, SHAPE_PICTURES } from './shape-pictures.ts';
import { SHIPPED_WORDS } from './text/shipped-words.ts';
import { parseVocabulary, wordTokenizer } from './text/word-tokenizer.ts';

test('every picture has a name and a caption of its own, in words that ship', () => {
  const tokenizer = wordTokenizer(parseVocabulary(SHIPPED_WORDS).words);
  expect(new Set(SHAPE_PICTURES.map(({ name }) => name)).size).toBe(SHAPE_PICTURES.length);
  for (const { caption } of SHAPE_PICTURES) expect(tokenizer.encode(caption), caption).toMatchObject({ ok: true });
  for (const [index, { colour, shape }] of SHAPE_PICTURES.slice(1, 6).entries()) {
    expect(SHAPE_PICTURES[index]).not.toMatchObject({ colour });
    expect(SHAPE_PICTURES[index]).not.toMatchObject({ shape });
  }
});

test('a picture is its colour in the middle of what it covers, and plain at its corners', () => {
  for (const picture of SHAPE_PICTURES) {
    const { width, height, data } = drawShapePicture(picture, 32);
    expect([width, height, data.length]).toEqual([32, 32, 32 * 32 * 4]);
    const corner = [...data.subarray(0, 3)];
    const covered = Array.from({ length: 32 * 32 }, (_, at) => [...data.subarray(at * 4, at * 4 + 3)]).filter(
      (pixel) => pixel.join() !== corner.join(),
    );
    // Between a tenth and a half of the picture.
    expect(covered.length, picture.name).toBeGreaterThan(100);
    expect(covered.length, picture.name).toBeLessThan(540);
  }
});

test('PNG: another reader reads the same pixels', async () => {
  const picture = drawShapePicture(SHAPE_PICTURES[7]!, 33);
  const { data, info } = await sharp(await encodePng(picture))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([33, 33]);
  expect(Buffer.compare(data, Buffer.from(picture.data))).toBe(0);
});
