/** Pictures for a graph that has none yet, embedded: of the set that ships. */
import type { Asset } from '../../graph/schema.ts';
import { encodePng } from '../../nodes/png.ts';
import { drawShapePicture, SHAPE_PICTURES } from '../../nodes/shape-pictures.ts';
import { assetRecord } from '../documents/asset-record.ts';

const SIDE = 128;
/** As many as there are texts to compare them with. */
const COUNT = 2;

/** The first of the set: a red circle, a green square. */
export async function samplePictures(): Promise<readonly Asset[]> {
  return Promise.all(
    SHAPE_PICTURES.slice(0, COUNT).map(async (picture) => {
      const bytes = await encodePng(drawShapePicture(picture, SIDE));
      const asset = await assetRecord({ name: picture.name, mime: 'image/png', path: null, bytes });
      return { ...asset, id: picture.name.replace('.png', ''), caption: picture.caption };
    }),
  );
}
