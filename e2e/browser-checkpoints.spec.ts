/** Checkpoints in the browser's shell: found again after a restart, in one file or several, and written to files and folders. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { onPlatformPage, pick } from './support/platform-page.ts';

onPlatformPage();

test('a checkpoint is found by its hash after a restart, as long as the file is the one that was picked', async ({
  page,
}) => {
  const open = (hash: string) =>
    page.evaluate(async (hash) => {
      const file = await window.platform.openCheckpoint(null, 'vit.safetensors', hash);
      return file && new TextDecoder().decode(await file.read(1, file.byteLength));
    }, hash);
  const sha256 = createHash('sha256').update('weights').digest('hex');
  await pick(page, null);
  expect(await page.evaluate(() => window.platform.pickCheckpoint(null, null))).toBeNull();
  await pick(page, 'vit.safetensors', 'weights');
  const picked = await page.evaluate(async () => {
    const { name, path, sha256, byteLength } = (await window.platform.pickCheckpoint(null, null))!;
    return { name, path, sha256, byteLength };
  });
  expect(picked).toEqual({ name: 'vit.safetensors', path: 'vit.safetensors', sha256, byteLength: 7 });
  expect(await open(sha256)).toBe('eights');
  expect(await open('0'.repeat(64))).toBeNull();

  await page.reload();
  expect(await open(sha256)).toBe('eights');
  await page.reload();
  await pick(page, 'vit.safetensors', 'others!');
  expect(await open(sha256)).toBeNull();
});

/** A checkpoint in two files with its index, in a folder of the origin's own; the hash that documents name it by. */
const SHARDS = { 'a.safetensors': 'weights of a', 'b.safetensors': 'weights of b' };
const INDEX = JSON.stringify({ weight_map: { x: 'a.safetensors', y: 'b.safetensors' } });
const SHARDS_HASH = createHash('sha256')
  .update(
    Object.entries(SHARDS)
      .map(([name, text]) => `${name} ${createHash('sha256').update(text).digest('hex')}\n`)
      .join(''),
  )
  .digest('hex');

async function writeShards(page: Page): Promise<void> {
  await page.evaluate(
    async (files) => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle('clip', { create: true });
      for (const [name, text] of Object.entries(files)) {
        const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
        await writable.write(text);
        await writable.close();
      }
    },
    { ...SHARDS, 'model.safetensors.index.json': INDEX },
  );
}

const textOf = (page: Page, hash = SHARDS_HASH) =>
  page.evaluate(async (hash) => {
    const file = await window.platform.openCheckpoint(null, 'model.safetensors.index.json', hash);
    return file && new TextDecoder().decode(await file.read(0, file.byteLength));
  }, hash);

test('a checkpoint in several files is found after a restart: by the handles of its files, or that of its folder', async ({
  page,
}) => {
  await writeShards(page);
  const WHOLE = Object.values(SHARDS).join('');
  const picked = await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('clip');
    const names = ['b.safetensors', 'model.safetensors.index.json', 'a.safetensors'];
    const handles = await Promise.all(names.map((name) => folder.getFileHandle(name)));
    Object.assign(window, { showOpenFilePicker: () => Promise.resolve(handles) });
    return (await window.platform.pickCheckpoint(null, null))!.sha256;
  });
  expect(picked).toBe(SHARDS_HASH);
  await page.reload();
  expect(await textOf(page)).toBe(WHOLE);

  await page.evaluate(async () => {
    indexedDB.deleteDatabase('patchbay-checkpoints');
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('clip');
    Object.assign(window, { showDirectoryPicker: () => Promise.resolve(folder) });
  });
  await page.reload();
  expect(await textOf(page)).toBeNull();
  await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('clip');
    Object.assign(window, { showDirectoryPicker: () => Promise.resolve(folder) });
    const model = (await window.platform.pickModel('folder'))!;
    await window.platform.adoptCheckpoint(model.files, 'model.safetensors.index.json');
  });
  await page.reload();
  expect(await textOf(page)).toBe(WHOLE);

  // A part that has become another makes it another checkpoint.
  await page.reload();
  await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('clip');
    const writable = await (await folder.getFileHandle('b.safetensors')).createWritable();
    await writable.write('others');
    await writable.close();
  });
  expect(await textOf(page)).toBeNull();
});

