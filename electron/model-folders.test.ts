/** Folders of models: Hugging Face's cache is read through its links to blobs, and no other link leads anywhere. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { shardsToHash } from '../graph/formats/safetensors-index.ts';
import { CheckpointFiles } from './checkpoints.ts';
import { ModelFolders } from './model-folders.ts';
import { ChosenFiles, Reach } from './reach.ts';
import { hashed } from './testing/hash-on.ts';

const SECRET = 'what nobody chose';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let root: string;
/** The snapshot that the person chooses. */
let snapshot: string;
let models: ModelFolders;
let checkpoints: CheckpointFiles;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'patchbay-models-')));
  snapshot = join(root, 'hub/models--org--clip/snapshots/3d74acf');
  for (const folder of ['hub/models--org--clip/blobs', 'hub/models--other--clip/blobs', 'private'])
    await mkdir(join(root, folder), { recursive: true });
  await mkdir(join(snapshot, 'text_encoder'), { recursive: true });
  await writeFile(join(root, 'private/key.safetensors'), SECRET);
  await writeFile(join(root, 'hub/models--other--clip/blobs/other'), SECRET);
  await blob('config', '{}');
  await linked('config.json', 'config');
  const reach = new Reach(await ChosenFiles.load(join(root, 'chosen.json')));
  checkpoints = new CheckpointFiles(reach);
  models = new ModelFolders(reach, checkpoints);
});

afterEach(() => rm(root, { recursive: true }));

const blob = (name: string, text: string) => writeFile(join(root, 'hub/models--org--clip/blobs', name), text);
const linked = (name: string, to: string) => symlink(`../../blobs/${to}`, join(snapshot, name));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test('a snapshot of Hugging Face’s cache is read through its links to the blobs of its model, its weights too', async () => {
  for (const name of ['a', 'b']) await blob(name, `weights of ${name}`);
  await blob('index', JSON.stringify({ weight_map: { x: 'a.safetensors', y: 'b.safetensors' } }));
  for (const name of ['a', 'b']) await linked(`${name}.safetensors`, name);
  await linked('model.safetensors.index.json', 'index');
  await writeFile(join(snapshot, 'plain.json'), '[]');
  const { folder, name, files } = await models.chosen(snapshot);
  expect(name).toBe('3d74acf');
  expect(Object.fromEntries(files.map(({ path, byteLength }) => [path, byteLength]))).toEqual({
    'config.json': 2,
    'a.safetensors': 12,
    'b.safetensors': 12,
    'model.safetensors.index.json': expect.any(Number),
    'plain.json': 2,
  });
  expect(text(await models.read(folder, 'a.safetensors', 8, 12))).toBe('of a');
  const picked = await hashed(checkpoints, models.adopted(folder, 'model.safetensors.index.json'));
  const parts = ['a', 'b'].map((part) => [`${part}.safetensors`, sha256(`weights of ${part}`)] as const);
  expect(picked).toMatchObject({
    sha256: sha256(shardsToHash(new Map(parts))),
    path: join(snapshot, 'model.safetensors.index.json'),
  });
  expect(text(await checkpoints.read(picked!.handle, 0, 24))).toBe('weights of aweights of b');
  // A document that names it finds it again.
  expect(await hashed(checkpoints, checkpoints.open(null, picked!.path, picked!.sha256))).not.toBeNull();
});

test('a folder that was downloaded by hand is read as well, and what lies deeper is not', async () => {
  const plain = join(root, 'clip');
  await mkdir(join(plain, 'onnx'), { recursive: true });
  await writeFile(join(plain, 'model.safetensors'), 'weights');
  await writeFile(join(plain, 'onnx/model.onnx'), 'x');
  const { folder, files } = await models.chosen(plain);
  expect(files.map(({ path }) => path)).toEqual(['model.safetensors']);
  expect(await hashed(checkpoints, models.adopted(folder, 'model.safetensors'))).toMatchObject({
    sha256: sha256('weights'),
  });
});

