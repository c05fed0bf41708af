import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHECKPOINT_SLICE_BYTES } from './api.ts';
import { CheckpointFiles } from './checkpoints.ts';
import { ChosenFiles, Reach } from './reach.ts';
import { REQUESTS } from './schemas.ts';

const CONTENT = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
const HASH = createHash('sha256').update(CONTENT).digest('hex');
let folder: string;
let file: string;
let document: string;
let reach: Reach;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-checkpoints-'));
  file = join(folder, 'weights/vit.safetensors');
  document = join(folder, 'vit.patchbay');
  reach = new Reach(await ChosenFiles.load(join(folder, 'user-data/chosen-files.json')));
  await mkdir(join(folder, 'weights'));
  await writeFile(file, CONTENT);
});

afterEach(() => rm(folder, { recursive: true }));

test('a checkpoint beside the document is opened by its hash, and read in slices', async () => {
  const files = new CheckpointFiles(reach);
  const opened = await files.open(document, 'weights/vit.safetensors', HASH);
  expect(opened?.byteLength).toBe(1000);
  for (const [begin, end] of [
    [0, 0],
    [0, 1],
    [500, 700],
    [999, 1000],
    [0, 1000],
  ] as const) {
    expect(await files.read(opened!.handle, begin, end)).toEqual(CONTENT.slice(begin, end));
  }
  await expect(files.read(opened!.handle, 0, 1001)).rejects.toThrow('vit.safetensors has no bytes 0 to 1001.');
  await expect(files.read('another', 0, 1)).rejects.toThrow('not opened in this session');
});

test('another content, another place, a folder or an untitled document give nothing', async () => {
  const files = new CheckpointFiles(reach);
  expect(await files.open(document, 'weights/vit.safetensors', '0'.repeat(64))).toBeNull();
  expect(await files.open(document, 'vit.safetensors', HASH)).toBeNull();
  expect(await files.open(document, 'weights', HASH)).toBeNull();
  expect(await files.open(null, 'weights/vit.safetensors', HASH)).toBeNull();
  expect(await files.open(null, file, HASH)).toBeNull();
  await reach.choose([file]);
  expect(await files.open(null, file, HASH)).not.toBeNull();
});

test('one that was picked is named as the document will find it', async () => {
  const files = new CheckpointFiles(reach);
  const { handle, ...picked } = await files.picked(file, document);
  expect(picked).toEqual({ name: 'vit.safetensors', path: 'weights/vit.safetensors', sha256: HASH, byteLength: 1000 });
  expect((await files.open(document, picked.path, HASH))?.handle).toBe(handle);
});

test('a file that another program changed is not read on, and opens only under its new hash', async () => {
  const files = new CheckpointFiles(reach);
  const opened = await files.open(document, 'weights/vit.safetensors', HASH);
  const changed = CONTENT.map((byte) => byte ^ 1);
  await writeFile(file, changed);
  // Of one size, and perhaps within the clock's resolution.
  await utimes(file, new Date(), new Date(Date.now() + 5000));
  await expect(files.read(opened!.handle, 0, 10)).rejects.toThrow(/vit.safetensors.*another program changed it/);
  expect(await files.open(document, 'weights/vit.safetensors', HASH)).toBeNull();
  const other = createHash('sha256').update(changed).digest('hex');
  const again = await files.open(document, 'weights/vit.safetensors', other);
  expect(await files.read(again!.handle, 0, 3)).toEqual(changed.slice(0, 3));
});

test('a slice is bounded before anything reads it', () => {
  const allowed = (begin: number, end: number) =>
    REQUESTS.readCheckpoint.safeParse({ handle: 'h', begin, end }).success;
  expect(allowed(5, 5 + CHECKPOINT_SLICE_BYTES)).toBe(true);
  expect(allowed(5, 6 + CHECKPOINT_SLICE_BYTES)).toBe(false);
  expect(allowed(6, 5)).toBe(false);
  expect(allowed(-1, 5)).toBe(false);
  expect(allowed(0.5, 5)).toBe(false);
});
