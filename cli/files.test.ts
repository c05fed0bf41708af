import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { UserError } from './errors.ts';
import { openSource, readBytes } from './files.ts';
import { writeAtomically } from './write-files.ts';
import { splitReference } from './tensor-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchbay-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what is written in pieces is whole, and nothing else is left', async () => {
  const path = join(folder, 'out.bin');
  writeFileSync(path, 'what was there before');
  await writeAtomically(path, [new Uint8Array([1, 2]), new Uint8Array(0), new Uint8Array([3])]);
  expect([...readFileSync(path)]).toEqual([1, 2, 3]);
  expect(readdirSync(folder)).toEqual(['out.bin']);
});

test('a place that cannot be written is told, and leaves nothing', async () => {
  const target = join(folder, 'a-folder');
  mkdirSync(target);
  await expect(writeAtomically(target, [new Uint8Array([1])])).rejects.toThrow(/a-folder: it cannot be written/);
  await expect(writeAtomically(join(folder, 'missing', 'out.bin'), [])).rejects.toThrow('no such file or directory');
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a file is read in pieces', async () => {
  const path = join(folder, 'pieces.bin');
  writeFileSync(path, new Uint8Array([0, 1, 2, 3, 4]));
  const source = await openSource(path);
  expect(source.byteLength).toBe(5);
  expect([...(await source.read(1, 4))]).toEqual([1, 2, 3]);
  await source.close();
});

test('what is no file is told by name', async () => {
  await expect(readBytes(join(folder, 'nothing'))).rejects.toThrow(UserError);
  await expect(readBytes(join(folder, 'nothing'))).rejects.toThrow(
    /nothing: it cannot be read \(no such file or directory\)$/,
  );
  await expect(openSource(folder)).rejects.toThrow('it is not a file');
});

test('FILE:KEY is split where a file is, and at the last colon where none is', () => {
  const path = join(folder, 'a:b.safetensors');
  writeFileSync(path, '');
  expect(splitReference(path)).toEqual({ file: path });
  expect(splitReference(`${path}:input/x`)).toEqual({ file: path, key: 'input/x' });
  expect(splitReference(`${path}:a:b`)).toEqual({ file: path, key: 'a:b' });
  expect(splitReference(`${path}:`)).toEqual({ file: path, key: '' });
  expect(splitReference('none.safetensors:weight/')).toEqual({ file: 'none.safetensors', key: 'weight/' });
  expect(splitReference('none.safetensors')).toEqual({ file: 'none.safetensors' });
});
