/** A page that is nothing but the browser shell's platform, served for the tests of one file. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type Page } from '@playwright/test';
import { serve, type Serving } from '../../scripts/serve.ts';
import { buildPage } from '../stand-in/launch.ts';

/** Opens it before each test of the file that calls this. @returns its address. */
export function onPlatformPage(): () => string {
  let serving: Serving;
  test.beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'patchbay-page-'));
    await buildPage(join(import.meta.dirname, '../platform-page'), folder);
    serving = await serve({ folder, port: 0 });
  });
  test.afterAll(() => serving.close());
  test.beforeEach(async ({ page }) => {
    await page.goto(serving.url);
  });
  return () => serving.url;
}

/** The pickers give the file of this name in the origin's private file system; null: the person cancels. */
export async function pick(page: Page, name: string | null, content?: string): Promise<void> {
  await page.evaluate(
    async ([name, content]) => {
      const cancelled = () => Promise.reject(new DOMException('The user aborted a request.', 'AbortError'));
      const root = await navigator.storage.getDirectory();
      const handle = name === null ? null : await root.getFileHandle(name, { create: true });
      if (handle && content !== undefined) {
        const writable = await handle.createWritable();
        await writable.write(content);
        await writable.close();
      }
      Object.assign(window, {
        showOpenFilePicker: () => (handle ? Promise.resolve([handle]) : cancelled()),
        showSaveFilePicker: () => (handle ? Promise.resolve(handle) : cancelled()),
      });
    },
    [name, content] as const,
  );
}
