/** Several windows of the desktop application: each has its documents, one file is edited in one of them, and the end asks in each. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import {
  answerDialogs,
  chooseMenuItem,
  type Desktop,
  electronExecutable,
  launchDesktop,
  testEnvironment,
} from './stand-in/launch.ts';
import { countUnsavedAnswers, journalFiles } from './support/application.ts';
import { Editor } from './support/editor.ts';

const ROOT = join(import.meta.dirname, '..');

/** There is nothing in it to compute: only the windows are looked at. */
function documentOf(seed: number): string {
  const modules = [{ name: 'Model', hyperparameters: [], sizes: [], nodes: [], edges: [] }];
  return JSON.stringify({ format: 'patchbay', version: 1, seed, main: 'Model', presets: [], modules, assets: [] });
}

let folder: string;
let userData: string;
let desktop: Desktop;

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-windows-'));
  userData = join(folder, 'user-data');
  for (const name of ['first.patchbay', 'second.patchbay']) await writeFile(join(folder, name), documentOf(1));
  desktop = await launchDesktop(ROOT, userData);
  await desktop.page.setViewportSize({ width: 1280, height: 800 });
});

test.afterEach(async () => {
  await end(desktop);
});

/** Whatever a test left unsaved must not keep the application open. */
async function end({ electron }: Desktop): Promise<void> {
  const killed = electron.process().exitCode !== null || electron.process().signalCode !== null;
  if (killed) return;
  const closed = electron.waitForEvent('close');
  process.kill(-electron.process().pid!, 'SIGKILL');
  await closed;
}

/** Opens a window by the menu of the one in front. */
async function newWindow(by = 'file.new-window'): Promise<Page> {
  const opening = desktop.electron.waitForEvent('window');
  await chooseMenuItem(desktop.electron, by);
  const page = await opening;
  await page.waitForURL((url) => url.protocol !== 'about:');
  await page.setViewportSize({ width: 1280, height: 800 });
  return page;
}

/** As a click into the window does. */
async function focus(page: Page): Promise<void> {
  const title = await page.title();
  await desktop.electron.evaluate(({ BrowserWindow }, title) => {
    BrowserWindow.getAllWindows()
      .find((window) => window.getTitle() === title)!
      .focus();
  }, title);
  await page.bringToFront();
}

/** Opens a file in the window in front. */
async function open(page: Page, name: string): Promise<void> {
  await answerDialogs(desktop.electron, { open: [join(folder, name)] });
  await chooseMenuItem(desktop.electron, 'file.open');
  await expect(page).toHaveTitle(`${name} – Patchbay`);
  await expect.poll(titles).toContain(`${name} – Patchbay`);
}

const titles = () =>
  desktop.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .map((window) => window.getTitle())
      .sort(),
  );

const focused = () => desktop.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow()?.getTitle());

async function seedOnDisk(name: string): Promise<unknown> {
  return (JSON.parse(await readFile(join(folder, name), 'utf8')) as { seed: unknown }).seed;
}

const journal = async () => (await journalFiles(userData)).length;

const quit = () => desktop.electron.evaluate(({ app }) => app.quit());

/** A second start of the application, with these words. */
async function startAgain(...words: readonly string[]): Promise<void> {
  const other = spawn(electronExecutable(), [`--user-data-dir=${userData}`, '--no-sandbox', ROOT, ...words], {
    cwd: folder,
    stdio: 'ignore',
    env: testEnvironment(),
  });
  expect(await new Promise((ended) => other.once('exit', ended))).toBe(0);
}

test('edits in two windows do not mix; the menu acts on the one in front; closing one keeps the other', async () => {
  const one = desktop.page;
  await open(one, 'first.patchbay');
  await new Editor(one).set('seed', '6');
  const two = await newWindow();
  await expect(two.getByRole('heading', { name: 'Patchbay' })).toBeVisible();
  await open(two, 'second.patchbay');
  await new Editor(two).set('seed', '3');
  await expect.poll(titles).toEqual(['• first.patchbay – Patchbay', '• second.patchbay – Patchbay']);
  await expect(new Editor(one).field('seed')).toHaveValue('6');

  // The window in front is saved and undone, the other stays as it is.
  await chooseMenuItem(desktop.electron, 'file.save');
  await expect.poll(titles).toEqual(['second.patchbay – Patchbay', '• first.patchbay – Patchbay'].sort());
  expect([await seedOnDisk('first.patchbay'), await seedOnDisk('second.patchbay')]).toEqual([1, 3]);
  await focus(one);
  await chooseMenuItem(desktop.electron, 'edit.undo');
  await expect.poll(titles).toEqual(['first.patchbay – Patchbay', 'second.patchbay – Patchbay']);
  await expect(new Editor(two).field('seed')).toHaveValue('3');

  const closed = two.waitForEvent('close');
  await desktop.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((window) => window.getTitle().startsWith('second'))!
      .close(),
  );
  await closed;
  await expect.poll(titles).toEqual(['first.patchbay – Patchbay']);
  await new Editor(one).set('seed', '4');
  await chooseMenuItem(desktop.electron, 'file.save');
  await expect.poll(() => seedOnDisk('first.patchbay')).toBe(4);
});

