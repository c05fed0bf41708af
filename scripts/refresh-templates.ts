/**
 * Brings templates/*.patchbay up to date with what they are made of: copies of the shipped modules that they use, the
 * sample picture, the format of the file. What is their own (main module, notes, presets) stays as it is.
 *
 *     node scripts/refresh-templates.ts
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { formatDocument, parseDocument } from '../graph/file.ts';
import { isInstance, type Asset, type GraphModule, type PatchbayDocument } from '../graph/schema.ts';
import { MODULES } from '../nodes/modules/registry.ts';
import { drawSamplePicture } from './sample-picture.ts';

const FOLDER = new URL('../templates/', import.meta.url);
const SAMPLE = { id: 'lake', name: 'lake.png', side: 256 };

const sample = await sampleAsset();
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
  const assets = usesPicture(own) ? [sample] : [];
  return { ...document, modules: [...own, ...shipped], assets };
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

function usesPicture(modules: readonly GraphModule[]): boolean {
  return modules.some(({ nodes }) => nodes.some(({ params }) => params?.['images'] === SAMPLE.id));
}

async function sampleAsset(): Promise<Asset> {
  const raw = { width: SAMPLE.side, height: SAMPLE.side, channels: 4 as const };
  const png = await sharp(drawSamplePicture(SAMPLE.side), { raw })
    .removeAlpha()
    .png({ compressionLevel: 9 })
    .toBuffer();
  return {
    id: SAMPLE.id,
    name: SAMPLE.name,
    mime: 'image/png',
    sha256: createHash('sha256').update(png).digest('hex'),
    data: png.toString('base64'),
  };
}
