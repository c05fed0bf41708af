/** What electron-builder.yml packs of the built application, and how it sets the fuses: packed for real, without Electron's binary. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { packWithoutElectron, type PackedApplication } from '../scripts/packaging/pack.ts';
import { MOST_BYTES, shippedFiles, totalBytes } from '../scripts/packaging/shipped.ts';

let folder: string;
let packed: PackedApplication;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-packed-'));
  packed = await packWithoutElectron(folder);
});

test.afterAll(() => rm(folder, { recursive: true }));

test('only what runs is packed, within its budget', () => {
  const files = shippedFiles(packed.archive);
  const paths = files.map(({ path }) => path);
  const known =
    /^(package\.json|LICENSE|dist\/electron\/(main|preload)\.cjs|dist\/renderer\/(index\.html|about\.json|assets\/.+))$/;
  expect(paths.filter((path) => !known.test(path))).toEqual([]);
  expect(paths.filter((path) => /\.map$|\.tsx?$|node_modules/.test(path))).toEqual([]);
  for (const needed of ['dist/electron/main.cjs', 'dist/electron/preload.cjs', 'dist/renderer/index.html']) {
    expect(paths).toContain(needed);
  }
  expect(totalBytes(files)).toBeLessThan(MOST_BYTES);
  const { main } = JSON.parse(extractFile(packed.archive, 'package.json').toString()) as { main: string };
  expect(paths).toContain(main);
});

test('the fuses are set as the configuration says', async () => {
  const wire = await getCurrentFuseWire(packed.executable);
  const on = (fuse: FuseV1Options) => String.fromCharCode(wire[fuse]!) === '1';
  expect(on(FuseV1Options.RunAsNode)).toBe(false);
  expect(on(FuseV1Options.EnableCookieEncryption)).toBe(true);
  expect(on(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false);
  expect(on(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false);
  expect(on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe(true);
  expect(on(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true);
  expect(on(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot)).toBe(false);
  expect(on(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(false);
});
