/** The built main process and preload, with a page that is nothing but the platform. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import {
  answerDialogs,
  appWithPage,
  chooseMenuItem,
  type Desktop,
  electronExecutable,
  launchDesktop,
} from './stand-in/launch.ts';

let app: string;
let folder: string;
let userData: string;
let desktop: Desktop;

test.beforeAll(async () => {
  app = await appWithPage(join(import.meta.dirname, 'platform-page'));
});

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-desktop-'));
  userData = join(folder, 'user-data');
});

test.afterEach(async () => {
  // Whatever the test left unsaved must not keep the app open.
  await desktop.page.evaluate(() => (window.mayClose = true)).catch(() => undefined);
  await desktop.electron.close();
});

test('the window shows the page from its own protocol, isolated, with the bridge and nothing of Node', async () => {
  desktop = await launchDesktop(app, userData);
  const { electron, page } = desktop;
  expect(
    await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((w) => w.webContents.getURL())),
  ).toEqual(['patchbay://app/']);
  const facts = await page.evaluate(() => ({
    kind: window.platform.kind,
    bridge: Object.keys(window.patchbayDesktop!).length,
    node: ['require', 'process', 'Buffer', 'module'].filter((name) => name in globalThis),
    isolated: crossOriginIsolated,
    secure: isSecureContext,
    gpu: 'gpu' in navigator,
  }));
  expect(facts).toEqual({ kind: 'electron', bridge: 18, node: [], isolated: true, secure: true, gpu: true });
});