test('a folder that the browser has to ask for is read once the person allows it, with one question', async ({
  page,
}) => {
  await writeShards(page);
  await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('clip');
    Object.assign(window, { showDirectoryPicker: () => Promise.resolve(folder) });
    const model = (await window.platform.pickModel('folder'))!;
    await window.platform.adoptCheckpoint(model.files, 'model.safetensors.index.json');
  });
  await page.reload();
  const asked = await page.evaluate(async (hash) => {
    let [state, asked] = ['prompt', 0];
    Object.assign(FileSystemHandle.prototype, {
      queryPermission: () => Promise.resolve(state),
      requestPermission: () => {
        asked++;
        return Promise.resolve((state = 'granted'));
      },
    });
    const before = await window.platform.openCheckpoint(null, 'model.safetensors.index.json', hash);
    const found = await window.platform.pickCheckpoint(null, hash);
    return { before, found: found?.sha256, asked };
  }, SHARDS_HASH);
  expect(asked).toEqual({ before: null, found: SHARDS_HASH, asked: 1 });
});

test('without handles the folder of a checkpoint is chosen once more after a restart, in one step', async ({
  page,
}) => {
  const folder = join(await mkdtemp(join(tmpdir(), 'patchbay-shards-')), 'clip');
  await mkdir(folder);
  for (const [name, text] of Object.entries({ ...SHARDS, 'model.safetensors.index.json': INDEX }))
    await writeFile(join(folder, name), text);
  const choose = async (begin: () => Promise<string | undefined>) => {
    const choosing = page.waitForEvent('filechooser');
    const begun = begin();
    await (await choosing).setFiles(folder);
    return await begun;
  };
  const withoutPickers = () =>
    page.evaluate(() => Object.assign(window, { showDirectoryPicker: undefined, showOpenFilePicker: undefined }));
  await withoutPickers();
  await choose(() =>
    page.evaluate(async () => {
      const model = (await window.platform.pickModel('folder'))!;
      return (await window.platform.adoptCheckpoint(model.files, 'model.safetensors.index.json')).sha256;
    }),
  );
  await page.reload();
  await withoutPickers();
  expect(await textOf(page)).toBeNull();
  const located = await choose(() =>
    page.evaluate(async (hash) => (await window.platform.pickCheckpoint(null, hash))?.sha256, SHARDS_HASH),
  );
  expect(located).toBe(SHARDS_HASH);
  expect(await textOf(page)).toBe(Object.values(SHARDS).join(''));
});

test('a checkpoint goes to a file or, in several, to a folder, whole or not at all, and replaces no part of another', async ({
  page,
}) => {
  const told = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('out', { create: true });
    const names = async (where: FileSystemDirectoryHandle) => {
      const found: string[] = [];
      for await (const name of where.keys()) found.push(name);
      return found.toSorted();
    };
    const textIn = async (where: FileSystemDirectoryHandle, name: string) =>
      (await (await where.getFileHandle(name)).getFile()).text();
    const bytes = (text: string) => new TextEncoder().encode(text);
    Object.assign(window, {
      showOpenFilePicker: () => Promise.reject(new Error('nothing is opened')),
      showSaveFilePicker: () => folder.getFileHandle('one.safetensors', { create: true }),
      showDirectoryPicker: () => Promise.resolve(folder),
    });
    const begin = async (files: number) => (await window.platform.pickCheckpointPlace('w.safetensors', files))!;
    // Given up before there was a file: none is left. Given up over one: that one stays.
    const first = await begin(1);
    await first.write('w.safetensors', bytes('half'), false);
    await first.discard();
    const afterNone = await names(folder);
    const whole = await begin(1);
    await whole.write('w.safetensors', bytes('who'), false);
    await whole.write('w.safetensors', bytes('le'), true);
    const again = await begin(1);
    await again.write('w.safetensors', bytes('half'), false);
    await again.discard();
    const kept = await textIn(folder, 'one.safetensors');

    const parts = ['w-00001-of-00002.safetensors', 'w-00002-of-00002.safetensors', 'w.safetensors.index.json'];
    const givenUp = await begin(2);
    await givenUp.write(parts[0]!, bytes('1'), true);
    await givenUp.write(parts[1]!, bytes('2'), false);
    await givenUp.discard();
    const afterGivenUp = await names(folder);
    const saved = await begin(2);
    for (const [at, name] of parts.entries()) await saved.write(name, bytes(String(at)), true);
    const refused = await begin(2).catch((error: unknown) => (error as Error).message);
    return {
      afterNone,
      kept,
      afterGivenUp,
      after: await names(folder),
      last: await textIn(folder, parts[2]!),
      refused,
    };
  });
  const parts = ['w-00001-of-00002.safetensors', 'w-00002-of-00002.safetensors', 'w.safetensors.index.json'];
  expect(told).toEqual({
    afterNone: [],
    kept: 'whole',
    afterGivenUp: ['one.safetensors'],
    after: ['one.safetensors', ...parts],
    last: '2',
    refused: 'w-00001-of-00002.safetensors is in out already: choose another folder, or remove it.',
  });
});
