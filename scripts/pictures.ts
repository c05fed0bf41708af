/**
 * Takes the pictures of the README from the built application: `npm run build && node scripts/pictures.ts [NAME…]`.
 * Without names, the main screen in both themes and every template; with names, those templates alone.
 */
import { chromium, type Page } from '@playwright/test';
import { join } from 'node:path';
import sharp from 'sharp';
import { Editor } from '../e2e/support/editor.ts';
import { TEMPLATES } from '../templates/registry.ts';
import { CHROMIUM_FLAGS } from './chromium-flags.ts';
import { serve } from './serve.ts';

const DOCS = join(import.meta.dirname, '../docs');
const MAIN_TEMPLATE = 'vit';
const VIEWPORT = { width: 1440, height: 900 };

const serving = await serve({ folder: join(import.meta.dirname, '../dist/renderer'), port: 0 });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: CHROMIUM_FLAGS,
});
try {
  const wanted = process.argv.slice(2);
  if (wanted.length === 0) for (const theme of ['dark', 'light'] as const) await mainScreen(theme);
  for (const { name, title } of TEMPLATES) {
    if (name !== 'blank' && (wanted.length === 0 || wanted.includes(name))) await template(name, title);
  }
} finally {
  await browser.close();
  await serving.close();
}

/** The Vision Transformer with its stack selected: library, canvas and inspector. */
async function mainScreen(theme: 'dark' | 'light'): Promise<void> {
  const title = TEMPLATES.find(({ name }) => name === MAIN_TEMPLATE)!.title;
  const { page, editor } = await open(title, theme);
  await editor.node('blocks').locator('.node-header').click();
  await still(page);
  await page.screenshot({ path: join(DOCS, `screenshot-${theme}.png`) });
  await page.context().close();
}

/** A template, whole, with both panels folded. */
async function template(name: string, title: string): Promise<void> {
  const { page } = await open(title, 'dark');
  for (const panel of ['Library', 'Inspector']) {
    await page
      .getByRole('button', { name: new RegExp(panel, 'i') })
      .first()
      .click();
  }
  await page.getByRole('button', { name: 'Fit' }).click();
  await still(page);
  await sharp(await page.screenshot())
    .webp({ quality: 82 })
    .toFile(join(DOCS, 'gallery', `${name}.webp`));
  await page.context().close();
}

async function open(title: string, colorScheme: 'dark' | 'light'): Promise<{ page: Page; editor: Editor }> {
  const context = await browser.newContext({ baseURL: serving.url, viewport: VIEWPORT, colorScheme });
  const page = await context.newPage();
  const editor = new Editor(page);
  await editor.openTemplate(title);
  await editor.settled();
  return { page, editor };
}

/** Waits until what is in view has been painted: two frames without a change of any preview. */
async function still(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  let before = '';
  for (;;) {
    const now = (await page.screenshot()).toString('base64');
    if (now === before) return;
    before = now;
  }
}
