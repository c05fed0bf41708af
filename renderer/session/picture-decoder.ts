/** Decodes the pictures of a document to RGBA, once each, in a worker. */
import type { Asset } from '../../graph/schema.ts';
import { pictureFault } from '../../nodes/picture-size.ts';
import { PictureError, type Picture } from '../../nodes/pictures.ts';

export interface PictureDecoder {
  /** Keeps the bytes of a picture that the document names by path. */
  provide(sha256: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** Begins to decode what will be asked for, as far as it is kept. What fails is told to whoever asks. */
  prepare(assets: readonly Asset[]): void;
  /** @throws {PictureError} if its bytes are not there, or are no picture. */
  decode(asset: Asset): Promise<Picture>;
}

/** Decoded pictures that are kept: 4 bytes a pixel, so that a few photographs are much already. */
const MOST_DECODED = 8;

export function createPictureDecoder(): PictureDecoder {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const decoded = new Map<string, Promise<Picture>>();
  const decode = (asset: Asset): Promise<Picture> => {
    const known = decoded.get(asset.sha256);
    if (known) return known;
    const picture = decodePicture(asset, files.get(asset.sha256));
    decoded.set(asset.sha256, picture);
    // A failure is not kept: the file may be found the next time.
    picture.catch(() => decoded.delete(asset.sha256));
    for (const oldest of decoded.keys()) {
      if (decoded.size <= MOST_DECODED) break;
      decoded.delete(oldest);
    }
    return picture;
  };
  return {
    provide: (sha256, bytes) => void files.set(sha256, bytes),
    prepare: (assets) => {
      for (const asset of assets.slice(0, MOST_DECODED)) decode(asset).catch(() => undefined);
    },
    decode,
  };
}

async function decodePicture(asset: Asset, file: Uint8Array<ArrayBuffer> | undefined): Promise<Picture> {
  const bytes = asset.data === undefined ? file : fromBase64(asset.data);
  if (!bytes) {
    throw new PictureError(`${asset.name} is not at ${asset.path ?? 'its place'}; put it there, or choose it again`);
  }
  const fault = pictureFault(bytes);
  if (fault !== null) throw new PictureError(`${asset.name}: ${fault}`);
  let bitmap: ImageBitmap;
  try {
    // Upright and in sRGB, as the command line decodes it too.
    bitmap = await createImageBitmap(new Blob([bytes], { type: asset.mime }), { premultiplyAlpha: 'none' });
  } catch {
    throw new PictureError(`${asset.name} cannot be read as a picture`);
  }
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new PictureError(`${asset.name}: ${width} × ${height} pixels are too many for this machine`);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
