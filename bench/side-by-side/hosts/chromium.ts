/**
 * Engines in headless Chromium: each in a worker of a page, in a browser of its own. One that ends its GPU process ends no
 * other's, and memory is told apart.
 */
import { chromium, type Browser, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, defaultClientConditions } from 'vite';
import { CHROMIUM_FLAGS } from '../../../scripts/chromium-flags.ts';
import { serve } from '../../../scripts/serve.ts';
import { CHROMIUM } from '../../../scripts/system.ts';
import { remoteThread, type ThreadCall } from '../thread.ts';
import type { HostRunner, Remote } from './remote.ts';

/** A process that waits for a page to come would count as memory of the one that is there. */
const NO_SPARE_PROCESSES = '--disable-features=SpareRendererForSitePerProcess';

/** Builds the page and serves it to this machine. */
export async function chromiumHost(): Promise<HostRunner> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: join(import.meta.dirname, 'page'),
    base: './',
    worker: { format: 'es' },
    // As vite.config.ts has it: ONNX Runtime's binaries are files beside.
    resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
    build: { outDir: folder, emptyOutDir: true, target: 'esnext', assetsInlineLimit: 0 },
  });
  const serving = await serve({ folder, port: 0 });
  const probe = await launch();
  const version = `Chromium ${probe.version()}`;
  await probe.close();
  return {
    version,
    openRemote: () => openBrowser(serving.url),
    close: async () => {
      await serving.close();
      await rm(folder, { recursive: true });
    },
  };
}

function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: [...CHROMIUM_FLAGS, NO_SPARE_PROCESSES] });
}

async function openBrowser(url: string): Promise<Remote> {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction(() => 'callEngine' in globalThis);
    return {
      ...remoteThread((call) => ask(page, call)),
      pids: () => pidsOf(browser),
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function ask(page: Page, call: ThreadCall): Promise<unknown> {
  const { promise: crashed, reject } = Promise.withResolvers<never>();
  const onCrash = (): void => reject(new Error('the page crashed'));
  page.once('crash', onCrash);
  try {
    const { result, fault } = await Promise.race([
      page.evaluate((given) => globalThis.callEngine(given), call),
      crashed,
    ]);
    if (fault !== undefined) throw new Error(fault);
    return result;
  } finally {
    page.off('crash', onCrash);
  }
}

/** The page's process, and the GPU's. */
async function pidsOf(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'GPU' || type === 'renderer').map(({ id }) => id);
}
