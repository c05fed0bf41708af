/** Checkpoints in several files: found, hashed and read as one; and what an index must not reach. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shardsToHash } from '../graph/formats/safetensors-index.ts';
import type { HashedInPart, PickedCheckpoint } from './api.ts';
import { CheckpointHashes } from './checkpoint-hashes.ts';
import { CheckpointFiles } from './checkpoints.ts';
import { ChosenFiles, Reach } from './reach.ts';
import { hashed } from './testing/hash-on.ts';

const [FIRST, SECOND, THIRD] = [1, 2, 3].map((number) => `m-0000${number}-of-00003.safetensors`) as [
  string,
  string,
  string,
];
const NAMES = [FIRST, SECOND, THIRD];
const INDEX = 'm.safetensors.index.json';
/** Of one byte, of none, and of a prime number of them. */
const CONTENTS = new Map([
  [FIRST, Uint8Array.of(7)],
  [SECOND, new Uint8Array()],
  [THIRD, Uint8Array.from({ length: 997 }, (_, index) => index % 251)],
]);
const WHOLE = Buffer.concat([...CONTENTS.values()]);
const MAP = { a: FIRST, b: SECOND, c: THIRD, d: THIRD };
const SECRET = 'what nobody chose';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
/** With other contents than they are written with. */
const hashOfParts = (others: Readonly<Record<string, string>> = {}) => {
  const hashes = [...CONTENTS].map(([name, bytes]) => [name, sha256(others[name] ?? bytes)] as const);
  return sha256(shardsToHash(new Map(hashes)));
};
const HASH = hashOfParts();

let root: string;
let folder: string;
let index: string;
let document: string;
let choices: string;
let reach: Reach;
let files: CheckpointFiles;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'patchbay-parts-')));
  folder = join(root, 'documents/weights');
  index = join(folder, INDEX);
  document = join(root, 'documents/vit.patchbay');
  choices = join(root, 'user-data/chosen-files.json');
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of CONTENTS) await writeFile(join(folder, name), bytes);
  await writeIndex(MAP);
  await mkdir(join(root, 'private'));
  for (const name of ['key.pem', 'key.safetensors']) await writeFile(join(root, 'private', name), SECRET);
  reach = new Reach(await ChosenFiles.load(choices));
  files = new CheckpointFiles(reach);
});

afterEach(() => rm(root, { recursive: true }));

function writeIndex(map: Readonly<Record<string, unknown>>, path = index): Promise<void> {
  return writeFile(path, JSON.stringify({ metadata: { total_size: 1 }, weight_map: map }));
}

/** As the window does it. */
async function picked(paths: readonly string[], of: string | null = document): Promise<PickedCheckpoint> {
  await reach.choose(paths);
  return (await hashed(files, files.picked(paths, of)))!;
}

const opened = (path = `weights/${INDEX}`, hash = HASH, of: string | null = document) =>
  hashed(files, files.open(of, path, hash));
const parts = (...names: readonly string[]) => names.map((name) => join(folder, name));

test('an index that was chosen is one checkpoint with the parts beside it, read as if they lay one behind the other', async () => {
  const { handle, ...facts } = await picked([index]);
  const held = new Map([
    [FIRST, ['a']],
    [SECOND, ['b']],
    [THIRD, ['c', 'd']],
  ]);
  expect(facts).toEqual({
    name: INDEX,
    path: `weights/${INDEX}`,
    sha256: HASH,
    byteLength: 998,
    parts: [...CONTENTS].map(([name, { byteLength }]) => ({ name, byteLength, holds: held.get(name) })),
  });
  for (const [begin, end] of [
    [0, 0],
    [0, 1],
    [1, 1],
    [0, 2],
    [1, 4],
    [997, 998],
    [0, 998],
  ] as const) {
    expect(await files.read(handle, begin, end)).toEqual(new Uint8Array(WHOLE.subarray(begin, end)));
  }
  await expect(files.read(handle, 0, 999)).rejects.toThrow(`${INDEX} has no bytes 0 to 999.`);
});

