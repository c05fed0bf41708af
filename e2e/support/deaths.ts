/** Ways to die: how a test takes away the GPU, its device, or a thread of the page. The application knows nothing of them. */
import type { Browser, Page } from '@playwright/test';

export type Thread = 'gpu' | 'compile';

/** Keeps the workers of the page, by their names, for `endThread`. Before the page is opened. */
export async function watchThreads(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const threads: Record<string, Worker> = {};
    Object.assign(window, {
      threads,
      Worker: class extends Worker {
        constructor(url: string | URL, options?: WorkerOptions) {
          super(url, options);
          threads[options?.name ?? ''] = this;
        }
      },
    });
  });
}

/** Ends a worker: nobody is told. */
export async function endThread(page: Page, thread: Thread): Promise<void> {
  await page.evaluate((thread) => {
    (window as unknown as { threads: Record<string, Worker> }).threads[thread]!.terminate();
  }, thread);
}

/** Keeps the GPU devices that the page's worker is given, for `destroyDevice`. Before the page is opened. */
export async function watchDevices(page: Page): Promise<void> {
  const watch = `{
    const request = GPUAdapter.prototype.requestDevice;
    globalThis.devices = [];
    GPUAdapter.prototype.requestDevice = async function (...options) {
      const device = await request.apply(this, options);
      globalThis.devices.push(device);
      return device;
    };
  }\n`;
  await page.route(/\/gpu\.worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: watch + (await response.text()) });
  });
}

/** Destroys the device that computes, as a driver that is replaced would. */
export async function destroyDevice(page: Page): Promise<void> {
  const worker = page.workers().find((worker) => worker.url().includes('gpu.worker'))!;
  await worker.evaluate(() => (globalThis as unknown as { devices: GPUDevice[] }).devices.at(-1)!.destroy());
}

export async function crashGpu(browser: Browser): Promise<void> {
  const cdp = await browser.newBrowserCDPSession();
  await cdp.send('Browser.crashGpuProcess');
  await cdp.detach();
}
