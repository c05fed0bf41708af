/** Engines in headless Chromium: each in a worker of a page of its own, all on the browser's one GPU process. */
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

/** A process that waits for a page to come would count as the memory of the one before. */
const NO_SPARE_PROCESSES = '--disable-features=SpareRendererForSitePerProcess';

/** Builds the page, serves it to this machine, and starts the browser. */
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
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...CHROMIUM_FLAGS, NO_SPARE_PROCESSES] });
  return {
    version: `Chromium ${browser.version()}`,
    openRemote: () => openPage(browser, serving.url),
    close: async () => {
      await browser.close();
      await serving.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A context of its own, so that the browser gives it a process of its own. */
async function openPage(browser: Browser, url: string): Promise<Remote> {
  const others = await pidsOf(browser, 'renderer');
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => 'callEngine' in globalThis);
  const own = (await pidsOf(browser, 'renderer')).filter((pid) => !others.includes(pid));
  return {
    ...remoteThread((call) => ask(page, call)),
    // One of the pages computes at a time: what the GPU process takes then is that page's.
    pids: async () => [...own, ...(await pidsOf(browser, 'GPU'))],
    close: () => context.close(),
  };
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

async function pidsOf(browser: Browser, wanted: 'GPU' | 'renderer'): Promise<number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === wanted).map(({ id }) => id);
}
