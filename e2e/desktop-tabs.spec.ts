/** Several documents in the desktop shell: the window closes only after each with unsaved edits was asked about. */
import { cp, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Locator } from '@playwright/test';
import { answerDialogs, chooseMenuItem, type Desktop, launchDesktop } from './stand-in/launch.ts';
import { journalFiles } from './support/application.ts';
import { Editor } from './support/editor.ts';

const ROOT = join(import.meta.dirname, '..');

let folder: string;
let desktop: Desktop;

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-tabs-'));
  await cp(join(ROOT, 'templates/attention.patchbay'), join(folder, 'first.patchbay'));
  await cp(join(ROOT, 'templates/attention.patchbay'), join(folder, 'second.patchbay'));
  desktop = await launchDesktop(ROOT, join(folder, 'user-data'));
  await desktop.page.setViewportSize({ width: 1440, height: 900 });
});

const tabs = () => desktop.page.getByRole('tablist', { name: 'Open documents' }).getByRole('tab');
const close = () => desktop.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());

async function open(name: string): Promise<void> {
  await answerDialogs(desktop.electron, { open: [join(folder, name)] });
  await chooseMenuItem(desktop.electron, 'file.open');
  await expect(desktop.page).toHaveTitle(`${name} – Patchbay`);
}

/** A click that closes the window, which may be gone before it is told that the click was made. */
async function clickLast(button: Locator): Promise<void> {
  await button.click().catch((error: Error) => {
    if (!error.message.includes('has been closed')) throw error;
  });
}

async function headsOnDisk(name: string): Promise<unknown> {
  const document = JSON.parse(await readFile(join(folder, name), 'utf8')) as {
    main: string;
    modules: { name: string; hyperparameters: { name: string; default: unknown }[] }[];
  };
  const main = document.modules.find((module) => module.name === document.main)!;
  return main.hyperparameters.find(({ name: parameter }) => parameter === 'num_heads')!.default;
}

test('closing the window asks about all documents with unsaved edits at once, and saves them all', async () => {
  const editor = new Editor(desktop.page);
  await open('first.patchbay');
  const before = await headsOnDisk('first.patchbay');
  await editor.set('num_heads', '6');
  await open('second.patchbay');
  await editor.set('num_heads', '3');
  await expect(tabs()).toHaveCount(2);
  // Opened once more, it is shown in its tab.
  await answerDialogs(desktop.electron, { open: [join(folder, 'first.patchbay')] });
  await chooseMenuItem(desktop.electron, 'file.open');
  await expect(desktop.page).toHaveTitle('• first.patchbay – Patchbay');
  await expect(tabs()).toHaveCount(2);

  await close();
  const question = desktop.page.getByRole('alertdialog', { name: 'Save the edits of 2 documents?' });
  await expect(question).toContainText('first.patchbay');
  await expect(question).toContainText('second.patchbay');
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(question).toBeHidden();
  await expect(tabs()).toHaveCount(2);
  expect(await headsOnDisk('first.patchbay')).toBe(before);

  const ended = desktop.electron.waitForEvent('close');
  await close();
  await clickLast(question.getByRole('button', { name: 'Save all' }));
  await ended;
  expect([await headsOnDisk('first.patchbay'), await headsOnDisk('second.patchbay')]).toEqual([6, 3]);
  expect(await readdir(join(folder, 'user-data/journal'))).toEqual([]);

  // Both are offered again.
  desktop = await launchDesktop(ROOT, join(folder, 'user-data'));
  await desktop.page.getByRole('button', { name: 'Reopen 2 files' }).click();
  await expect(tabs()).toHaveText(['first.patchbay', 'second.patchbay']);
  await desktop.electron.close();
});

test('edits that are discarded with the window are not offered again', async () => {
  const editor = new Editor(desktop.page);
  for (const name of ['first.patchbay', 'second.patchbay']) {
    await open(name);
    await editor.set('num_heads', '6');
  }
  await expect.poll(() => journalFiles(join(folder, 'user-data'))).toHaveLength(2);
  const ended = desktop.electron.waitForEvent('close');
  await close();
  await clickLast(desktop.page.getByRole('alertdialog').getByRole('button', { name: 'Discard all' }));
  await ended;
  expect(await readdir(join(folder, 'user-data/journal'))).toEqual([]);
});