test('a document that names it finds it by path and hash, in its folder and, once chosen, elsewhere', async () => {
  const found = await opened();
  expect(found?.parts?.map(({ name }) => name)).toEqual(NAMES);
  expect((await opened())?.handle).toBe(found?.handle);
  expect(await opened(undefined, sha256(''))).toBeNull();
  expect(await opened('weights/n.safetensors.index.json')).toBeNull();
  expect(await opened(index, HASH, null)).toBeNull();
  await picked([index]);
  reach = new Reach(await ChosenFiles.load(choices));
  files = new CheckpointFiles(reach);
  expect(await opened(index, HASH, null)).not.toBeNull();
});

test('parts that number themselves need no index, and are found again by the name that it would have', async () => {
  await rm(index);
  const { path, sha256, parts: given } = await picked(parts(THIRD, FIRST, SECOND));
  expect([path, sha256]).toEqual([`weights/${INDEX}`, HASH]);
  expect(given?.map(({ name, holds }) => [name, holds])).toEqual(NAMES.map((name) => [name, null]));
  // Chosen, of a document that was never saved; also after a restart.
  expect(await opened(index, HASH, null)).not.toBeNull();
  reach = new Reach(await ChosenFiles.load(choices));
  files = new CheckpointFiles(reach);
  expect(await opened(index, HASH, null)).not.toBeNull();
  // Moved together with the document, and not chosen there.
  await rename(join(root, 'documents'), join(root, 'moved'));
  const other = join(root, 'moved/vit.patchbay');
  expect(await opened(`weights/${INDEX}`, HASH, other)).not.toBeNull();
  expect(await opened(`../moved/weights/${INDEX}`, HASH, document)).toBeNull();
  await rm(join(root, 'moved/weights', SECOND));
  expect(await opened(`weights/${INDEX}`, HASH, other)).toBeNull();
});

test('beside the document too, where it is in the same folder', async () => {
  await rm(index);
  expect(await opened(INDEX, HASH, join(folder, 'vit.patchbay'))).not.toBeNull();
});

test.each([
  ['parts of which one is missing', [FIRST, THIRD]],
  ['a part twice', [FIRST, FIRST, THIRD]],
  ['files that have no number', [FIRST, SECOND, 'x.safetensors']],
])('%s are no checkpoint', async (_, names) => {
  await expect(picked(parts(...names))).rejects.toThrow(/not all the parts of one checkpoint: choose its index/);
});

test('parts of two folders are no checkpoint', async () => {
  const other = join(root, THIRD);
  await rename(join(folder, THIRD), other);
  await expect(picked([...parts(FIRST, SECOND), other])).rejects.toThrow(/not all the parts/);
});

const RIGHT = JSON.stringify({ weight_map: MAP });

test.each([
  ['no JSON', '{"weight_map": {"password": ', /^m\.safetensors\.index\.json is not the index of a checkpoint/],
  ['another JSON', '{"password": 1}', /is not the index of a checkpoint/],
  ['a file with no part', '{"weight_map": {}}', /^m\.safetensors\.index\.json names no file\.$/],
  [
    'one with a part that is missing',
    RIGHT.replace(SECOND, 'gone.safetensors'),
    /names gone\.safetensors, which is not beside it/,
  ],
  ['a folder above', RIGHT.replace(SECOND, '../../private/key.safetensors'), /is not the index of a checkpoint/],
  ['the folder above', RIGHT.replace(SECOND, '..'), /is not the index of a checkpoint/],
  ['a whole path', RIGHT.replace(SECOND, '/etc/passwd'), /is not the index of a checkpoint/],
  ['a path of Windows', RIGHT.replace(SECOND, '..\\\\x.safetensors'), /is not the index of a checkpoint/],
  ['a stream of Windows', RIGHT.replace(SECOND, 'x:y.safetensors'), /is not the index of a checkpoint/],
  ['an end of text', RIGHT.replace(SECOND, 'key.pem\\u0000.safetensors'), /is not the index of a checkpoint/],
  ['another ending', RIGHT.replace(SECOND, 'key.pem'), /is not the index of a checkpoint/],
])('an index that is %s is refused by its name; only who chose it learns why', async (_, text, words) => {
  await writeFile(index, text);
  await expect(opened()).rejects.toThrow(words);
  // Whether the page may know its content is not settled there.
  await expect(opened()).rejects.not.toThrow(/weight_map|password|private|passwd|key/);
  await expect(picked([index])).rejects.toThrow(/^(?:m\.safetensors\.index\.json|gone)/);
  await expect(picked([index])).rejects.toThrow(/weight_map|names|character/);
  expect(await hashed(files, files.adopted(index, HASH))).toBeNull();
});

