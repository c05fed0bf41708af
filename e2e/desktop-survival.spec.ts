/** What dies under the desktop application, in the middle of a run and of an edit: it is told, and the document and its values are back. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type ElectronApplication } from '@playwright/test';
import { parseEntry } from '../electron/journal.ts';
import { replay } from '../renderer/session/journal-log.ts';
import { answerDialogs, chooseMenuItem, gpuProcessKnown, launchDesktop } from './stand-in/launch.ts';
import { documentOf, findApp, journalFiles, journalled, shownDocument } from './support/application.ts';
import { watchThreads } from './support/deaths.ts';
import { Editor, rememberDevice } from './support/editor.ts';
import { longChain } from './support/long-chain.ts';
import { COMPUTED, readShown, type Shown } from './support/shown.ts';
import { LOST, openChain, running, runWith, survive, SURVIVAL_TIMEOUT, tell, TIMES } from './support/survive.ts';

const ROOT = join(import.meta.dirname, '..');
const ROWS = 240;

test.setTimeout(SURVIVAL_TIMEOUT);

let folder: string;
let userData: string;
let electron: ElectronApplication;
let isRunning = false;

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-survival-'));
  userData = join(folder, 'user-data');
});

test.afterEach(async () => {
  if (isRunning) await kill();
  await rm(folder, { recursive: true, force: true });
});

/** With the GPU chosen, and no movement that a comparison of what is shown would have to wait for. */
async function start(): Promise<Editor> {
  const desktop = await launchDesktop(ROOT, userData);
  ({ electron } = desktop);
  isRunning = true;
  const { page } = desktop;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1800, height: 900 });
  await watchThreads(page);
  await rememberDevice(page, 'gpu');
  return new Editor(page);
}

/** At once, and nothing asks. */
async function kill(): Promise<void> {
  const ended = electron.waitForEvent('close');
  process.kill(-electron.process().pid!, 'SIGKILL');
  await ended;
  isRunning = false;
}

test(`a crash of the GPU process, ${TIMES} times in a run and in an edit`, { tag: '@endurance' }, async () => {
  const editor = await start();
  // The third death within minutes has a relaunch offered: not now.
  await answerDialogs(electron, { button: 1 });
  await editor.page.reload();
  await openChain(editor, ROWS);
  await survive(editor, {
    title: 'a crash of the GPU process',
    device: 'gpu',
    rows: ROWS,
    told: LOST,
    die: async () => {
      await gpuProcessKnown(electron);
      await electron.evaluate(({ app }) => {
        process.kill(app.getAppMetrics().find(({ type }) => type === 'GPU')!.pid, 'SIGKILL');
      });
    },
  });
});

