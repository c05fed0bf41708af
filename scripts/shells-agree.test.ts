/** A checkpoint in several files as each shell has it: one hash, and the same numbers, whoever opens it. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readHeaders } from '../cli/checkpoint.ts';
import type { DesktopApi, Result } from '../electron/api.ts';
import { CheckpointHashes } from '../electron/checkpoint-hashes.ts';
import { CheckpointFiles } from '../electron/checkpoints.ts';
import { ChosenFiles, Reach } from '../electron/reach.ts';
import { formatSafetensors } from '../graph/formats/safetensors.ts';
import { createElectronPlatform } from '../renderer/platform/electron.ts';
import { hashOfShards, shardsAmong } from '../renderer/platform/shards.ts';
import { createCheckpoints, readWeight } from '../renderer/session/checkpoints.ts';

// Node has no workers as a page has them.
vi.mock('../renderer/platform/hash-file.ts', () => ({
  hashOf: async (file: File) =>
    createHash('sha256')
      .update(new Uint8Array(await file.arrayBuffer()))
      .digest('hex'),
}));

const INDEX = 'model.safetensors.index.json';
const [FIRST, SECOND] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;
const MAP = { a: SECOND, b: FIRST, c: SECOND };
/** Larger than what the main process is told to hash at a call. */
const VALUES = Float32Array.from({ length: 1009 }, (_, index) => index);

let folder: string;
let index: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-shells-'));
  index = join(folder, INDEX);
  await writeFile(index, JSON.stringify({ weight_map: MAP }));
  await writeFile(join(folder, FIRST), part({ b: VALUES }));
  await writeFile(join(folder, SECOND), part({ a: Float32Array.of(5), c: new Float32Array() }));
});

afterEach(() => rm(folder, { recursive: true }));

function part(tensors: Readonly<Record<string, Float32Array<ArrayBuffer>>>): Buffer {
  const named = Object.entries(tensors).map(([name, values]) => {
    return { name, dtype: 'F32' as const, shape: [values.length], bytes: new Uint8Array(values.buffer) };
  });
  return Buffer.concat(formatSafetensors(named));
}

/** The page of the desktop, with the real files of the main process behind the bridge. */
async function desktop(chosen: readonly string[] = []) {
  const reach = new Reach(await ChosenFiles.load(join(folder, 'chosen-files.json')));
  await reach.choose(chosen);
  const files = new CheckpointFiles(reach, new CheckpointHashes(500));
  const over = async <T>(value: Promise<T>): Promise<Result<T>> => {
    try {
      return { ok: true, value: structuredClone(await value) };
    } catch (error) {
      return { ok: false, error: { message: (error as Error).message } };
    }
  };
  const api: Partial<DesktopApi> = {
    pickCheckpoint: () => over(files.picked(chosen, null)),
    openCheckpoint: ({ path, sha256 }) => over(files.open(null, path, sha256)),
    adoptCheckpoint: (file, sha256) => over(files.adopted(join(folder, file.name), sha256)),
    hashCheckpoint: ({ hashing }) => over(files.hashOn(hashing)),
    readCheckpoint: ({ handle, begin, end }) => over(files.read(handle, begin, end)),
  };
  return createElectronPlatform(api as DesktopApi, false);
}

/** As a browser, or the import of a folder, has them. */
async function pageFiles() {
  const names = [INDEX, FIRST, SECOND];
  return Promise.all(
    names.map(async (path) => ({ path, file: new File([new Uint8Array(await readFile(join(folder, path)))], path) })),
  );
}

test('the command line, the browser and the desktop have one hash of it, and the desktop reads its numbers', async () => {
  const { hash } = await readHeaders(index);
  expect(await hashOfShards((await shardsAmong(await pageFiles()))!)).toBe(hash);
  const platform = await desktop([index]);
  const told: string[] = [];
  const job = { onProgress: (name: string) => void told.push(name), signal: new AbortController().signal };
  const picked = (await platform.pickCheckpoint(null, null, job))!;
  expect([picked.sha256, picked.path, picked.name]).toEqual([hash, index, INDEX]);
  expect(new Set(told)).toEqual(new Set([INDEX]));
  const found = await platform.openCheckpoint(null, picked.path, hash);
  const { checkpoint } = await createCheckpoints(platform).take({ ...found!, path: picked.path });
  const read = async (name: string) => [...(await readWeight(checkpoint, name))];
  expect([await read('a'), await read('b'), await read('c')]).toEqual([[5], [...VALUES], []]);
});

test('a folder that is imported is taken with its parts where they lie', async () => {
  const platform = await desktop();
  const adopted = await platform.adoptCheckpoint(await pageFiles(), INDEX);
  expect([adopted.sha256, adopted.path]).toEqual([(await readHeaders(index)).hash, index]);
  const { checkpoint } = await createCheckpoints(platform).take(adopted);
  expect([...checkpoint.entries.keys()].toSorted()).toEqual(['a', 'b', 'c']);
  // What the page has read is not what lies there.
  const others = await pageFiles();
  await writeFile(join(folder, SECOND), part({ a: Float32Array.of(6), c: new Float32Array() }));
  await expect((await desktop()).adoptCheckpoint(others, INDEX)).rejects.toThrow(
    `${INDEX} cannot be read where it lies, or is another file by now.`,
  );
  const missing = others.filter(({ path }) => path !== SECOND);
  await expect(platform.adoptCheckpoint(missing, INDEX)).rejects.toThrow(`${INDEX} names ${SECOND}`);
});

test('the hashing of several files is given up like that of one', async () => {
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error('no patience'));
  const platform = await desktop([index]);
  const picking = platform.pickCheckpoint(null, null, { onProgress, signal: controller.signal });
  await expect(picking).rejects.toThrow('no patience');
});

test.each([
  ['a header that lies', Buffer.from('\xff\xff\xff\xff\xff\xff\xff\x00{}', 'latin1'), `${SECOND} is no checkpoint: `],
  ['no byte', Buffer.alloc(0), `${SECOND} is no checkpoint: `],
  [
    'a tensor less than the index says',
    part({ a: Float32Array.of(1) }),
    `${SECOND} is not the part that the index means`,
  ],
  ['one of another part', part({ a: VALUES, b: VALUES, c: VALUES }), `${SECOND} is not the part that the index means`],
])('a part with %s is told by its name', async (_, bytes, words) => {
  await writeFile(join(folder, SECOND), bytes);
  const checkpoints = createCheckpoints(await desktop([index]));
  await expect(checkpoints.pick(null, null)).rejects.toThrow(words);
});
