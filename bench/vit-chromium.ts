/**
 * Times whole runs of a ViT of width 768 at 224 pixels and depth 3 (8.7 GFLOP) in a worker of Chromium.
 *
 *   node bench/vit-chromium.ts [runs]
 */
import { chromium } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { CHROMIUM_FLAGS } from '../scripts/chromium-flags.ts';
import { serve } from '../scripts/serve.ts';

const runs = Number(process.argv[2] ?? 5);
const folder = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
await build({
  configFile: false,
  logLevel: 'warn',
  root: join(import.meta.dirname, 'vit-page'),
  worker: { format: 'es' },
  build: { outDir: folder, emptyOutDir: true, target: 'esnext' },
});
const serving = await serve({ folder, port: 0 });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [...CHROMIUM_FLAGS],
});
try {
  const page = await browser.newPage();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  page.on('console', (message) => {
    const text = message.text();
    if (text === 'done') resolve();
    else console.log(text);
    if (text.startsWith('failed:')) reject(new Error(text));
  });
  page.on('pageerror', reject);
  await page.goto(`${serving.url}?runs=${runs}`);
  await promise;
} finally {
  await browser.close();
  await serving.close();
  await rm(folder, { recursive: true });
}