test('a file that another window has open is shown there, be it chosen, recent, or named by a second start', async () => {
  const one = desktop.page;
  await open(one, 'second.patchbay');
  await open(one, 'first.patchbay');
  const two = await newWindow();
  await expect.poll(focused).toBe('Patchbay');
  await two
    .getByRole('region', { name: 'Recent files' })
    .getByRole('button', { name: /^second\./ })
    .click();
  await expect.poll(focused).toBe('second.patchbay – Patchbay');
  await expect(one).toHaveTitle('second.patchbay – Patchbay');
  await expect(two.getByText('second.patchbay is open in another window, which shows it now')).toBeVisible();
  await expect(two).toHaveTitle('Patchbay');

  await focus(two);
  await startAgain('first.patchbay');
  await expect.poll(focused).toBe('first.patchbay – Patchbay');
  // What nobody has open comes to the window that was used last.
  await focus(two);
  await writeFile(join(folder, 'third.patchbay'), documentOf(1));
  await startAgain('third.patchbay');
  await expect(two).toHaveTitle('third.patchbay – Patchbay');
  await expect.poll(titles).toEqual(['first.patchbay – Patchbay', 'third.patchbay – Patchbay']);

  // Once its tab is closed, it opens wherever it is wanted.
  await focus(one);
  await chooseMenuItem(desktop.electron, 'file.close-tab');
  await expect(one).toHaveTitle('second.patchbay – Patchbay');
  await focus(two);
  await open(two, 'first.patchbay');
});

test('to quit with unsaved edits in both asks in each, and one that keeps them keeps the application', async () => {
  const one = desktop.page;
  await open(one, 'first.patchbay');
  await new Editor(one).set('seed', '6');
  const two = await newWindow();
  await open(two, 'second.patchbay');
  await new Editor(two).set('seed', '3');
  const three = await newWindow();
  await expect.poll(titles).toEqual(['Patchbay', '• first.patchbay – Patchbay', '• second.patchbay – Patchbay'].sort());
  const asked = await desktop.electron.evaluateHandle(({ dialog }) => {
    const state = { messages: [] as string[], answer: 2 };
    dialog.showMessageBox = (...words: unknown[]) => {
      state.messages.push((words.at(-1) as { message: string }).message);
      return Promise.resolve({ response: state.answer, checkboxChecked: false });
    };
    return state;
  });
  const messages = () => asked.evaluate((state) => state.messages);
  const answered = await countUnsavedAnswers(two);
  await quit();
  await expect.poll(answered).toBe(1);
  expect(await messages()).toEqual(['Save the edits of second.patchbay?']);
  // Called off: nothing has closed, not even what had nothing to lose.
  await quit();
  await expect.poll(answered).toBe(2);
  expect(await messages()).toHaveLength(2);
  expect(await titles()).toHaveLength(3);
  expect(three.isClosed()).toBe(false);

  await asked.evaluate((state) => (state.answer = 0));
  const ended = desktop.electron.waitForEvent('close');
  await quit();
  await ended;
  expect([await seedOnDisk('first.patchbay'), await seedOnDisk('second.patchbay')]).toEqual([6, 3]);
  expect(await readdir(join(userData, 'journal'))).toEqual([]);

  // What both had open is offered again.
  desktop = await launchDesktop(ROOT, userData);
  await desktop.page.getByRole('button', { name: 'Reopen 2 files' }).click();
  const tabs = desktop.page.getByRole('tablist', { name: 'Open documents' }).getByRole('tab');
  await expect(tabs).toHaveText(['first.patchbay', 'second.patchbay']);
});

