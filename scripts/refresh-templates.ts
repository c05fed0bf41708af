/**
 * Brings templates/*.patchbay up to date with what they are made of: copies of the shipped modules that they use, the
 * pictures that they name (`lake`, `red-circle` and the other shapes), the format of the file. What is their own (main module, notes, presets) stays as it is.
 *
 *     node scripts/refresh-templates.ts
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { formatDocument, parseDocument } from '../graph/file.ts';
import { isInstance, type Asset, type GraphModule, type PatchbayDocument } from '../graph/schema.ts';
import { MODULES } from '../nodes/modules/registry.ts';
import type { Picture } from '../nodes/pictures.ts';
import { drawShapePicture, SHAPE_PICTURES } from '../nodes/shape-pictures.ts';
import { drawSamplePicture } from './sample-picture.ts';

const FOLDER = new URL('../templates/', import.meta.url);
const LAKE_SIDE = 256;
const SHAPE_SIDE = 128;

const pictures = await drawPictures();
for (const file of await readdir(FOLDER)) {
  if (!file.endsWith('.patchbay')) continue;
  const url = new URL(file, FOLDER);
  const { document } = parseDocument(await readFile(url, 'utf8'));
  await writeFile(url, formatDocument(refresh(document)));
  console.log(file);
}

function refresh(document: PatchbayDocument): PatchbayDocument {
  const own = document.modules.filter(({ origin }) => origin === undefined);
  const shipped = [...MODULES.values()].filter(({ name }) => uses(own).has(name));
  return { ...document, modules: [...own, ...shipped], assets: picturesOf(own) };
}

/** Names of the shipped modules that these modules need, directly or through one another. */
function uses(modules: readonly GraphModule[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (module: GraphModule): void => {
    for (const node of module.nodes) {
      if (!isInstance(node) || names.has(node.module)) continue;
      const callee = MODULES.get(node.module);
      if (!callee) continue;
      names.add(callee.name);
      visit(callee);
    }
  };
  for (const module of modules) visit(module);
  return names;
}

/** The pictures that these modules name, in the order in which they do. */
function picturesOf(modules: readonly GraphModule[]): Asset[] {
  const nodes = modules.flatMap((module) => module.nodes);
  const ids = nodes.flatMap(({ params }) => String(params?.['images'] ?? '').split(','));
  return [...new Set(ids.map((id) => id.trim()).filter((id) => id !== ''))].map((id) => {
    const picture = pictures.get(id);
    if (!picture) throw new Error(`a template names the picture "${id}"; there are ${[...pictures.keys()].join(', ')}`);
    return picture;
  });
}

/** Every picture that ships, by the name of its file without the ending. */
async function drawPictures(): Promise<ReadonlyMap<string, Asset>> {
  const lake = { width: LAKE_SIDE, height: LAKE_SIDE, data: drawSamplePicture(LAKE_SIDE) };
  const assets = [
    await assetOf('lake.png', 'a boat on the lake', lake),
    ...(await Promise.all(
      SHAPE_PICTURES.map((picture) => assetOf(picture.name, picture.caption, drawShapePicture(picture, SHAPE_SIDE))),
    )),
  ];
  return new Map(assets.map((asset) => [asset.id, asset]));
}

async function assetOf(name: string, caption: string, { width, height, data }: Picture): Promise<Asset> {
  const raw = { width, height, channels: 4 as const };
  const png = await sharp(data, { raw }).removeAlpha().png({ compressionLevel: 9 }).toBuffer();
  return {
    id: name.replace('.png', ''),
    name,
    mime: 'image/png',
    sha256: createHash('sha256').update(png).digest('hex'),
    data: png.toString('base64'),
    caption,
  };
}
