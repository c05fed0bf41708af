/** The gallery, and the canvas with all that can lie on it. */
import { expect } from '@playwright/test';
import { answerPickers, Editor } from '../support/editor.ts';
import { viewsDocument } from '../support/views-document.ts';
import { FILE, openAttention, openDocument, openTemplate, settledInView, type Scene } from './scene.ts';

export const GALLERY: readonly Scene[] = [
  {
    name: 'gallery',
    quick: true,
    open: async (page) => {
      await page.goto('/');
      await expect(new Editor(page).template('Blank').locator('svg')).toBeVisible();
    },
  },
  {
    name: 'gallery with recent files',
    open: async (page) => {
      await answerPickers(page, FILE);
      await openTemplate(page, 'Attention');
      await page.keyboard.press('Control+s');
      await expect(page.getByText(`Saved ${FILE}`)).toBeVisible();
      await page.reload();
      await expect(page.getByRole('region', { name: 'Recent files' })).toBeVisible();
    },
  },
  {
    name: 'gallery with edits that were not saved',
    open: async (page) => {
      const editor = await openTemplate(page, 'Attention');
      await editor.set('num_heads', '6');
      await expect
        .poll(() =>
          page.evaluate(async () => {
            const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('journal');
            // An entry is empty until it is whole; beside it lies what Chromium writes until then.
            let whole = 0;
            for await (const [name, handle] of folder.entries()) {
              if (name.endsWith('.crswap')) continue;
              if ((await (handle as FileSystemFileHandle).getFile()).size > 0) whole++;
            }
            return whole;
          }),
        )
        .toBe(1);
      const context = page.context();
      await page.close({ runBeforeUnload: false });
      const next = await context.newPage();
      await next.goto('/');
      await expect(next.getByRole('region', { name: 'Unsaved edits from before' })).toBeVisible();
      return next;
    },
  },
];

export const GRAPHS: readonly Scene[] = [
  {
    name: 'several documents in tabs',
    open: async (page) => {
      const editor = await openTemplate(page, 'Attention');
      await editor.set('num_heads', '6');
      await editor.command('Templates and recent files');
      await editor.template('Patch embedding').click();
      await expect(page.getByRole('tab')).toHaveCount(2);
    },
  },
  ...['Vision Transformer', 'CLIP', 'Vision-language model', 'Zero-shot classification', 'Image-text retrieval'].map(
    (title): Scene => ({
      name: title,
      ...(title === 'Vision Transformer' && { quick: true }),
      open: async (page) => {
        const editor = await openTemplate(page, title);
        await page.getByRole('button', { name: 'Fit', exact: true }).click();
        await settledInView(editor);
      },
    }),
  ),
  {
    name: 'every kind of view',
    quick: true,
    open: async (page) => {
      const editor = await openDocument(page, viewsDocument());
      await page.getByRole('button', { name: 'Fit', exact: true }).click();
      await settledInView(editor);
      await expect(editor.node('histogram').locator('.view canvas')).toHaveAttribute('aria-label', /^histogram: \d/);
    },
  },
  { name: 'inside a module', open: async (page) => void (await openAttention(page)) },
  {
    name: 'far away',
    open: async (page) => {
      await openAttention(page);
      for (let step = 0; step < 7; step++) await page.keyboard.press('Control+-');
    },
  },
  {
    name: 'an empty canvas',
    open: (page) => new Editor(page).openTemplate('Blank'),
  },
  {
    name: 'a stack and its layers',
    open: async (page) => {
      const editor = await openTemplate(page, 'Vision Transformer');
      await editor.select('blocks');
    },
  },
  {
    name: 'nodes that are muted and bypassed',
    open: async (page) => {
      const editor = await openAttention(page);
      await editor.select('scale');
      await page.keyboard.press('b');
      await editor.select('value_heads');
      await page.keyboard.press('m');
      await expect(editor.node('value_heads')).toHaveAttribute('data-mode', 'mute');
    },
  },
  {
    name: 'notes, frames and reroute points',
    open: async (page) => {
      const editor = await openAttention(page);
      await editor.select('k_proj');
      const header = editor.node('key_heads').locator('.node-header');
      await header.click({ modifiers: ['Shift'] });
      await header.click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Frame the selection' }).click();
      await page.keyboard.type('Keys');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('region', { name: 'Frame: Keys' })).toBeVisible();
      const pane = (await page.locator('.react-flow__pane').boundingBox())!;
      await page.mouse.click(pane.x + 20, pane.y + 100, { button: 'right' });
      await page.getByRole('menuitem', { name: 'Add a note' }).click();
      await page.keyboard.type('**What** is _asked_ here');
      await page.keyboard.press('Control+Enter');
      await expect(page.getByText('What', { exact: true })).toBeVisible();
    },
  },
  {
    name: 'a graph with errors',
    quick: true,
    open: async (page) => {
      const editor = await openTemplate(page, 'Attention');
      await editor.set('num_heads', '5');
      await settledInView(editor);
      await page.getByRole('button', { name: '1 problem' }).click();
      const fix = page.getByRole('region', { name: 'Problems' }).getByRole('button', { name: /^Set num_heads to/ });
      await expect(fix.first()).toBeVisible();
    },
  },
  {
    name: 'a document of a newer version, read-only',
    open: async (page) => {
      const newer = JSON.stringify({ ...(JSON.parse(viewsDocument()) as object), version: 9999 });
      await openDocument(page, newer);
      await expect(page.getByText(/^read-only/)).toBeVisible();
    },
  },
];
