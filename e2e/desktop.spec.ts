/** The built application in the desktop shell, as a person uses it: open, edit, save, close, come back, recover. */
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import { MENU } from '../electron/menu.ts';
import { answerDialogs, chooseMenuItem, type Desktop, launchDesktop } from './stand-in/launch.ts';
import { checkpoint, writeInParts, writeWithZeros } from './support/checkpoint.ts';
import { countUnsavedAnswers, journalFiles } from './support/application.ts';
import { Editor } from './support/editor.ts';
import { SMALL, tensorsOf, writeFolder } from '../import/huggingface/testing/small-models.ts';
import { findPython } from '../scripts/oracle/python.ts';

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

async function start(environment: Readonly<Record<string, string>> = {}): Promise<Editor> {
  desktop = await launchDesktop(ROOT, userData, [], environment);
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
  const answered = await countUnsavedAnswers(desktop.page);
  await answerDialogs(desktop.electron, { button: 2 });
  const close = () => desktop.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
  await close();
  await expect.poll(answered).toBe(1);
  await expect(desktop.page.locator('article[data-node]')).toHaveCount(before);
  expect(await windowTitle()).toEqual([`• ${NAME} – Patchbay`]);
  await answerDialogs(desktop.electron, { button: 1 });
  const ended = desktop.electron.waitForEvent('close');
  await close();
  await ended;
  expect(await nodesOnDisk()).toBe(2 * before);

  await start();
  await desktop.page
    .getByRole('region', { name: 'Recent files' })
    .getByRole('button', { name: /^study\./ })
    .click();
  await expect(desktop.page.locator('article[data-node]')).toHaveCount(2 * before);
});

