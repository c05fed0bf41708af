/** The built application in the desktop shell, as a person uses it: open, edit, save, close, come back, recover. */
import { cp, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { MENU } from '../electron/menu.ts';
import { answerDialogs, chooseMenuItem, type Desktop, launchDesktop } from './stand-in/launch.ts';
import { Editor } from './support/editor.ts';

const ROOT = join(import.meta.dirname, '..');
const NAME = 'study.patchbay';

let folder: string;
let userData: string;
let path: string;
let desktop: Desktop;

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-desktop-'));
  userData = join(folder, 'user-data');
  path = join(folder, NAME);
  await cp(join(ROOT, 'templates/attention.patchbay'), path);
});

test.afterEach(async () => {
  // Discard what the test left unsaved.
  await answerDialogs(desktop.electron, { button: 1 }).catch(() => undefined);
  await desktop.electron.close();
});

async function start(): Promise<Editor> {
  desktop = await launchDesktop(ROOT, userData);
  await desktop.page.setViewportSize({ width: 1440, height: 900 });
  return new Editor(desktop.page);
}

async function nodesOnDisk(): Promise<number> {
  const document = JSON.parse(await readFile(path, 'utf8')) as { modules: { nodes: unknown[] }[] };
  return document.modules[0]!.nodes.length;
}

const windowTitle = () =>
  desktop.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.getTitle()));

test('a document is opened, edited, saved, closed and found again', async () => {
  const editor = await start();
  await answerDialogs(desktop.electron, { open: [path] });
  await chooseMenuItem(desktop.electron, 'file.open');
  await expect.poll(windowTitle).toEqual([`${NAME} – Patchbay`]);
  await editor.settled();
  await desktop.page.screenshot({ path: test.info().outputPath('1-opened.png') });
  const device = desktop.page.getByRole('contentinfo', { name: 'Status' }).getByRole('button', { name: /·/ });
  await device.click();
  await desktop.page.getByRole('menuitemradio', { name: /^CPU/ }).click();
  // Not "1 thread, as the page is not isolated".
  await expect(device).toHaveText(/^CPU · ONNX Runtime, \d+ threads?$/);
  await editor.settled();
  const before = await nodesOnDisk();

  await chooseMenuItem(desktop.electron, 'edit.select-all');
  await chooseMenuItem(desktop.electron, 'edit.duplicate');
  await expect.poll(windowTitle).toEqual([`• ${NAME} – Patchbay`]);
  await chooseMenuItem(desktop.electron, 'file.save');
  await expect.poll(windowTitle).toEqual([`${NAME} – Patchbay`]);
  expect(await nodesOnDisk()).toBe(2 * before);
  expect(await readdir(folder)).toEqual([NAME, 'user-data']);
  await desktop.page.screenshot({ path: test.info().outputPath('2-saved.png') });

  // Unsaved edits: kept at the first answer, discarded at the second.
  await chooseMenuItem(desktop.electron, 'edit.undo');
  await expect.poll(windowTitle).toEqual([`• ${NAME} – Patchbay`]);
  await answerDialogs(desktop.electron, { button: 2 });
  const close = () => desktop.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
  await close();
  await expect(desktop.page.locator('article[data-node]')).toHaveCount(before);
  expect(await windowTitle()).toEqual([`• ${NAME} – Patchbay`]);
  await answerDialogs(desktop.electron, { button: 1 });
  const ended = desktop.electron.waitForEvent('close');
  await close();
  await ended;
  expect(await nodesOnDisk()).toBe(2 * before);

  await start();
  await desktop.page.getByRole('region', { name: 'Recent files' }).getByRole('button', { name: NAME }).click();
  await expect(desktop.page.locator('article[data-node]')).toHaveCount(2 * before);
});

test('edits that a crash interrupted are offered at the next start, and saved to their file', async () => {
  await start();
  await answerDialogs(desktop.electron, { open: [path] });
  await chooseMenuItem(desktop.electron, 'file.open');
  await expect.poll(windowTitle).toEqual([`${NAME} – Patchbay`]);
  const before = await nodesOnDisk();
  await expect(desktop.page.locator('article[data-node]')).toHaveCount(before);
  await chooseMenuItem(desktop.electron, 'edit.select-all');
  await chooseMenuItem(desktop.electron, 'edit.duplicate');
  await expect.poll(windowTitle).toEqual([`• ${NAME} – Patchbay`]);
  await expect.poll(() => readdir(join(userData, 'journal')).catch(() => [])).toHaveLength(1);
  const crashed = desktop.electron.waitForEvent('close');
  process.kill(-desktop.electron.process().pid!, 'SIGKILL');
  await crashed;
  expect(await nodesOnDisk()).toBe(before);

  await start();
  await desktop.page.getByRole('button', { name: 'edits that are not in the file' }).click();
  await expect.poll(windowTitle).toEqual([`• ${NAME} – Patchbay`]);
  await chooseMenuItem(desktop.electron, 'file.save');
  await expect.poll(windowTitle).toEqual([`${NAME} – Patchbay`]);
  expect(await nodesOnDisk()).toBe(2 * before);
  await expect.poll(() => readdir(join(userData, 'journal'))).toEqual([]);
});

test('every command that the menu places is one that the application has', async () => {
  await start();
  const placed = MENU.flatMap(({ entries }) => entries).flatMap((entry) =>
    entry.kind === 'command' ? [entry.id] : [],
  );
  const shown = () =>
    desktop.electron.evaluate(
      ({ Menu }, ids) => ids.filter((id) => Menu.getApplicationMenu()!.getMenuItemById(id) !== null),
      placed,
    );
  await expect.poll(shown).toEqual(placed);
});
