/**
 * Takes the pictures of the README from the built application: `npm run build && node scripts/pictures.ts [NAME…]`.
 * Without names, the main screen in both themes, the other screens and every template; with names, those alone.
 */
import { chromium, type Page } from '@playwright/test';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { checkpoint } from '../e2e/support/checkpoint.ts';
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
/** Screens beside the main one: the theme, the template that is open, and what is done to see them. */
const SCREENS: Readonly<Record<string, readonly ['dark' | 'light', string | null, (editor: Editor) => Promise<void>]>> =
  {
    start: ['light', null, ({ page }) => page.getByRole('button', { name: /tour/ }).waitFor()],
    module: [
      'dark',
      'Attention',
      async (editor) => {
        await editor.select('attention');
        await editor.page.keyboard.press('Enter');
        await editor.select('q_proj');
        await editor.settled();
      },
    ],
    problem: [
      'light',
      'Attention',
      async (editor) => {
        await editor.set('num_heads', '5');
        await editor.page.getByRole('button', { name: '1 problem' }).click();
        await editor.page.getByRole('button', { name: 'Fit', exact: true }).click();
      },
    ],
    compare: [
      'dark',
      'Vision Transformer',
      async (editor) => {
        await editor.set('seed', '1');
        await editor.settled();
        await editor.command('Compare with the step before');
        await editor.page.getByRole('button', { name: 'Compare the values' }).click();
        await editor.page.getByRole('button', { name: 'Compare again' }).waitFor();
      },
    ],
    weights: [
      'light',
      'Attention',
      async (editor) => {
        const { page } = editor;
        await editor.settled();
        await page.evaluate(() => Object.assign(window, { showOpenFilePicker: undefined }));
        const choosing = page.waitForEvent('filechooser');
        await editor.command('Load weights');
        const buffer = await checkpoint(undefined, (name) => `model.${name}`);
        await (await choosing).setFiles({ name: 'trained.safetensors', mimeType: 'application/octet-stream', buffer });
        await page.getByRole('button', { name: /^Add model/ }).waitFor();
      },
    ],
    export: [
      'light',
      'Vision Transformer',
      async ({ page }) => {
        await page.keyboard.press('Control+e');
        await page.locator('.export-preview pre').waitFor();
      },
    ],
  };

try {
  const wanted = process.argv.slice(2);
  const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
  if (wanted.length === 0) for (const theme of ['dark', 'light'] as const) await mainScreen(theme);
  for (const name of Object.keys(SCREENS)) if (isWanted(name)) await screen(name);
  for (const { name, title } of TEMPLATES) if (name !== 'blank' && isWanted(name)) await template(name, title);
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

async function screen(name: string): Promise<void> {
  const [theme, title, show] = SCREENS[name]!;
  const { page, editor } = await open(title, theme);
  await show(editor);
  await still(page);
  await write(page, 'screens', name);
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
  await page.getByRole('button', { name: 'Fit', exact: true }).click();
  await still(page);
  await write(page, 'gallery', name);
}

/** Text stays sharp, and all of them stay below a megabyte. */
async function write(page: Page, folder: string, name: string): Promise<void> {
  await mkdir(join(DOCS, folder), { recursive: true });
  await sharp(await page.screenshot())
    .webp({ quality: 82 })
    .toFile(join(DOCS, folder, `${name}.webp`));
  await page.context().close();
}

/** @param title of a template; null for what opens first. */
async function open(title: string | null, colorScheme: 'dark' | 'light'): Promise<{ page: Page; editor: Editor }> {
  const context = await browser.newContext({ baseURL: serving.url, viewport: VIEWPORT, colorScheme });
  const page = await context.newPage();
  const editor = new Editor(page);
  if (title === null) await page.goto('/');
  else {
    await editor.openTemplate(title);
    await editor.settled();
  }
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
