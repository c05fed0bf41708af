import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Exports } from './exports.ts';
import { nodeFileSystem } from './file-system.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

async function setUp(answers: { where?: string; overwrite?: boolean } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-exports-'));
  const asked: string[] = [];
  const exports = new Exports(
    {
      whereToExport: () => Promise.resolve(answers.where === undefined ? null : join(folder, answers.where)),
      overwriteExport: (name) => {
        asked.push(name);
        return Promise.resolve(answers.overwrite ?? false);
      },
    },
    nodeFileSystem,
  );
  return { folder, asked, exports };
}

test('pieces take the place of what was there once all are written, and nothing stays beside', async () => {
  const { folder, exports } = await setUp({ where: 'vit.zip' });
  const path = join(folder, 'vit.zip');
  await writeFile(path, 'before');
  const id = (await exports.pick('vit.zip'))!;
  await exports.write(id, bytes('one '), false);
  expect(await readFile(path, 'utf8')).toBe('before');
  await exports.write(id, bytes('two'), true);
  expect(await readFile(path, 'utf8')).toBe('one two');
  expect(await readdir(folder)).toEqual(['vit.zip']);
  await expect(exports.write(id, bytes('more'), true)).rejects.toThrow('not being written');
});

test('an export that is cancelled, or whose page goes, leaves what was there and nothing else', async () => {
  const { folder, exports } = await setUp({ where: 'vit.zip' });
  await writeFile(join(folder, 'vit.zip'), 'before');
  for (const end of [(id: string) => exports.cancel(id), () => exports.cancelAll()]) {
    const id = (await exports.pick('vit.zip'))!;
    await exports.write(id, bytes('half'), false);
    expect(await readdir(folder)).toHaveLength(2);
    await end(id);
    expect(await readdir(folder)).toEqual(['vit.zip']);
    expect(await readFile(join(folder, 'vit.zip'), 'utf8')).toBe('before');
  }
});

test('a name without its ending gets it, and a file that has that name is not replaced unasked', async () => {
  for (const overwrite of [false, true]) {
    const { folder, asked, exports } = await setUp({ where: 'vit', overwrite });
    await writeFile(join(folder, 'vit.zip'), 'before');
    const id = await exports.pick('vit.zip');
    expect(asked).toEqual(['vit.zip']);
    expect(id === null).toBe(!overwrite);
    if (id !== null) await exports.write(id, bytes('after'), true);
    expect(await readFile(join(folder, 'vit.zip'), 'utf8')).toBe(overwrite ? 'after' : 'before');
  }
});

test('what cannot be written is told in a sentence; a dialog that was closed is no export', async () => {
  const { exports } = await setUp({ where: 'none/vit.zip' });
  const id = (await exports.pick('vit.zip'))!;
  await expect(exports.write(id, bytes('x'), true)).rejects.toThrow(
    /^vit\.zip could not be written: the folder is not there \(ENOENT\)\.$/,
  );
  expect(await (await setUp()).exports.pick('vit.zip')).toBeNull();
});

describe('a checkpoint of several files', () => {
  const NAMES = ['w-00001-of-00002.safetensors', 'w-00002-of-00002.safetensors', 'w.safetensors.index.json'];

  test('is called after what the person says, file by file, the index last', async () => {
    const { folder, exports } = await setUp({ where: 'w.safetensors' });
    // One file of the name itself is another checkpoint, and stays.
    await writeFile(join(folder, 'w.safetensors'), 'another');
    const { writing, stem } = (await exports.pickParts('clip.safetensors', 2))!;
    expect(stem).toBe('w');
    for (const [at, name] of NAMES.entries()) {
      await exports.write(writing, bytes('one '), false);
      expect(await readdir(folder)).not.toContain(name);
      await exports.write(writing, bytes(String(at)), true);
      expect(await readFile(join(folder, name), 'utf8')).toBe(`one ${at}`);
    }
    expect((await readdir(folder)).toSorted()).toEqual([...NAMES, 'w.safetensors'].toSorted());
    await expect(exports.write(writing, bytes('more'), true)).rejects.toThrow('not being written');
  });

  test('replaces no file, and no name that a page gives leads elsewhere', async () => {
    const { folder, exports, asked } = await setUp({ where: 'w.safetensors', overwrite: true });
    await writeFile(join(folder, NAMES[1]!), 'before');
    await expect(exports.pickParts('clip.safetensors', 2)).rejects.toThrow(
      /^w-00002-of-00002\.safetensors is there already: choose another name, or remove it\.$/,
    );
    expect(asked).toEqual([]);
    const { writing } = (await exports.pickParts('../../clip.safetensors', 3))!;
    await exports.write(writing, bytes('x'), true);
    expect((await readdir(folder)).toSorted()).toEqual(['w-00001-of-00003.safetensors', NAMES[1]!]);
  });

  test('that is cancelled, fails, or whose page goes leaves nothing of it', async () => {
    const { folder, exports } = await setUp({ where: 'w.safetensors' });
    for (const end of [(id: string) => exports.cancel(id), () => exports.cancelAll()]) {
      const { writing } = (await exports.pickParts('w.safetensors', 2))!;
      await exports.write(writing, bytes('whole'), true);
      await exports.write(writing, bytes('half'), false);
      expect(await readdir(folder)).toHaveLength(2);
      await end(writing);
      expect(await readdir(folder)).toEqual([]);
    }
    const { writing } = (await exports.pickParts('w.safetensors', 2))!;
    await exports.write(writing, bytes('whole'), true);
    await mkdir(join(folder, NAMES[1]!));
    await expect(exports.write(writing, bytes('x'), true)).rejects.toThrow(/^w-00002-of-00002\.safetensors could not/);
    expect(await readdir(folder)).toEqual([NAMES[1]]);
  });
});
