/** Pictures come in, by drop, paste or dialog: into the document, and onto the image node that they are meant for. */
import { addAsset, addNode, combine, setParam, setSize, type Edit } from '../../graph/edits.ts';
import { isInstance, type Asset, type GraphModule, type PatchbayDocument } from '../../graph/schema.ts';
import { isCaptionFile } from '../../nodes/text/captions.ts';
import type { App } from '../app-context.ts';
import { assetRecord, type FileToKeep } from '../documents/asset-record.ts';
import { captionsAmong, readingCaptions } from './captions.ts';
import { openModule, selectedNode } from './open-module.ts';
import { whileShown } from './while-shown.ts';

export interface PictureFile extends FileToKeep {
  /** What it shows, where that came with it. */
  readonly caption?: string;
}

/** Larger pictures are not embedded: the document names them by path. */
export const MOST_EMBEDDED_BYTES = 2 * 1024 * 1024;

const IMAGE_TYPE = 'image_input';
const IMAGES_PARAM = 'images';
const BATCH_PARAM = 'batch';

export async function pictureOf(file: File): Promise<PictureFile> {
  return { name: file.name, mime: file.type, path: null, bytes: new Uint8Array(await file.arrayBuffer()) };
}

/**
 * Gives pictures to an image node: the one named, the selected one, the first of the open module, or a new one. Files
 * that are no pictures are told, and the rest is placed; the pictures that the node had are replaced. A file of captions
 * among them gives the pictures theirs, and the module's token input reads them.
 * @param withText Makes a token input for the captions where the module has none.
 */
export async function placePictures(
  app: App,
  given: readonly PictureFile[],
  nodeId: string | null,
  withText = false,
): Promise<void> {
  const { tell } = app.notices.getState();
  if (app.view.getState().screen !== 'editor') {
    tell('Open a document first, then drop the picture on it', 'error');
    return;
  }
  if (app.document.getState().readOnly) {
    tell('The document is read-only: a newer Patchbay wrote it', 'error');
    return;
  }
  const isShown = whileShown(app);
  const { byName, faults } = captionsAmong(given);
  for (const fault of faults) tell(fault, 'error');
  const files = given.filter(({ name }) => !isCaptionFile(name));
  const assets: Asset[] = [];
  for (const file of files) {
    const result = await assetOf(file);
    if (typeof result === 'string') {
      tell(result, 'error');
      continue;
    }
    const caption = file.caption ?? byName.get(file.name);
    assets.push({ ...result.asset, ...(caption !== undefined && { caption }) });
    if (result.notice !== null) tell(result.notice);
  }
  if (assets.length === 0 || !isShown()) return;
  // The document may have been edited while pictures were read: the edit is made for what it is now.
  const { document, dispatch } = app.document.getState();
  const edit = placing(
    document,
    openModule(app),
    assets,
    wantedNode(app, nodeId),
    app.canvas.current?.insertionPoint(),
    withText,
  );
  dispatch(edit);
  app.view.getState().select(edit.place?.nodeIds ?? []);
}

/** The record of a picture, with what the person should know of it; or, in words, why it is none. */
export async function assetOf({
  name,
  mime,
  path,
  bytes,
}: PictureFile): Promise<{ readonly asset: Asset; readonly notice: string | null } | string> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type: mime }));
  } catch {
    return `${name} is not a picture. PNG, JPEG, WebP, GIF, AVIF and BMP files can be read.`;
  }
  try {
    const large = bytes.byteLength > MOST_EMBEDDED_BYTES;
    if (!large || path !== null) {
      return { asset: await assetRecord({ name, mime, path: large ? path : null, bytes }), notice: null };
    }
    const copy = await smallerCopy(bitmap);
    const notice = `${name} is larger than 2 MB, and its file cannot be found again from here: the document keeps a copy of ${copy.width} × ${copy.height} pixels`;
    return { asset: await assetRecord({ name, path, ...copy }), notice };
  } finally {
    bitmap.close();
  }
}

/** Long sides to try; the models at hand look at no more than the smallest of these. */
const COPY_SIDES = [2048, 1448, 1024, 724, 512];
const COPY_TYPE = 'image/webp';
const COPY_QUALITY = 0.92;

/** The picture, scaled down and encoded anew until it can be embedded. */
async function smallerCopy(
  bitmap: ImageBitmap,
): Promise<Pick<PictureFile, 'mime' | 'bytes'> & { readonly width: number; readonly height: number }> {
  for (const side of COPY_SIDES) {
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((size) => Math.max(1, Math.round(size * scale)));
    const canvas = new OffscreenCanvas(width!, height!);
    const context = canvas.getContext('2d')!;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width!, height!);
    const blob = await canvas.convertToBlob({ type: COPY_TYPE, quality: COPY_QUALITY });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    if (bytes.byteLength <= MOST_EMBEDDED_BYTES) return { mime: blob.type, bytes, width: width!, height: height! };
  }
  throw new Error('a picture of 512 pixels takes more than 2 MB');
}

/**
 * The edit that adds pictures and gives them to a node of the module; a new node, if none is named. Where they have
 * captions, the module's token input reads them, a new one if `withText`.
 */
export function placing(
  document: PatchbayDocument,
  module: GraphModule,
  assets: readonly Asset[],
  nodeId: string | undefined,
  position: readonly [number, number] = [0, 0],
  withText = false,
): Edit {
  const images = assets.map(({ id }) => id).join(',');
  const name = assets.length === 1 ? assets[0]!.name : `${assets.length} pictures`;
  const adding = assets.map((asset) => (document: PatchbayDocument) => addAsset(document, asset));
  const giving = (document: PatchbayDocument) =>
    nodeId === undefined
      ? addNode(document, module.name, { type: IMAGE_TYPE, position, params: { [IMAGES_PARAM]: images } })
      : setParam(document, module.name, nodeId, IMAGES_PARAM, images);
  const counting = assets.length > 1 ? [batching(module, assets.length, nodeId)] : [];
  const captioned = assets.some(({ caption }) => caption !== undefined);
  const reading = captioned ? readingCaptions(module.name, nodeId, assets.length, withText) : [];
  return combine(document, `Place ${name}`, [...adding, giving, ...counting, ...reading]);
}

/**
 * Several pictures are a batch of as many: the node's own number, or the size of the data that it names. An expression
 * that is more than that is left as it is.
 */
function batching(module: GraphModule, count: number, nodeId: string | undefined) {
  return (document: PatchbayDocument): Edit => {
    const nodes = document.modules.find(({ name }) => name === module.name)?.nodes ?? [];
    // A new node is the last.
    const node = nodeId === undefined ? nodes.at(-1) : nodes.find(({ id }) => id === nodeId);
    const written = node?.params?.[BATCH_PARAM];
    if (node === undefined) return { title: '', diff: [] };
    if (typeof written !== 'string') return setParam(document, module.name, node.id, BATCH_PARAM, count);
    const isSize = module.name === document.main && module.sizes?.some(({ name }) => name === written) === true;
    return isSize ? setSize(document, written, count) : { title: '', diff: [] };
  };
}

function wantedNode(app: App, nodeId: string | null): string | undefined {
  const images = openModule(app).nodes.filter((node) => !isInstance(node) && node.type === IMAGE_TYPE);
  const wanted = [nodeId, selectedNode(app)?.id].find((id) => images.some((node) => node.id === id));
  return wanted ?? images[0]?.id;
}
