/**
 * Takes the pictures of the README: every template, whole and with its values, into docs/gallery.
 *
 *     npm run build && node scripts/gallery-pictures.ts [FOLDER] [--theme light] [--only NAME]
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import sharp from 'sharp';
import { Editor } from '../e2e/support/editor.ts';
import { TEMPLATES } from '../templates/registry.ts';
import { CHROMIUM_FLAGS } from './chromium-flags.ts';
import { serve } from './serve.ts';

/** Text stays sharp, and eleven pictures stay below a megabyte. */
const QUALITY = 88;
const ROOT = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { theme: { type: 'string', default: 'dark' }, only: { type: 'string' } },
});
const folder = positionals[0] ?? join(ROOT, 'docs/gallery');
const colorScheme = values.theme === 'light' ? 'light' : 'dark';

await mkdir(folder, { recursive: true });
const serving = await serve({ folder: join(ROOT, 'dist/renderer'), port: 0 });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: CHROMIUM_FLAGS,
});
try {
  for (const { name, title } of TEMPLATES) {
    if (name === 'blank' || (values.only !== undefined && values.only !== name)) continue;
    const viewport = { width: 1440, height: 900 };
    const page = await browser.newPage({ baseURL: serving.url, viewport, colorScheme });
    await whole(new Editor(page), title);
    const picture = await page.screenshot();
    await sharp(picture)
      .webp({ quality: QUALITY })
      .toFile(join(folder, `${name}.webp`));
    await page.close();
    console.log(name);
  }
} finally {
  await browser.close();
  await serving.close();
}

/** The whole graph, with its values, and nothing beside it. */
async function whole(editor: Editor, title: string): Promise<void> {
  await editor.openTemplate(title);
  await editor.settled();
  for (const panel of ['Control+b', 'Control+i']) await editor.page.keyboard.press(panel);
  await editor.page.getByRole('button', { name: 'Fit' }).click();
  await previewsShown(editor.page);
}

/** Waits until every preview in view has its value. */
async function previewsShown(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const captions = [...document.querySelectorAll('article.node .caption .mean')];
    const inView = captions.filter((caption) => {
      const { top, left, bottom, right } = caption.getBoundingClientRect();
      return top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
    });
    return inView.every((caption) => caption.textContent !== '');
  });
}
