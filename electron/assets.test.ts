import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readAsset, readImages } from './assets.ts';
import { pathInDocument } from './document-paths.ts';
import { ChosenFiles, Reach } from './reach.ts';

const CONTENT = 'a picture';
const HASH = createHash('sha256').update(CONTENT).digest('hex');
let folder: string;
let document: string;
let reach: Reach;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-assets-'));
  document = join(folder, 'vit.patchbay');
  reach = new Reach(await ChosenFiles.load(join(folder, 'user-data/chosen-files.json')));
  await mkdir(join(folder, 'pictures'));
  await writeFile(join(folder, 'pictures/cat.png'), CONTENT);
});

test('a file is read beside the document, or by its whole path', async () => {
  const expected = new TextEncoder().encode(CONTENT);
  expect(await readAsset(reach, document, 'pictures/cat.png', HASH)).toEqual(expected);
  expect(await readAsset(reach, document, join(folder, 'pictures/cat.png'), HASH)).toEqual(expected);
  // A document without a folder has nothing but what was chosen.
  expect(await readAsset(reach, null, join(folder, 'pictures/cat.png'), HASH)).toBeNull();
  await reach.choose([join(folder, 'pictures/cat.png')]);
  expect(await readAsset(reach, null, join(folder, 'pictures/cat.png'), HASH)).toEqual(expected);
});

test('another content, another place, a folder or an untitled document give nothing', async () => {
  expect(await readAsset(reach, document, 'pictures/cat.png', '0'.repeat(64))).toBeNull();
  expect(await readAsset(reach, document, 'cat.png', HASH)).toBeNull();
  expect(await readAsset(reach, document, 'pictures', HASH)).toBeNull();
  expect(await readAsset(reach, null, 'pictures/cat.png', HASH)).toBeNull();
});

test('a document names what lies below it relatively, anything else by its whole path', async () => {
  expect(pathInDocument('/a/b/pictures/cat.png', '/a/b/vit.patchbay')).toBe('pictures/cat.png');
  expect(pathInDocument('/a/cat.png', '/a/b/vit.patchbay')).toBe('/a/cat.png');
  expect(pathInDocument('/a/b/..cat.png', '/a/b/vit.patchbay')).toBe('..cat.png');
  expect(pathInDocument('/a/cat.png', null)).toBe('/a/cat.png');
  const images = await readImages([join(folder, 'pictures/cat.png')], document);
  expect(images).toEqual([{ name: 'cat.png', path: 'pictures/cat.png', bytes: new TextEncoder().encode(CONTENT) }]);
});
