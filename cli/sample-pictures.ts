/** Pictures for a graph that has none yet, embedded: of the set that ships. */
import type { Asset } from '../graph/schema.ts';
import { encodePng } from '../nodes/png.ts';
import { drawShapePicture, SHAPE_PICTURES } from '../nodes/shape-pictures.ts';
import { sha256 } from './pictures.ts';

const SIDE = 128;

/** The first of the set: a red circle, a green square, … */
export async function samplePictures(count: number): Promise<readonly Asset[]> {
  return Promise.all(
    SHAPE_PICTURES.slice(0, count).map(async (picture) => {
      const png = await encodePng(drawShapePicture(picture, SIDE));
      return {
        id: picture.name.replace('.png', ''),
        name: picture.name,
        mime: 'image/png',
        sha256: sha256(png),
        data: Buffer.from(png).toString('base64'),
        caption: picture.caption,
      };
    }),
  );
}