test('an index is bounded, in its bytes and in what it names', async () => {
  await truncate(index, 2 ** 24 + 1);
  await expect(opened()).rejects.toThrow(`${INDEX} could not be opened: it is larger than 16 MiB.`);
  await writeIndex(Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`${at}`, `${at}.safetensors`])));
  await expect(opened()).rejects.toThrow(`${INDEX} names more than 1000 files.`);
});

test('a part that is a link out of the folder, or to anything but a checkpoint, is refused; one within it is taken', async () => {
  const [secret, key] = [join(root, 'private/key.safetensors'), join(folder, 'key.pem')];
  await writeFile(key, SECRET);
  await mkdir(join(folder, 'below'));
  await writeFile(join(folder, 'below', SECOND), SECRET);
  await symlink(join(root, 'private'), join(folder, 'private'));
  // The last thing that could keep it: the page knows the hash.
  const known = hashOfParts({ [SECOND]: SECRET });
  for (const target of [
    secret,
    key,
    'key.pem',
    `below/${SECOND}`,
    'private/key.safetensors',
    '../../private/key.pem',
  ]) {
    await rm(join(folder, SECOND));
    await symlink(target, join(folder, SECOND));
    const words = `${SECOND} is a link to elsewhere: choose ${INDEX} together with all its parts.`;
    await expect(opened(undefined, known), target).rejects.toThrow(words);
    await expect(picked([index]), target).rejects.toThrow(words);
    expect(await hashed(files, files.adopted(index, known)), target).toBeNull();
  }
  await rm(join(folder, SECOND));
  await symlink(SECOND, join(folder, SECOND));
  await expect(opened(undefined, known)).rejects.toThrow(/names m-00002.*which is not beside it/);
  await rm(join(folder, SECOND));
  await writeFile(join(folder, 'own.safetensors'), CONTENTS.get(SECOND)!);
  await symlink('own.safetensors', join(folder, SECOND));
  expect(await opened()).not.toBeNull();
});

test('links of numbered parts without an index lead nowhere else either', async () => {
  await rm(index);
  await rm(join(folder, SECOND));
  await symlink(join(root, 'private/key.safetensors'), join(folder, SECOND));
  await expect(opened(undefined, hashOfParts({ [SECOND]: SECRET }))).rejects.toThrow(/is a link/);
  // An index that cannot be reached is not one that is missing.
  await rm(join(folder, SECOND));
  await writeFile(join(folder, SECOND), CONTENTS.get(SECOND)!);
  await symlink(join(root, 'private/key.pem'), index);
  expect(await opened()).toBeNull();
});

test('parts that the person chose themselves may be links to anywhere, as in a cache of downloads', async () => {
  const blob = join(root, 'private/blob');
  await rename(join(folder, THIRD), blob);
  await symlink(blob, join(folder, THIRD));
  await expect(picked([index])).rejects.toThrow(/is a link to elsewhere/);
  expect((await picked([index, ...parts(...NAMES)])).sha256).toBe(HASH);
  expect(await opened()).not.toBeNull();
});