test(`a crash of the page, ${TIMES} times in a run and in an edit`, { tag: '@endurance' }, async () => {
  const path = join(folder, 'chain.patchbay');
  await writeFile(path, longChain(ROWS));
  const shown = await untouched(path);
  for (const where of ['in a run', 'in an edit'] as const) {
    for (let time = 1; time <= TIMES; time++) {
      // Not the default, which the file has: there would be no edit to come back.
      const seed = 2 + (time % 2);
      const editor = await opened(path);
      await editor.set('seed', String(seed));
      const before = await shownDocument(editor.page);
      await expect.poll(journalledOnDisk, 'the edit is in the journal').toBe(before);
      if (where === 'in a run') await begin(editor);
      else await (time % 2 === 0 ? halfTyped : halfDragged)(editor);
      const told = await crashAndReload();
      expect(await told()).toEqual([expect.stringMatching(/^The window's process stopped \(.+\)\.$/)]);
      await recover();
      expect(await inPage(shownScript), `values after crash ${time} ${where}`).toEqual(shown[seed]);
      expect(await inPage(documentScript), `the document after crash ${time} ${where}`).toBe(before);
      await kill();
      tell(where, time);
    }
  }
});

/** The file, with nothing left of edits that a test before has made to it. */
async function opened(path: string): Promise<Editor> {
  const editor = await start();
  await editor.page.reload();
  await expect(editor.page.getByRole('region', { name: 'Templates' })).toBeVisible();
  await discardAll(editor);
  await answerDialogs(electron, { open: [path] });
  await chooseMenuItem(electron, 'file.open');
  await expect(editor.node('x')).toBeVisible();
  await editor.runOnDemand();
  await editor.select('x');
  return editor;
}

async function discardAll({ page }: Editor): Promise<void> {
  const discard = page.getByRole('button', { name: /^Discard the edits/ });
  for (let left = (await journalled(page)).length; left > 0; left--) {
    await expect(discard).toHaveCount(left);
    await discard.first().click();
  }
  await expect(discard).toHaveCount(0);
}

/** What runs that nothing disturbs show, by seed. */
async function untouched(path: string): Promise<readonly Shown[]> {
  const editor = await opened(path);
  const shown: Shown[] = [];
  for (const seed of [3, 2]) shown[seed] = await runWith(editor, seed);
  await kill();
  return shown;
}

/** The document of the one entry of the journal, as another start would read it. */
async function journalledOnDisk(): Promise<string | null> {
  const [name] = await journalFiles(userData);
  if (name === undefined) return null;
  // One that was discarded before may go just now.
  const bytes = await readFile(join(userData, 'journal', name)).catch(() => null);
  const entry = bytes && parseEntry(bytes);
  return entry && replay(entry.bytes);
}

async function begin(editor: Editor): Promise<void> {
  await editor.page.keyboard.press('Control+Enter');
  await running(editor.page);
}

async function halfTyped(editor: Editor): Promise<void> {
  await editor.field('seed').fill('');
  await editor.field('seed').pressSequentially('3');
}

async function halfDragged(editor: Editor): Promise<void> {
  const header = (await editor.node('layer2').locator('.node-header').boundingBox())!;
  await editor.page.mouse.move(header.x + 40, header.y + header.height / 2);
  await editor.page.mouse.down();
  await editor.page.mouse.move(header.x + 90, header.y + 100, { steps: 5 });
}

/** The page's process ends, and the person has it reloaded. @returns what was asked. */
async function crashAndReload(): Promise<() => Promise<readonly string[]>> {
  const asked = await electron.evaluateHandle(({ dialog }) => {
    const messages: string[] = [];
    dialog.showMessageBox = ((_window: unknown, { message }: { readonly message: string }) => {
      messages.push(message);
      return Promise.resolve({ response: 0, checkboxChecked: false });
    }) as typeof dialog.showMessageBox;
    return messages;
  });
  await electron.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    const { promise, resolve } = Promise.withResolvers<void>();
    webContents.once('dom-ready', () => resolve());
    webContents.forcefullyCrashRenderer();
    return promise;
  });
  return () => asked.jsonValue();
}

// The tests' own connection to a page ends with the page's process: from here on the main process asks it.

async function inPage(script: string): Promise<unknown> {
  return await electron.evaluate(
    ({ BrowserWindow }, script) => BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(script, true),
    script,
  );
}

const shownScript = `(${readShown.toString()})(${JSON.stringify(COMPUTED)})`;
const documentScript = `(${documentOf.toString()})((${findApp.toString()})())`;

/** Clicks what this selector finds, if it is there. */
const clickScript = (selector: string) =>
  `(() => { const found = document.querySelector(${JSON.stringify(selector)}); found?.click(); return found !== null; })()`;

/** Opens what the journal offers, and has it computed. */
async function recover(): Promise<void> {
  const offer = '[aria-labelledby="gallery-recovered"] .gallery-row';
  await expect.poll(() => inPage(clickScript(offer)), 'edits are offered').toBe(true);
  await expect.poll(() => inPage(`document.querySelector('article[data-node="x"]') !== null`)).toBe(true);
  await chooseMenuItem(electron, 'run.run');
  const state = `(() => {
    const pill = document.querySelector('.run-pill');
    if (!pill) return null;
    const { status, current } = pill.dataset;
    const waiting = document.querySelectorAll(${JSON.stringify(`${COMPUTED} .caption .mean:empty`)}).length;
    return { status, current, busy: pill.getAttribute('aria-busy'), waiting };
  })()`;
  await expect
    .poll(() => inPage(state), { timeout: 60_000 })
    .toEqual({ status: 'done', current: 'true', busy: 'false', waiting: 0 });
}