test('a window that opens for a document shows nothing but that, or why it does not come', async () => {
  const editor = await start();
  const { page } = editor;
  await page.addInitScript(() => {
    const seen = { gallery: false };
    Object.assign(window, { seen });
    new MutationObserver(() => {
      seen.gallery ||= document.querySelector('.gallery') !== null;
    }).observe(document, { childList: true, subtree: true });
  });
  const open = (path: string) =>
    desktop.electron.evaluate(({ app }, path) => app.emit('second-instance', {}, ['patchbay', path], '/'), path);
  const opening = async () => {
    await page.evaluate(() => {
      location.hash = 'opening';
      location.reload();
    });
    await expect(page.getByText('Opening…')).toBeVisible();
  };
  const gallerySeen = () => page.evaluate(() => (window as unknown as { seen: { gallery: boolean } }).seen.gallery);
  await opening();
  await open(path);
  await editor.settled();
  expect(await gallerySeen()).toBe(false);
  expect(new URL(page.url()).hash).toBe('');
  await page.reload();
  await expect(page.getByRole('region', { name: 'Templates' })).toBeVisible();
  await opening();
  await open(join(folder, 'missing.patchbay'));
  await expect(page.getByText('missing.patchbay could not be opened: it is not there.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Templates' })).toBeVisible();
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
  await expect.poll(() => journalFiles(userData)).toHaveLength(1);
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

test('weights are loaded from a file beside the document, which names it, and found there when it is opened again', async () => {
  const editor = await start();
  const file = join(folder, 'weights.safetensors');
  await writeFile(file, await checkpoint());
  await answerDialogs(desktop.electron, { open: [path] });
  await chooseMenuItem(desktop.electron, 'file.open');
  await expect.poll(windowTitle).toEqual([`${NAME} – Patchbay`]);
  await answerDialogs(desktop.electron, { open: [file] });
  await chooseMenuItem(desktop.electron, 'file.load-weights');
  const weights = desktop.page.getByRole('region', { name: 'Weights' });
  await expect(weights).toContainText('matched');
  await chooseMenuItem(desktop.electron, 'file.save');
  await expect.poll(windowTitle).toEqual([`${NAME} – Patchbay`]);
  const saved = JSON.parse(await readFile(path, 'utf8')) as { weights?: { path: string } };
  expect(saved.weights?.path).toBe('weights.safetensors');

  await desktop.page.reload();
  const recent = desktop.page.getByRole('region', { name: 'Recent files' }).getByRole('button', { name: /^study\./ });
  await recent.click();
  await expect(weights).toContainText('matched');
  await editor.settled();

  await writeFile(file, await checkpoint('attention.v_proj.weight'));
  await desktop.page.reload();
  await recent.click();
  await expect(weights).toContainText('holds other weights');
  await expect(weights.getByRole('button', { name: 'Locate…' })).toBeVisible();
});

test('weights in several files are loaded by their index, and found again with the document', async () => {
  const editor = await start();
  const index = await writeInParts(folder, await checkpoint());
  await answerDialogs(desktop.electron, { open: [path] });
  await chooseMenuItem(desktop.electron, 'file.open');
  await expect.poll(windowTitle).toEqual([`${NAME} – Patchbay`]);
  await answerDialogs(desktop.electron, { open: [index] });
  await chooseMenuItem(desktop.electron, 'file.load-weights');
  const weights = desktop.page.getByRole('region', { name: 'Weights' });
  await expect(weights).toContainText('matched');
  await chooseMenuItem(desktop.electron, 'file.save');
  await expect.poll(windowTitle).toEqual([`${NAME} – Patchbay`]);
  await desktop.page.reload();
  const recent = desktop.page.getByRole('region', { name: 'Recent files' }).getByRole('button', { name: /^study\./ });
  await recent.click();
  await expect(weights).toContainText('matched');
  await expect(weights).toContainText('model.safetensors.index.json');
  await editor.settled();
});

test('weights are saved by the menu to where the person says, and are the document’s when they are loaded from there', async () => {
  const editor = await start();
  const file = join(folder, 'saved.safetensors');
  await answerDialogs(desktop.electron, { open: [path] });
  await chooseMenuItem(desktop.electron, 'file.open');
  await expect.poll(windowTitle).toEqual([`${NAME} – Patchbay`]);
  await editor.settled();
  await answerDialogs(desktop.electron, { save: file });
  await chooseMenuItem(desktop.electron, 'file.save-weights');
  const dialog = desktop.page.getByRole('dialog', { name: 'Save the weights' });
  await dialog.getByRole('button', { name: 'Save…' }).click();
  await expect(desktop.page.getByText('The weights are saved')).toBeVisible();
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  await answerDialogs(desktop.electron, { open: [file] });
  await chooseMenuItem(desktop.electron, 'file.load-weights');
  await expect(desktop.page.getByText(/^All \d+ weights come from saved\.safetensors$/)).toBeVisible();
  await editor.settled();
});

test('a snapshot in Hugging Face’s cache is imported through its links, with its weights', async () => {
  const editor = await start();
  const { config, shapes } = SMALL.classifier;
  const model = join(folder, 'models--org--vit');
  const snapshot = writeFolder(join(model, 'snapshots/3d74acf'), { config, tensors: tensorsOf(shapes) });
  await mkdir(join(model, 'blobs'));
  for (const name of await readdir(snapshot)) {
    await rename(join(snapshot, name), join(model, 'blobs', name.length.toString(16)));
    await symlink(`../../blobs/${name.length.toString(16)}`, join(snapshot, name));
  }
  await answerDialogs(desktop.electron, { open: [snapshot] });
  await chooseMenuItem(desktop.electron, 'file.import-model');
  await desktop.page.getByRole('button', { name: 'Hugging Face folder…' }).click();
  const report = desktop.page.getByRole('dialog', { name: '3d74acf is imported' });
  await expect(report).toContainText('weights that matched40');
  await report.getByRole('button', { name: 'Show the graph' }).click();
  await editor.settled();
});

test('a large checkpoint is hashed before it is taken: how far that is can be seen, and it can be given up', async () => {
  const editor = await start();
  const { page } = editor;
  const file = join(folder, 'large.safetensors');
  await writeWithZeros(file, await checkpoint(), 3 * 2 ** 30);
  await answerDialogs(desktop.electron, { open: [path] });
  await chooseMenuItem(desktop.electron, 'file.open');
  await expect.poll(windowTitle).toEqual([`${NAME} – Patchbay`]);
  await answerDialogs(desktop.electron, { open: [file] });
  const checking = page.getByRole('dialog', { name: 'Checking large.safetensors' });
  const progress = async () => Number(await checking.getByRole('progressbar').getAttribute('value'));
  await chooseMenuItem(desktop.electron, 'file.load-weights');
  await expect(checking).toBeVisible();
  const first = await progress();
  await expect.poll(progress).toBeGreaterThan(first);
  await checking.getByRole('button', { name: 'Cancel' }).click();
  await expect(checking).toBeHidden();
  expect(await windowTitle()).toEqual([`${NAME} – Patchbay`]);
  const weights = page.getByRole('region', { name: 'Weights' });
  await expect(weights).not.toContainText('matched');
  await chooseMenuItem(desktop.electron, 'file.load-weights');
  await expect(checking).toBeVisible();
  const proposal = page.getByRole('dialog', { name: 'Weights of large.safetensors' });
  await expect(proposal).toContainText('1 left over', { timeout: 60_000 });
  await expect(checking).toBeHidden();
  expect(await windowTitle()).toEqual([`${NAME} – Patchbay`]);
  await proposal.getByRole('button', { name: 'Load them, with what is amiss' }).click();
  await expect(weights).toContainText('matched');
  await editor.settled();
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

/** PyTorch, but its softmax is off by a hundredth while the file `wrong` lies beside it, and waits while `slow` does. */
const INTERPRETER = (python: string) => `#!${python}
import os, pathlib, runpy, sys
beside = pathlib.Path(__file__).parent
if sys.argv[1] == "-c":
    os.execv(${JSON.stringify(python)}, [${JSON.stringify(python)}, *sys.argv[1:]])
if (beside / "slow").exists():
    (beside / "waiting").touch()
    sys.stdin.read()
import torch
if (beside / "wrong").exists():
    for owner in (torch, torch.Tensor):
        softmax = owner.softmax
        owner.softmax = lambda *words, softmax=softmax, **options: softmax(*words, **options) * 1.01
sys.argv.pop(0)
sys.path[0] = str(pathlib.Path(sys.argv[0]).parent)
runpy.run_path(sys.argv[0], run_name="__main__")
`;

test('an export goes where the person says, and the system asks before it replaces a file', async () => {
  const editor = await start();
  const { page, electron } = desktop;
  await answerDialogs(electron, { open: [path] });
  await chooseMenuItem(electron, 'file.open');
  await expect.poll(windowTitle).toEqual([`${NAME} – Patchbay`]);
  await editor.settled();
  await chooseMenuItem(electron, 'file.export');
  const dialog = page.getByRole('dialog');
  const save = dialog.getByRole('button', { name: 'Save as .zip' });
  const target = join(folder, 'kept.zip');
  await writeFile(target, 'before');

  const cancelled = await electron.evaluateHandle(({ dialog }) => {
    const state = { times: 0 };
    dialog.showSaveDialog = () => {
      state.times++;
      return Promise.resolve({ canceled: true, filePath: '' });
    };
    return state;
  });
  await save.click();
  await expect.poll(() => cancelled.evaluate(({ times }) => times)).toBe(1);
  await expect(save).toBeEnabled();
  expect(await readFile(target, 'utf8')).toBe('before');

  const asked = await electron.evaluateHandle(({ dialog }, target) => {
    const options: unknown[] = [];
    dialog.showSaveDialog = (...words: unknown[]) => {
      options.push(words.at(-1));
      return Promise.resolve({ canceled: false, filePath: target });
    };
    return options;
  }, target);
  await save.click();
  await expect(dialog).toBeHidden({ timeout: 60_000 });
  expect(Object.keys(unzipSync(await readFile(target)))).toContain('study-pytorch/model.py');
  expect(await asked.jsonValue()).toEqual([
    { defaultPath: 'study-pytorch.zip', filters: [], properties: ['showOverwriteConfirmation'] },
  ]);
  expect((await readdir(folder)).toSorted()).toEqual(['kept.zip', NAME, 'user-data']);
});

test('an export is verified in the PyTorch of this machine; where it differs the node is marked and shown', async () => {
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  const interpreter = join(folder, 'python');
  await writeFile(interpreter, INTERPRETER(findPython()!), { mode: 0o700 });
  const editor = await start({ PATCHBAY_PYTHON: interpreter, TMPDIR: temporary });
  const { page, electron } = desktop;
  const packages = async () => (await readdir(temporary)).filter((name) => name.startsWith('patchbay-pytorch-'));
  await answerDialogs(electron, { open: [path] });
  await chooseMenuItem(electron, 'file.open');
  await expect.poll(windowTitle).toEqual([`${NAME} – Patchbay`]);
  await editor.settled();
  await chooseMenuItem(electron, 'file.export');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /^PyTorch/ }).check();
  const verify = dialog.getByRole('button', { name: 'Verify', exact: true });

  await verify.click();
  const agreed = /\d+ values agree on 3 inputs, at most .* apart: PyTorch and /;
  await expect(dialog.getByRole('status')).toContainText(agreed, { timeout: 90_000 });
  await page.screenshot({ path: test.info().outputPath('1-agreed.png') });
  expect(await packages()).toEqual([]);

  // Cancelled while PyTorch starts: the interpreter and its folder go with it.
  await writeFile(join(folder, 'slow'), '');
  await verify.click();
  await expect.poll(() => readdir(folder), { timeout: 60_000 }).toContain('waiting');
  await expect(dialog.getByRole('status')).toHaveText('Starting PyTorch …');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(packages).toEqual([]);
  await rm(join(folder, 'slow'));

  await writeFile(join(folder, 'wrong'), '');
  await verify.click();
  await expect(dialog.getByRole('status')).toContainText(/ differs first, off by 1\.0e-2; 0\.00001 is allowed/, {
    timeout: 90_000,
  });
  await page.screenshot({ path: test.info().outputPath('2-differs.png') });
  await dialog.getByRole('button', { name: 'Show the node' }).click();
  const marked = page.locator('article[data-differs]');
  await expect(marked).toHaveCount(1);
  await expect(marked).toContainText('PyTorch is off by 1.0e-2');
  await expect(marked).toHaveAttribute('aria-current', 'true');
  await page.screenshot({ path: test.info().outputPath('3-marked.png') });
});
