/** Pictures come in, by drop, paste or dialog: into the document, and onto the image node that they are meant for. */
import { addAsset, addNode, combine, setParam } from '../../graph/edits.ts';
import { isInstance, type Asset, type GraphModule, type GraphNode } from '../../graph/schema.ts';
import { base64 } from './base64.ts';
import type { App } from '../app-context.ts';
import { openModule, selectedNode } from './open-module.ts';

export interface PictureFile {
  readonly name: string;
  readonly mime: string;
  /** Where the shell finds it again; null if it does not. */
  readonly path: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Larger pictures are not embedded: the document names them by path. */
export const MOST_EMBEDDED_BYTES = 2 * 1024 * 1024;

export async function pictureOf(file: File): Promise<PictureFile> {
  return { name: file.name, mime: file.type, path: null, bytes: new Uint8Array(await file.arrayBuffer()) };
}

/**
 * Gives pictures to an image node: the one named, the selected one, the first of the open module, or a new one. Files
 * that are no pictures are told, and the rest is placed.
 */
export async function placePictures(app: App, files: readonly PictureFile[], nodeId: string | null): Promise<void> {
  if (app.view.getState().screen !== 'editor') {
    app.notices.getState().tell('Open a document first, then drop the picture on it', 'error');
    return;
  }
  const checked = await Promise.all(files.map((file) => assetOf(file)));
  const assets: Asset[] = [];
  for (const result of checked) {
    if (typeof result === 'string') app.notices.getState().tell(result, 'error');
    else assets.push(result);
  }
  if (assets.length > 0) insert(app, assets, nodeId);
}
