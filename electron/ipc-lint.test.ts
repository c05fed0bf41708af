/** Proves that the lint configuration keeps the raw IPC calls inside the wrapper and the preload. */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const RAW_MAIN = "import { ipcMain } from 'electron';\n\nipcMain.on('any', () => undefined);\n";
const RAW_RENDERER = "import { ipcRenderer } from 'electron';\n\nipcRenderer.send('any');\n";
const WHOLE_MODULE = "import * as electron from 'electron';\n\nelectron.ipcMain.on('any', () => undefined);\n";
const OTHER_NAMES = "import { app } from 'electron';\n\napp.quit();\n";

test('ipcMain belongs to ipc.ts, ipcRenderer to preload.ts', async () => {
  const tree = await mkdtemp(join(tmpdir(), 'patchbay-lint-'));
  await copyFile('.oxlintrc.json', join(tree, '.oxlintrc.json'));
  await mkdir(join(tree, 'electron'));
  const files = {
    'main.ts': RAW_MAIN,
    'window.ts': RAW_RENDERER,
    'menu.ts': WHOLE_MODULE,
    'files.ts': OTHER_NAMES,
    'ipc.ts': RAW_MAIN,
    'preload.ts': RAW_RENDERER,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(tree, 'electron', name), text);
  const { stdout } = spawnSync(resolve('node_modules/.bin/oxlint'), ['-c', '.oxlintrc.json', '-f', 'json', '.'], {
    cwd: tree,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] };
  const found = diagnostics.map(({ filename, code }) => `${filename} ${code}`).sort();
  expect(found).toEqual(
    ['main.ts', 'menu.ts', 'window.ts'].map((name) => `electron/${name} eslint(no-restricted-imports)`),
  );
});
