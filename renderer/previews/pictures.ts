/** Pictures of the document, decoded once and kept while they are shown. */
import type { FileRef, Platform } from '../platform/platform.ts';
import type { Asset } from '../../graph/schema.ts';
import { pictureFault } from '../../nodes/picture-size.ts';

/** Decodes the document's pictures by hash; `dispose` frees them. */
export class PictureCache {
  readonly #bitmaps = new Map<string, Promise<ImageBitmap | null>>();
  readonly #readAsset: Platform['readAsset'];

  constructor(readAsset: Platform['readAsset']) {
    this.#readAsset = readAsset;
  }

  /** The decoded picture; null if its file is missing or is no picture: the graph's own problems say so. */
  get(asset: Asset, file: FileRef | null): Promise<ImageBitmap | null> {
    const known = this.#bitmaps.get(asset.sha256);
    if (known) return known;
    const decoded = this.#decode(asset, file).catch((): null => {
      this.#bitmaps.delete(asset.sha256);
      return null;
    });
    this.#bitmaps.set(asset.sha256, decoded);
    return decoded;
  }

  dispose(): void {
    for (const bitmap of this.#bitmaps.values()) void bitmap.then((decoded) => decoded?.close());
    this.#bitmaps.clear();
  }

  async #decode(asset: Asset, file: FileRef | null): Promise<ImageBitmap | null> {
    const bytes =
      asset.data === undefined
        ? asset.path === undefined
          ? null
          : await this.#readAsset(file, asset.path, asset.sha256)
        : fromBase64(asset.data);
    if (!bytes || pictureFault(bytes) !== null) return null;
    return createImageBitmap(new Blob([bytes], { type: asset.mime }));
  }
}

function fromBase64(data: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
}
