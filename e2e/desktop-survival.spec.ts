/** The window's process and the GPU's die under the desktop application, in the middle of runs and of edits. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, test, type ElectronApplication } from '@playwright/test';
import { JournalFolder } from '../electron/journal.ts';
import { formatDocument } from '../graph/file.ts';
import type { PatchbayDocument } from '../graph/schema.ts';
import { FULL } from '../scripts/effort.ts';
import { replay } from '../renderer/session/journal-log.ts';
import { shownDocument } from './killing/edit-at-random.ts';
import { answerDialogs, launchDesktop } from './stand-in/launch.ts';
import { Editor } from './support/editor.ts';
import { longChain } from './support/long-chain.ts';
import { settled, shownBy } from './support/shown.ts';

const ROOT = join(import.meta.dirname, '..');
const TIMES = FULL ? 10 : 1;

test.setTimeout(120_000 + TIMES * 240_000);

let userData: string;
let electron: ElectronApplication;
let editor: Editor;

test.beforeEach(async () => {
  userData = await mkdtemp(join(tmpdir(), 'patchbay-survival-'));
});

test.afterEach(async () => {
  // Discard what the test left unsaved.
  await answerDialogs(electron, { button: 1 }).catch(() => undefined);
  await electron.close();
  await rm(userData, { recursive: true, force: true });
});

test(`the window’s process crashes ${TIMES} times in a run and in an edit`, async () => {
  await start(512);
  const shown = [];
  for (const seed of [2, 3]) shown[seed] = await runWith(seed);
  const asked = await electron.evaluateHandle(({ dialog }) => {
    const asked: string[] = [];
    dialog.showMessageBox = (...words: unknown[]) => {
      const { message, detail } = words.at(-1) as { message: string; detail: string };
      asked.push(`${message} ${detail}`);
      return Promise.resolve({ response: 0, checkboxChecked: false });
    };
    return asked;
  });
  for (let time = 1; time <= TIMES; time++) {
    const seed = 2 + (time % 2);
    const before = await editUntilKept(seed);
    await editor.page.keyboard.press('Control+Enter');
    await expect(editor.run).toHaveAttribute('data-status', 'running');
    await crashAndRecover();
    expect(await shownFile(), `the document after crash ${time} in a run`).toBe(before);
    await editor.page.keyboard.press('Control+Enter');
    await settled(editor);
    expect(await shownBy(editor.page)).toEqual(shown[seed]);

    const edited = await editUntilKept(5 - seed);
    // A node is in hand: what was not let go was no edit.
    const header = (await editor.node('layer2').locator('.node-header').boundingBox())!;
    await editor.page.mouse.move(header.x + 40, header.y + header.height / 2);
    await editor.page.mouse.down();
    await editor.page.mouse.move(header.x + 90, header.y + 100, { steps: 5 });
    await crashAndRecover();
    expect(await shownFile(), `the document after crash ${time} in an edit`).toBe(edited);
  }
  expect(await asked.jsonValue()).toEqual(
    Array<string>(2 * TIMES).fill(
      "The window's process stopped (crashed). Unsaved edits are in the journal and will be offered after reloading.",
    ),
  );
});

test(`the GPU’s process is killed ${TIMES} times in a run and in an edit`, async () => {
  await start(160);
  const { page } = editor;
  await page.getByRole('contentinfo', { name: 'Status' }).getByRole('button', { name: /·/ }).click();
  await page.getByRole('menuitemradio', { name: /^WebGPU/ }).click();
  // A relaunch is offered when it dies again and again: not now.
  await answerDialogs(electron, { button: 1 });
  const shown = [];
  for (const seed of [3, 2]) shown[seed] = await runWith(seed);
  await killGpu();
  await settled(editor);
  for (let time = 1; time <= TIMES; time++) {
    const seed = 2 + (time % 2);
    await editor.set('seed', String(seed));
    const before = await shownFile();
    await page.keyboard.press('Control+Enter');
    await expect(editor.run).toHaveAttribute('data-status', 'running');
    await killGpu();
    await settled(editor);
    expect(await shownFile()).toBe(before);
    expect(await shownBy(page), `values after death ${time}`).toEqual(shown[seed]);

    const field = editor.field('seed');
    await field.fill('1');
    await killGpu();
    await expect(field).toHaveValue('1');
    await page.keyboard.press('Escape');
    expect(await shownFile()).toBe(before);
    await settled(editor);
  }
});

/** Opens a graph whose run takes a while, from its file. */
async function start(rows: number): Promise<void> {
  const path = join(userData, 'chain.patchbay');
  await writeFile(path, longChain(rows));
  const desktop = await launchDesktop(ROOT, userData, [path]);
  electron = desktop.electron;
  await desktop.page.setViewportSize({ width: 1800, height: 900 });
  editor = new Editor(desktop.page);
  await ready();
}

async function ready(): Promise<void> {
  await expect(editor.node('x')).toBeVisible();
  await editor.runOnDemand();
  await editor.select('x');
}

async function runWith(seed: number) {
  await editor.set('seed', String(seed));
  await editor.page.keyboard.press('Control+Enter');
  await settled(editor);
  return shownBy(editor.page);
}

/** Sets the seed, and waits until the journal has it. @returns the document, as a file. */
async function editUntilKept(seed: number): Promise<string> {
  await editor.set('seed', String(seed));
  const document = await shownFile();
  const journal = new JournalFolder(join(userData, 'journal'));
  const kept = async () => (await journal.read()).map(({ bytes }) => fileOf(replay(bytes)));
  await expect.poll(kept).toEqual([document]);
  return document;
}

async function shownFile(): Promise<string> {
  return fileOf(await shownDocument(editor.page));
}

/** The bytes of a document's file. */
function fileOf(json: string): string {
  return formatDocument(JSON.parse(json) as PatchbayDocument);
}

/** The window's process crashes; its page comes back, and brings the edits. */
async function crashAndRecover(): Promise<void> {
  const port = Number((await readFile(await activePort(), 'utf8')).split('\n')[0]);
  await electron.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents;
    const again = new Promise((loaded) => contents.once('did-finish-load', () => loaded(null)));
    contents.forcefullyCrashRenderer();
    await again;
  });
  // A page that has crashed is over for whoever was connected to it.
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const page = browser.contexts()[0]!.pages()[0]!;
  await page.setViewportSize({ width: 1800, height: 900 });
  await page.getByRole('region', { name: 'Unsaved edits from before' }).getByRole('button').first().click();
  editor = new Editor(page);
  await ready();
}

async function activePort(): Promise<string> {
  // The stand-in's browser has a profile of its own.
  const places = [join(userData, 'DevToolsActivePort'), join(userData, 'stand-in-chromium/DevToolsActivePort')];
  const found = [];
  for (const place of places) if (await readFile(place).catch(() => null)) found.push(place);
  return found[0]!;
}

async function killGpu(): Promise<void> {
  const kill = () =>
    electron.evaluate(({ app }) => {
      const gpu = app.getAppMetrics().find(({ type }) => type === 'GPU');
      if (gpu) process.kill(gpu.pid, 'SIGKILL');
      return gpu !== undefined;
    });
  await expect.poll(kill).toBe(true);
  await expect(editor.page.getByText(/The graphics process stopped .* nothing is lost/).first()).toBeVisible();
}