test('after a kill the edits of all windows are offered; who takes one, has it alone', async () => {
  const one = desktop.page;
  await open(one, 'first.patchbay');
  await new Editor(one).set('seed', '6');
  const two = await newWindow();
  await open(two, 'second.patchbay');
  await new Editor(two).set('seed', '3');
  await expect.poll(journal).toBe(2);
  // A window that comes now is not offered what others have open.
  const three = await newWindow();
  await expect(three.getByRole('region', { name: 'Recent files' })).toBeVisible();
  await expect(three.getByRole('region', { name: 'Unsaved edits from before' })).toBeHidden();
  await end(desktop);

  desktop = await launchDesktop(ROOT, userData);
  const recovered = (page: Page) =>
    page.getByRole('region', { name: 'Unsaved edits from before' }).getByRole('button', { name: /edits that are not/ });
  await expect(recovered(desktop.page)).toHaveCount(2);
  const other = await newWindow();
  await expect(recovered(other)).toHaveCount(2);
  await recovered(desktop.page).filter({ hasText: 'first' }).click();
  await expect(desktop.page).toHaveTitle('• first.patchbay – Patchbay');
  await recovered(other).filter({ hasText: 'first' }).click();
  await expect(other.getByText('The edits of first.patchbay are open in another window, or gone')).toBeVisible();
  await expect(recovered(other)).toHaveCount(1);
  await recovered(other).click();
  await expect(other).toHaveTitle('• second.patchbay – Patchbay');
  await expect(new Editor(desktop.page).field('seed')).toHaveValue('6');
  await expect(new Editor(other).field('seed')).toHaveValue('3');
});

test('a document moves to a new window with its unsaved edits, and is saved from there', async () => {
  const one = desktop.page;
  await open(one, 'first.patchbay');
  await open(one, 'second.patchbay');
  await new Editor(one).set('seed', '3');
  const two = await newWindow('file.move-to-window');
  await expect(two).toHaveTitle('• second.patchbay – Patchbay');
  await expect(one).toHaveTitle('first.patchbay – Patchbay');
  await expect(one.getByRole('tablist')).toBeHidden();
  await expect(new Editor(two).field('seed')).toHaveValue('3');
  await chooseMenuItem(desktop.electron, 'file.save');
  await expect(two).toHaveTitle('second.patchbay – Patchbay');
  expect(await seedOnDisk('second.patchbay')).toBe(3);
  await expect.poll(journal).toBe(0);
  // It is the new window's file now.
  await focus(one);
  await answerDialogs(desktop.electron, { open: [join(folder, 'second.patchbay')] });
  await chooseMenuItem(desktop.electron, 'file.open');
  await expect.poll(focused).toBe('second.patchbay – Patchbay');
});

test('a file that another Patchbay has open: read-only, anyway, or not; and none once that one was killed', async () => {
  await open(desktop.page, 'first.patchbay');
  const other = await launchDesktop(ROOT, join(folder, 'other-data'));
  try {
    const { page, electron } = other;
    await page.setViewportSize({ width: 1280, height: 800 });
    const editor = new Editor(page);
    const question = page.getByRole('alertdialog', { name: 'first.patchbay is open in another Patchbay' });
    const ask = async () => {
      await answerDialogs(electron, { open: [join(folder, 'first.patchbay')] });
      await chooseMenuItem(electron, 'file.open');
      await expect(question).toBeVisible();
    };
    await ask();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await expect(question).toBeHidden();
    await expect(page).toHaveTitle('Patchbay');

    await ask();
    await question.getByRole('button', { name: 'Open read-only' }).click();
    await expect(page).toHaveTitle('first.patchbay – Patchbay');
    await expect(page.getByText('read-only: open elsewhere')).toBeVisible();
    await expect(editor.field('seed')).not.toBeEditable();
    // Saved as another it is a document like any other.
    await answerDialogs(electron, { save: join(folder, 'copy.patchbay') });
    await chooseMenuItem(electron, 'file.save-as');
    await expect(page).toHaveTitle('copy.patchbay – Patchbay');
    await editor.set('seed', '3');
    await expect(page).toHaveTitle('• copy.patchbay – Patchbay');

    await ask();
    await question.getByRole('button', { name: 'Open anyway' }).click();
    await expect(page).toHaveTitle('first.patchbay – Patchbay');
    await editor.set('seed', '6');
    await chooseMenuItem(electron, 'file.save');
    await expect.poll(() => seedOnDisk('first.patchbay')).toBe(6);
    // The other side is asked before it overwrites that.
    await new Editor(desktop.page).set('seed', '2');
    const asked = await desktop.electron.evaluateHandle(({ dialog }) => {
      const messages: string[] = [];
      dialog.showMessageBox = (...words: unknown[]) => {
        messages.push((words.at(-1) as { message: string }).message);
        return Promise.resolve({ response: 1, checkboxChecked: false });
      };
      return messages;
    });
    await chooseMenuItem(desktop.electron, 'file.save');
    await expect.poll(() => asked.jsonValue()).toEqual(['Overwrite first.patchbay?']);
    expect(await seedOnDisk('first.patchbay')).toBe(6);
  } finally {
    await end(other);
  }
  // Killed with the file open, it keeps nobody from it.
  await chooseMenuItem(desktop.electron, 'edit.undo');
  await end(desktop);
  desktop = await launchDesktop(ROOT, join(folder, 'third-data'));
  await open(desktop.page, 'first.patchbay');
  await new Editor(desktop.page).set('seed', '3');
  await expect(desktop.page).toHaveTitle('• first.patchbay – Patchbay');
});
