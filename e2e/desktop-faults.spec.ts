/** What dies under the desktop application is told in plain words, and no edit is lost. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { answerDialogs, type Desktop, launchDesktop } from './stand-in/launch.ts';
import { Editor } from './support/editor.ts';

const ROOT = join(import.meta.dirname, '..');

let userData: string;
let desktop: Desktop;
let editor: Editor;

test.beforeEach(async () => {
  userData = await mkdtemp(join(tmpdir(), 'patchbay-faults-'));
  desktop = await launchDesktop(ROOT, userData);
  await desktop.page.setViewportSize({ width: 1440, height: 900 });
  editor = new Editor(desktop.page);
});

test.afterEach(async () => {
  // Discard what the test left unsaved.
  await answerDialogs(desktop.electron, { button: 1 }).catch(() => undefined);
  await desktop.electron.close();
});

test('a fault of the main process is told and logged; the document stays, and is saved', async () => {
  const { electron, page } = desktop;
  await editor.template('Attention').click();
  await editor.settled();
  await editor.command('Select all');
  await editor.command('Duplicate');
  const faults = { thrown: 'a fault that was thrown', rejected: 'a fault that was rejected' };
  await electron.evaluate((_, { thrown, rejected }) => {
    setTimeout(() => {
      throw new Error(thrown);
    });
    void Promise.reject(new Error(rejected));
  }, faults);
  for (const fault of Object.values(faults)) await expect(page.getByText(`met a fault (${fault})`)).toBeVisible();

  const path = join(userData, 'saved.patchbay');
  await answerDialogs(electron, { save: path });
  await editor.command('Save');
  await expect(page.getByText('Saved saved.patchbay')).toBeVisible();
  expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('format', 'patchbay');

  const shown = await electron.evaluateHandle(({ shell }) => {
    const paths: string[] = [];
    shell.showItemInFolder = (path) => void paths.push(path);
    return paths;
  });
  await editor.command('About Patchbay');
  await expect(page.getByRole('textbox', { name: 'Diagnostics' })).toHaveValue(
    /^Electron .*\n(.*\n)*graphics .*driver/m,
  );
  await page.getByRole('button', { name: 'Show the log' }).click();
  await expect.poll(() => shown.jsonValue()).toHaveLength(1);
  const log = await readFile((await shown.jsonValue())[0]!, 'utf8');
  for (const fault of Object.values(faults)) expect(log).toContain(`Error: ${fault}`);
});
