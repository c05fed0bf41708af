/** A page that was taken over, or a document that wants to, and the files that it may not have: by path, by link, by a swap in between. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAsset } from './assets.ts';
import type { OpenedCheckpoint } from './api.ts';
import { CheckpointFiles } from './checkpoints.ts';
import { ChosenFiles, Reach } from './reach.ts';
import { openFile, readBounded } from './reading.ts';

const SECRET = 'a secret that the page happens to know';
const HASH = createHash('sha256').update(SECRET).digest('hex');
let root: string;
let documents: string;
let document: string;
let secret: string;
let choices: string;
let reach: Reach;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'patchbay-reach-'));
  documents = join(root, 'documents');
  document = join(documents, 'vit.patchbay');
  secret = join(root, 'secret.txt');
  choices = join(root, 'user-data/chosen-files.json');
  await mkdir(documents);
  await writeFile(secret, SECRET);
  reach = new Reach(await ChosenFiles.load(choices));
});

afterEach(() => rm(root, { recursive: true }));

/** Both ways by which a page names a file, with the right hash: the last thing that could keep it. */
async function reads(path: string, of: string | null = document): Promise<boolean> {
  const asset = await readAsset(reach, of, path, HASH);
  const checkpoint = await new CheckpointFiles(reach).open(of, path, HASH);
  expect(asset === null).toBe(checkpoint === null);
  return asset !== null;
}

test('what lies outside of the document’s folder is out of reach, however it is written', async () => {
  for (const path of [
    secret,
    '../secret.txt',
    './../documents/../secret.txt',
    'a/../../secret.txt',
    `${documents}/../secret.txt`,
    `../${relative(join(root, '..'), root)}/secret.txt`,
    '..\\secret.txt',
    '%2e%2e/secret.txt',
    '//localhost/secret.txt',
    `file://${secret}`,
    '/etc/passwd',
    '/proc/self/environ',
    '/dev/zero',
    '.',
    '..',
  ]) {
    expect(await reads(path), path).toBe(false);
    expect(await reads(path, null), path).toBe(false);
  }
});

test('a folder whose name begins like the document’s is another one', async () => {
  await mkdir(`${documents}-private`);
  await writeFile(`${documents}-private/secret.txt`, SECRET);
  expect(await reads('../documents-private/secret.txt')).toBe(false);
});

test('links are followed, and what they lead to must be in reach', async () => {
  await writeFile(join(documents, 'own.txt'), SECRET);
  await symlink('own.txt', join(documents, 'inside'));
  await symlink(secret, join(documents, 'outside'));
  await symlink(root, join(documents, 'folder'));
  await symlink('outside', join(documents, 'twice'));
  await symlink('loop', join(documents, 'loop'));
  expect(await reads('own.txt')).toBe(true);
  expect(await reads('inside')).toBe(true);
  for (const path of ['outside', 'twice', 'folder/secret.txt', 'loop']) expect(await reads(path), path).toBe(false);
});

test('what the person chose is in reach, also after a restart and by a link; what another path leads to is not', async () => {
  await symlink(secret, join(documents, 'outside'));
  await reach.choose([secret]);
  expect(await reads(secret)).toBe(true);
  expect(await reads('../secret.txt')).toBe(true);
  expect(await reads('outside')).toBe(false);
  reach = new Reach(await ChosenFiles.load(choices));
  expect(await reads(secret, null)).toBe(true);
});

test('the list of choices is bounded, and one that cannot be read is empty', async () => {
  await reach.choose(Array.from({ length: 2500 }, (_, index) => `/chosen/${index}`));
  const { paths } = JSON.parse(await readFile(choices, 'utf8')) as { paths: string[] };
  expect([paths.length, paths[0], paths.at(-1)]).toEqual([2000, '/chosen/500', '/chosen/2499']);
  await writeFile(choices, '{"paths":[7]}');
  expect(await new Reach(await ChosenFiles.load(choices)).find(null, '/chosen/2499')).toBeNull();
});

test('devices, pipes and folders are no files, and opening one waits for nobody', async () => {
  const pipe = join(documents, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const path of [pipe, '/dev/zero', '/dev/tty', documents]) {
    await expect(openFile(path), path).rejects.toThrow('it is not a file');
    await expect(readBounded(path), path).rejects.toThrow(/could not be opened: it is not a file/);
  }
  expect(await reads('pipe')).toBe(false);
});

test('a sparse file of a terabyte is refused by its size, before any of it is read', async () => {
  const path = join(documents, 'sparse');
  await writeFile(path, '');
  await truncate(path, 2 ** 40);
  await expect(readBounded(path)).rejects.toThrow('sparse could not be opened: it is larger than 512 MiB.');
});

test('a file that is swapped for a link while it is in use is not read on', async () => {
  const path = join(documents, 'weights.safetensors');
  await writeFile(path, SECRET);
  const files = new CheckpointFiles(reach);
  const { handle } = (await files.open(document, 'weights.safetensors', HASH)) as OpenedCheckpoint;
  // Of the same size, time and content: only the file itself is another.
  await rename(path, join(documents, 'before'));
  await symlink(secret, path);
  await expect(files.read(handle, 0, 8)).rejects.toThrow('another program changed it');
});

test('while a path leads now here, now there, no answer holds anything but the file that was in reach', async () => {
  const path = join(documents, 'picture.png');
  const own = 'what lies in the folder';
  const ownHash = createHash('sha256').update(own).digest('hex');
  await writeFile(join(documents, 'own'), own);
  const state = { swapping: true };
  const swapping = (async () => {
    for (let turn = 0; state.swapping; turn++) {
      const next = join(documents, `next-${turn % 2}`);
      await symlink(turn % 2 === 0 ? 'own' : secret, next);
      await rename(next, path);
    }
  })();
  for (let attempt = 0; attempt < 200; attempt++) {
    const bytes = await readAsset(reach, document, 'picture.png', ownHash);
    if (bytes) expect(new TextDecoder().decode(bytes)).toBe(own);
    // The real path was settled before: what is opened is in the folder, whatever the link says by then.
    const found = await reach.find(document, 'picture.png');
    if (found !== null) expect(found).toBe(join(documents, 'own'));
  }
  state.swapping = false;
  await swapping;
});
