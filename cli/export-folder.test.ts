/** `patchbay export`: what becomes of files, and calls that are wrong. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { exportCommand } from './commands/export.ts';
import { writeExportFolder } from './export-folder.ts';
import { document, LINEAR, node } from './testing/documents.ts';
import { call, testFolder } from './testing/in-process.ts';

const { folder, fresh, file, remove } = testFolder();
afterAll(remove);

describe('files', () => {
  const linear = file(LINEAR);
  const to = (out: string, ...flags: string[]) => call(exportCommand, linear, '--to', 'onnx', '--out', out, ...flags);

  test('are refused where they are there already, and replaced with --force; others stay', async () => {
    const out = fresh();
    mkdirSync(out);
    writeFileSync(join(out, 'notes.txt'), 'mine');
    expect(await to(out)).toEqual({ code: 0, lines: ['model.onnx'] });
    const first = readFileSync(join(out, 'model.onnx'));
    await expect(to(out, '--seed', '1')).rejects.toThrow(/model\.onnx: it is there already; --force replaces it/);
    expect(readFileSync(join(out, 'model.onnx'))).toEqual(first);
    await to(out, '--seed', '1', '--force');
    expect(readFileSync(join(out, 'model.onnx'))).not.toEqual(first);
    expect(readdirSync(out)).toEqual(['model.onnx', 'notes.txt']);
  });

  test('that a link leads to are not written through', async () => {
    const out = fresh();
    mkdirSync(out);
    const elsewhere = fresh();
    writeFileSync(elsewhere, 'precious');
    symlinkSync(elsewhere, join(out, 'model.onnx'));
    await to(out, '--force');
    expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
  });

  test('of an export that fails are not there, and those before it are', async () => {
    const out = fresh();
    await to(out);
    const before = readFileSync(join(out, 'model.onnx'));
    const broken = {
      path: 'second.bin',
      pieces: (async function* () {
        yield new Uint8Array(1);
        await Promise.reject(new Error('cut off'));
      })(),
    };
    const files = [{ path: 'model.onnx', pieces: [new Uint8Array(1)] }, broken];
    await expect(writeExportFolder(out, files, true)).rejects.toThrow('cut off');
    expect(readdirSync(out)).toEqual(['model.onnx']);
    expect(readFileSync(join(out, 'model.onnx'))).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('of an export that is cancelled are not there', async () => {
    const out = fresh();
    const main = join(import.meta.dirname, 'main.ts');
    const child = spawn(process.execPath, [
      main,
      'export',
      linear,
      '--to',
      'onnx',
      '--out',
      out,
      '--set',
      'width=3000000',
    ]);
    const ended = once(child, 'exit');
    const staged = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));
    await vi.waitUntil(() => staged().length > 0 || child.exitCode !== null, { timeout: 50_000, interval: 1 });
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect({ left: staged(), there: existsSync(out) }).toEqual({ left: [], there: false });
  });

  test.each(['../escaped', '/etc/passwd', 'a/../b', 'a\\b', 'C:x', '', '.'])(
    'never leave the folder: %j',
    async (path) => {
      await expect(writeExportFolder(fresh(), [{ path, pieces: [] }], true)).rejects.toThrow('no plain file name');
    },
  );

  test('cannot stand where a file is the folder', async () => {
    await expect(to(linear)).rejects.toThrow(/it is not a folder/);
  });
});

test.each([
  [['--to', 'onnx'], /--out is missing/],
  [['--out', 'x'], /--to is missing: there are/],
  [['--to', 'caffe', '--out', 'x'], /--to caffe: there are/],
])('a wrong call: %j', async (flags, message) => {
  await expect(call(exportCommand, file(LINEAR), ...flags)).rejects.toThrow(message);
});

test('a graph without an output is named before anything is written', async () => {
  const out = fresh();
  const graph = file(document([node('x', 'random_tensor', { shape: 'batch, width' })], []));
  await expect(call(exportCommand, graph, '--to', 'onnx', '--out', out)).rejects.toThrow(/no output to export/);
  expect(existsSync(out)).toBe(false);
});
