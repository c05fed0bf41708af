import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHECKPOINT_SLICE_BYTES, type HashedInPart } from './api.ts';
import { CheckpointHashes } from './checkpoint-hashes.ts';
import { CheckpointFiles } from './checkpoints.ts';
import { FULL } from '../scripts/effort.ts';
import { ChosenFiles, Reach } from './reach.ts';
import { hashed } from './testing/hash-on.ts';
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
  const opened = await hashed(files, files.open(document, 'weights/vit.safetensors', HASH));
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
  expect(await hashed(files, files.open(document, 'weights/vit.safetensors', '0'.repeat(64)))).toBeNull();
  expect(await hashed(files, files.open(document, 'vit.safetensors', HASH))).toBeNull();
  expect(await hashed(files, files.open(document, 'weights', HASH))).toBeNull();
  expect(await hashed(files, files.open(null, 'weights/vit.safetensors', HASH))).toBeNull();
  expect(await hashed(files, files.open(null, file, HASH))).toBeNull();
  await reach.choose([file]);
  expect(await hashed(files, files.open(null, file, HASH))).not.toBeNull();
});

test('one that was picked is named as the document will find it', async () => {
  const files = new CheckpointFiles(reach);
  const { handle, ...picked } = (await hashed(files, files.picked([file], document)))!;
  expect(picked).toEqual({ name: 'vit.safetensors', path: 'weights/vit.safetensors', sha256: HASH, byteLength: 1000 });
  expect((await hashed(files, files.open(document, picked.path, HASH)))?.handle).toBe(handle);
});

test('one that the page says was dropped is in reach only with the hash of what it holds', async () => {
  const files = new CheckpointFiles(reach);
  expect(await hashed(files, files.adopted(file, '0'.repeat(64)))).toBeNull();
  expect(await hashed(files, files.adopted(join(folder, 'weights'), HASH))).toBeNull();
  expect(await hashed(files, files.adopted(join(folder, 'not-there.safetensors'), HASH))).toBeNull();
  for (const other of ['key.pem', 'key.safetensors.pem']) {
    await writeFile(join(folder, other), CONTENT);
    expect(await hashed(files, files.adopted(join(folder, other), HASH))).toBeNull();
  }
  await symlink(join(folder, 'key.pem'), join(folder, 'link.safetensors'));
  expect(await hashed(files, files.adopted(join(folder, 'link.safetensors'), HASH))).toBeNull();
  expect(await hashed(files, files.open(null, file, HASH))).toBeNull();
  const adopted = await hashed(files, files.adopted(file, HASH));
  expect(adopted).toMatchObject({ name: 'vit.safetensors', path: file, sha256: HASH, byteLength: 1000 });
  expect(await files.read(adopted!.handle, 0, 3)).toEqual(CONTENT.slice(0, 3));
  expect(await hashed(files, files.open(null, file, HASH))).toMatchObject({ handle: adopted!.handle });
});

test('a file that another program changed is not read on, and opens only under its new hash', async () => {
  const files = new CheckpointFiles(reach);
  const opened = await hashed(files, files.open(document, 'weights/vit.safetensors', HASH));
  const changed = CONTENT.map((byte) => byte ^ 1);
  await writeFile(file, changed);
  // Of one size, and perhaps within the clock's resolution.
  await utimes(file, new Date(), new Date(Date.now() + 5000));
  await expect(files.read(opened!.handle, 0, 10)).rejects.toThrow(/vit.safetensors.*another program changed it/);
  expect(await hashed(files, files.open(document, 'weights/vit.safetensors', HASH))).toBeNull();
  const other = createHash('sha256').update(changed).digest('hex');
  const again = await hashed(files, files.open(document, 'weights/vit.safetensors', other));
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

/** A file of zeros, and the parts that it is hashed in. */
const LARGE = FULL ? { bytes: 300_000_001, part: 2 ** 26 } : { bytes: 1001, part: 200 };

test('a large one is hashed a part at a call, told how much of it is done', async () => {
  await truncate(file, 0);
  await truncate(file, LARGE.bytes);
  const files = new CheckpointFiles(reach, new CheckpointHashes(LARGE.part));
  const parts: HashedInPart[] = [];
  const picked = await hashed(files, files.picked([file], document), (part) => parts.push(part));
  expect(picked).toMatchObject({ byteLength: LARGE.bytes, sha256: hashOfZeros(LARGE.bytes) });
  expect(parts.length).toBe(Math.floor(LARGE.bytes / LARGE.part));
  expect(parts.map(({ name }) => name)).toEqual(parts.map(() => 'vit.safetensors'));
  expect(parts.map(({ part }) => part)).toEqual(parts.map(({ part }) => part).toSorted((a, b) => a - b));
  // Hashed once: known from then on, and under no other hash.
  expect(await files.open(document, 'weights/vit.safetensors', picked!.sha256)).toMatchObject({
    handle: picked!.handle,
  });
  expect(await files.open(document, 'weights/vit.safetensors', '0'.repeat(64))).toBeNull();
});

test('a hash that was given up, is asked for twice, or whose file changes, ends in one message', async () => {
  const files = new CheckpointFiles(reach, new CheckpointHashes(300));
  const begin = async () => (await files.open(document, 'weights/vit.safetensors', HASH)) as HashedInPart;
  const { hashing } = await begin();
  // Others that nobody asks for any more push it out.
  for (let index = 0; index < 8; index++) await begin();
  await expect(files.hashOn(hashing)).rejects.toThrow('was not begun, or was given up');

  const twice = await begin();
  const answers = await Promise.allSettled([files.hashOn(twice.hashing), files.hashOn(twice.hashing)]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);

  const changed = await begin();
  await appendFile(file, 'more');
  await expect(files.hashOn(changed.hashing)).rejects.toThrow(/^vit\.safetensors .*it was written while it was read/);
});

function hashOfZeros(count: number): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(2 ** 24);
  for (let at = 0; at < count; at += piece.length) hash.update(piece.subarray(0, Math.min(piece.length, count - at)));
  return hash.digest('hex');
}
