/** Pictures in Node: decoded by sharp; those of a document found in it or beside it. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { messageLine } from '../graph/error-text.ts';
import type { Asset } from '../graph/schema.ts';
import { MOST_PIXELS, pictureFault } from '../nodes/picture-size.ts';
import type { Picture } from '../nodes/pictures.ts';
import { UserError } from './errors.ts';
import { readBytes } from './files.ts';

/**
 * Decodes a picture to sRGB, upright, whatever the camera's orientation was.
 * @param origin where the bytes come from, for messages.
 * @throws {UserError} where they are no picture.
 */
export async function decodePicture(bytes: Uint8Array, origin: string): Promise<Picture> {
  const fault = pictureFault(bytes);
  if (fault !== null) throw new UserError(`${origin}: ${fault}`);
  const sharp = await loadSharp();
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MOST_PIXELS })
      .timeout({ seconds: DECODING_SECONDS })
      .autoOrient()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (error) {
    throw new UserError(messageLine(`${origin}: it is no picture that can be read (${(error as Error).message})`));
  }
}

/** A JPEG may hold its pixels any number of times. */
const DECODING_SECONDS = 60;

/** Formats of pixels: what draws a text (SVG, PDF) could do so without end, and look at other files. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'].map((format) => `VipsForeignLoad${format}`);

/** Loaded when it is needed, because few calls need it and it takes longer to load than they take. */
function loadSharp(): Promise<Sharp> {
  return (loading ??= importSharp());
}

type Sharp = typeof import('sharp').default;
let loading: Promise<Sharp> | undefined;

/** Once: what blocks the loaders, if only until the next line, fails the pictures that are being read in its threads. */
async function importSharp(): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  return sharp;
}

/**
 * The picture of a document's asset: embedded, or at its path, which starts at the document's folder.
 * @throws {UserError} where the file is missing, is another one than it was, or is no picture.
 */
export async function readAsset(asset: Asset, folder: string): Promise<Picture> {
  if (asset.data !== undefined) return decodePicture(Buffer.from(asset.data, 'base64'), `picture "${asset.name}"`);
  if (asset.path === undefined)
    throw new UserError(`picture "${asset.name}": the document holds neither its bytes nor its path`);
  const path = resolve(folder, asset.path);
  const bytes = await readBytes(path);
  if (sha256(bytes) !== asset.sha256)
    throw new UserError(`${path}: it is not the picture that the document names; its hash is another`);
  return decodePicture(bytes, path);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
