/** Starts the built desktop application for a test, in Electron where there is one and in the stand-in elsewhere. */
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, type ElectronApplication, type Page } from '@playwright/test';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '../..');

/** Of a start: its folder of settings is not the person's own, for the application leaves in it which documents are open. */
export function testEnvironment(): Record<string, string> {
  return { ...(process.env as Record<string, string>), XDG_CONFIG_HOME: join(tmpdir(), 'patchbay-tests-config') };
}

export interface Desktop {
  readonly electron: ElectronApplication;
  readonly page: Page;
}

export function electronExecutable(): string {
  return process.env['PATCHBAY_ELECTRON'] ?? join(import.meta.dirname, 'electron.ts');
}

/** A folder that an application can be started from: the built main process and preload, with another page in them. */
export async function appWithPage(pageSource: string): Promise<string> {
  const built = join(ROOT, 'dist/electron');
  if (!existsSync(join(built, 'main.cjs')))
    throw new Error('There is no dist/electron: build it first (npm run build).');
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-app-'));
  await cp(built, join(folder, 'dist/electron'), { recursive: true });
  await buildPage(pageSource, join(folder, 'dist/renderer'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'patchbay', main: 'dist/electron/main.cjs' }));
  return folder;
}

/** Builds a page as the renderer is built. */
export async function buildPage(pageSource: string, outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  await build({
    root: pageSource,
    base: './',
    configFile: false,
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true, target: 'es2024', modulePreload: { polyfill: false } },
  });
}

/** Starts an application and waits for its page. `words` stand after the application on the command line. */
export async function launchDesktop(
  app: string,
  userData: string,
  words: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Desktop> {
  const electron = await _electron.launch({
    executablePath: electronExecutable(),
    args: [`--user-data-dir=${userData}`, app, ...words],
    env: { ...testEnvironment(), ...environment },
  });
  const page = await electron.firstWindow();
  // A window is empty before its page loads, for which the test has all of its time.
  await page.waitForURL((url) => url.protocol !== 'about:', { timeout: 0 });
  return { electron, page };
}

/** Makes the native dialogs give this answer from now on: as when a person chose it. */
export async function answerDialogs(
  electron: ElectronApplication,
  answers: { readonly open?: readonly string[]; readonly save?: string; readonly button?: number },
): Promise<void> {
  await electron.evaluate(({ dialog }, { open = [], save = '', button = 0 }) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: open.length === 0, filePaths: [...open] });
    dialog.showSaveDialog = () => Promise.resolve({ canceled: save === '', filePath: save });
    dialog.showMessageBox = () => Promise.resolve({ response: button, checkboxChecked: false });
  }, answers);
}

/** Waits until the GPU process is among those of the application: the stand-in looks for it by and by. */
export async function gpuProcessKnown(electron: ElectronApplication): Promise<void> {
  const known = () => electron.evaluate(({ app }) => app.getAppMetrics().some(({ type }) => type === 'GPU'));
  await expect.poll(known, 'the GPU process is known').toBe(true);
}

/** Chooses an item of the application's menu, once the page has told that it can be. */
export async function chooseMenuItem(electron: ElectronApplication, id: string): Promise<void> {
  const choose = () =>
    electron.evaluate(({ Menu }, id) => {
      const item = Menu.getApplicationMenu()?.getMenuItemById(id);
      if (!item?.enabled) return false;
      item.click();
      return true;
    }, id);
  await expect.poll(choose, `the menu's item ${id}`).toBe(true);
}