describe('a link that leads out of the model is no file of it', () => {
  const attacks: readonly [string, (name: string) => Promise<unknown>][] = [
    ['to a file of the person', (name) => symlink(join(root, 'private/key.safetensors'), join(snapshot, name))],
    [
      'to the blob of another model',
      (name) => symlink('../../../models--other--clip/blobs/other', join(snapshot, name)),
    ],
    [
      'to a blob that is a link itself',
      async (name) => {
        await symlink(join(root, 'private/key.safetensors'), join(root, 'hub/models--org--clip/blobs/chain'));
        await linked(name, 'chain');
      },
    ],
    [
      'to blobs that are a link',
      async (name) => {
        await linked(name, 'key.safetensors');
        await rename(join(root, 'hub/models--org--clip/blobs'), join(root, 'moved'));
        await symlink(join(root, 'private'), join(root, 'hub/models--org--clip/blobs'));
      },
    ],
    [
      'below the blobs',
      async (name) => {
        await symlink(join(root, 'private'), join(root, 'hub/models--org--clip/blobs/deep'));
        await linked(name, 'deep/key.safetensors');
      },
    ],
    [
      'to another snapshot',
      async (name) => {
        await mkdir(join(snapshot, '../old'));
        await writeFile(join(snapshot, '../old/key.safetensors'), SECRET);
        await symlink('../old/key.safetensors', join(snapshot, name));
      },
    ],
    ['to nothing', (name) => linked(name, 'gone')],
  ];

  test.each(attacks)('%s', async (_where, plant) => {
    await plant('model.safetensors');
    const { folder, files } = await models.chosen(snapshot);
    expect(files.map(({ path }) => path)).not.toContain('model.safetensors');
    await expect(models.read(folder, 'model.safetensors', 0, 4)).rejects.toThrow(/is not in the folder 3d74acf\.$/);
    await expect(models.adopted(folder, 'model.safetensors')).rejects.toThrow(/is not in the folder 3d74acf\.$/);
    expect(await checkpoints.open(null, join(snapshot, 'model.safetensors'), sha256(SECRET))).toBeNull();
  });

  test('also where an index names it, and where it became one after the folder was chosen', async () => {
    await blob('index', JSON.stringify({ weight_map: { x: 'a.safetensors' } }));
    await linked('model.safetensors.index.json', 'index');
    await blob('a', 'weights');
    await linked('a.safetensors', 'a');
    const { folder } = await models.chosen(snapshot);
    await rm(join(snapshot, 'a.safetensors'));
    await symlink(join(root, 'private/key.safetensors'), join(snapshot, 'a.safetensors'));
    await expect(models.read(folder, 'a.safetensors', 0, 4)).rejects.toThrow(/is not in the folder/);
    await expect(models.adopted(folder, 'model.safetensors.index.json')).rejects.toThrow(/is a link to elsewhere/);
  });

  test('and outside of a cache not even one to a folder that is called blobs', async () => {
    const plain = join(root, 'plain/snapshots/rev');
    await mkdir(plain, { recursive: true });
    await mkdir(join(root, 'plain/blobs'));
    await writeFile(join(root, 'plain/blobs/key'), SECRET);
    await symlink('../../blobs/key', join(plain, 'model.safetensors'));
    expect((await models.chosen(plain)).files).toEqual([]);
  });
});

test.each(['../../blobs/config', '/etc/passwd', '..', '.', 'text_encoder', 'text_encoder/../config.json', ''])(
  'a path that is no name of a file in it gives nothing: %s',
  async (path) => {
    const { folder } = await models.chosen(snapshot);
    await expect(models.read(folder, path, 0, 1)).rejects.toThrow(/is not in the folder/);
    await expect(models.adopted(folder, path)).rejects.toThrow(/is not in the folder/);
  },
);

test('a folder that nobody chose is none', async () => {
  await expect(models.read('x', 'config.json', 0, 1)).rejects.toThrow('was not chosen in this session');
  await expect(models.chosen(join(root, 'nowhere'))).rejects.toThrow('nowhere cannot be read.');
});