test('an index that is linked into the document’s folder gives nothing of where it lies', async () => {
  await rename(folder, join(root, 'elsewhere'));
  await symlink(join(root, 'elsewhere'), folder);
  expect(await opened()).toBeNull();
  await rm(folder);
  await mkdir(folder);
  await symlink(join(root, 'elsewhere', INDEX), index);
  expect(await opened()).toBeNull();
});

test('pipes, devices and folders are no parts, and nobody waits for them', async () => {
  await rm(join(folder, SECOND));
  execFileSync('mkfifo', [join(folder, SECOND)]);
  await expect(opened()).rejects.toThrow(`${SECOND} could not be opened: it is not a file.`);
  await rm(join(folder, SECOND));
  await mkdir(join(folder, SECOND));
  await expect(opened()).rejects.toThrow(`${SECOND} could not be opened: it is not a file.`);
});

test('an index that the page says was chosen is in reach only with the hash of what its parts hold', async () => {
  expect(await hashed(files, files.adopted(index, sha256('')))).toBeNull();
  expect(await hashed(files, files.adopted(join(folder, 'none.json'), HASH))).toBeNull();
  await rename(index, join(folder, 'index.pem'));
  await symlink('index.pem', index);
  expect(await hashed(files, files.adopted(index, HASH))).toBeNull();
  await rename(join(folder, 'index.pem'), index);
  expect(await opened(index, HASH, null)).toBeNull();
  const adopted = await hashed(files, files.adopted(index, HASH));
  expect(adopted).toMatchObject({ name: INDEX, path: index, sha256: HASH, byteLength: 998 });
  expect(await opened(index, HASH, null)).toMatchObject({ handle: adopted!.handle });
  // Of a part alone nothing was said.
  expect(await opened(join(folder, THIRD), sha256(CONTENTS.get(THIRD)!), null)).toBeNull();
});

test('a part that another program changes is not read on, and what it holds then has another hash', async () => {
  const { handle } = await picked([index]);
  await rename(join(folder, THIRD), join(folder, 'before'));
  await symlink(join(root, 'private/key.safetensors'), join(folder, THIRD));
  expect(await files.read(handle, 0, 1)).toEqual(Uint8Array.of(7));
  await expect(files.read(handle, 0, 2)).rejects.toThrow(/^m-00003-of-00003\.safetensors .*another program changed it/);
  await rm(join(folder, THIRD));
  await writeFile(join(folder, THIRD), 'changed');
  expect(await opened()).toBeNull();
  const changed = hashOfParts({ [THIRD]: 'changed' });
  expect(await opened(undefined, changed)).toMatchObject({ byteLength: 8 });
});

test('large parts are hashed a piece at a call, told as one; what changes or goes meanwhile is named', async () => {
  const begin = () => {
    files = new CheckpointFiles(reach, new CheckpointHashes(200));
    return files.open(document, `weights/${INDEX}`, HASH) as Promise<HashedInPart>;
  };
  const told: HashedInPart[] = [];
  const first = await begin();
  const found = await hashed(files, Promise.resolve(first), (part) => told.push(part));
  expect(found).toMatchObject({ byteLength: 998 });
  expect(told.map(({ name, part }) => [name, Math.round(part * 998)])).toEqual(
    [200, 400, 600, 800].map((bytes) => [INDEX, bytes]),
  );
  const { hashing } = await begin();
  await truncate(join(folder, THIRD), 10);
  await expect(files.hashOn(hashing)).rejects.toThrow(/^m-00003-of-00003\.safetensors .*written while it was read/);
  await expect(files.hashOn(hashing)).rejects.toThrow('was not begun, or was given up');
  await truncate(join(folder, THIRD), 997);
  const other = await begin();
  await rm(join(folder, THIRD));
  await expect(files.hashOn(other.hashing)).rejects.toThrow(`${THIRD} could not be opened: it is not there.`);
});
