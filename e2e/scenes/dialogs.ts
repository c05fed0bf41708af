/** Dialogs and menus. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { checkpoint } from '../support/checkpoint.ts';
import { answerPickers, Editor, writeStored } from '../support/editor.ts';
import { smallOnnx } from '../support/models.ts';
import { viewsDocument } from '../support/views-document.ts';
import { enlarge, FILE, openAttention, openDocument, openTemplate, settledInView, type Scene } from './scene.ts';

const TEMPLATES = join(import.meta.dirname, '../../templates');

export const DIALOGS: readonly Scene[] = [
  {
    name: 'large view of a view node',
    quick: true,
    open: async (page) => {
      const editor = await openDocument(page, viewsDocument());
      await page.getByRole('button', { name: 'Fit', exact: true }).click();
      await settledInView(editor);
      await enlarge(page, editor, 'matrix');
    },
  },
  {
    name: 'large view of a value',
    open: async (page) => {
      const editor = await openAttention(page);
      await enlarge(page, editor, 'softmax');
    },
  },
  {
    name: 'numbers of a value',
    quick: true,
    open: async (page) => {
      const editor = await openAttention(page);
      await editor.select('softmax');
      await page.keyboard.press('v');
      await expect(page.getByRole('gridcell').first()).toHaveText(/^\d/);
    },
  },
  {
    name: 'ports that a wire could go to',
    open: async (page) => {
      const editor = await openAttention(page);
      await editor.select('softmax');
      await page.keyboard.press('w');
      await expect(page.getByRole('dialog', { name: 'Wire softmax output' })).toBeVisible();
    },
  },
  {
    name: 'list of keys',
    open: async (page) => {
      await openTemplate(page, 'Attention');
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'list of commands',
    open: async (page) => {
      await openTemplate(page, 'Attention');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Commands' }).fill('e');
    },
  },
  {
    name: 'finding nodes',
    open: async (page) => {
      await openTemplate(page, 'Vision Transformer');
      await page.keyboard.press('Control+f');
      await page.getByRole('combobox', { name: 'Nodes' }).fill('proj');
      await expect(page.getByRole('option').first()).toBeVisible();
    },
  },
  {
    name: 'export, read',
    quick: true,
    open: async (page) => {
      await openTemplate(page, 'Attention');
      await page.keyboard.press('Control+e');
      await expect(page.getByRole('dialog').locator('pre')).toContainText('class ');
    },
  },
  {
    name: 'export, verified',
    open: async (page) => {
      await openTemplate(page, 'Attention');
      await page.keyboard.press('Control+e');
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: /^ONNX/ }).check();
      await dialog.getByRole('button', { name: 'Verify', exact: true }).click();
      await expect(dialog.getByRole('button', { name: 'Save report' })).toBeVisible({ timeout: 60_000 });
    },
  },
  {
    name: 'import of modules',
    open: async (page) => {
      await answerPickers(page, FILE);
      const editor = await openTemplate(page, 'Attention');
      await writeStored(page, FILE, await readFile(join(TEMPLATES, 'vit.patchbay')));
      await editor.command('Import modules');
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'report of an import',
    quick: true,
    open: async (page) => {
      await page.goto('/');
      const editor = new Editor(page);
      const templates = page.getByRole('heading', { name: 'Templates' });
      await expect(editor.template('Blank')).toBeVisible();
      await editor.dropFile(templates, { name: 'odd.onnx', type: '', bytes: smallOnnx('NonMaxSuppression') });
      await expect(page.getByRole('dialog', { name: 'odd.onnx is imported' })).toBeVisible();
    },
  },
  {
    name: 'weights that are called otherwise',
    open: async (page) => {
      const editor = await openTemplate(page, 'Attention');
      const choosing = page.waitForEvent('filechooser');
      await page.evaluate(() => Object.assign(window, { showOpenFilePicker: undefined }));
      await editor.command('Load weights');
      const buffer = await checkpoint(undefined, (name) => `model.${name}`);
      await (await choosing).setFiles({ name: 'trained.safetensors', mimeType: 'application/octet-stream', buffer });
      const dialog = page.getByRole('dialog', { name: 'Weights of trained.safetensors' });
      await dialog.locator('summary').first().click();
    },
  },
  {
    name: 'saving of weights',
    quick: true,
    open: async (page) => {
      const editor = await openTemplate(page, 'Attention');
      await editor.command('Save weights');
      await expect(page.getByRole('dialog', { name: 'Save the weights' })).toBeVisible();
    },
  },
  {
    name: 'question before edits go',
    open: async (page) => {
      const editor = await openTemplate(page, 'Attention');
      await editor.set('num_heads', '6');
      await editor.command('Close the document');
      await expect(page.getByRole('alertdialog')).toBeVisible();
    },
  },
  {
    name: 'about',
    open: async (page) => {
      const editor = await openTemplate(page, 'Attention');
      await editor.command('About Patchbay');
      await expect(page.getByRole('dialog').getByRole('heading')).not.toHaveCount(0);
    },
  },
  {
    name: 'progress of work',
    quick: true,
    open: async (page) => {
      // Its thread never comes: the work goes on for as long as it is looked at.
      await page.route(/\/document\.worker-[^/]*\.js$/, () => undefined);
      await page.goto('/');
      const editor = new Editor(page);
      await expect(editor.template('Blank')).toBeVisible();
      const small = JSON.parse(await readFile(join(TEMPLATES, 'attention.patchbay'), 'utf8')) as object;
      await editor.dropDocument('large.patchbay', JSON.stringify({ ...small, filling: 'x'.repeat(300_000) }));
      await expect(page.getByRole('dialog', { name: 'Opening large.patchbay' })).toBeVisible();
    },
  },
  {
    name: 'file that cannot be opened',
    open: async (page) => {
      await page.goto('/');
      const editor = new Editor(page);
      await expect(editor.template('Blank')).toBeVisible();
      await editor.dropDocument('broken.patchbay', '{"format": "patchbay",\n  oops}');
      await expect(page.getByRole('alertdialog')).toBeVisible();
    },
  },
];

export const MENUS: readonly Scene[] = [
  {
    name: 'menu of a node',
    open: async (page) => {
      const editor = await openAttention(page);
      await editor.node('softmax').locator('.node-header').click({ button: 'right' });
      await expect(page.getByRole('menu')).toBeVisible();
    },
  },
  {
    name: 'menu of the canvas',
    open: async (page) => {
      await new Editor(page).openTemplate('Blank');
      await page.locator('.react-flow__pane').click({ button: 'right', position: { x: 60, y: 400 } });
      await expect(page.getByRole('menu')).toBeVisible();
    },
  },
  {
    name: 'menu of the application',
    open: async (page) => {
      await openTemplate(page, 'Attention');
      await page.getByRole('button', { name: 'Patchbay' }).click();
      await page.getByRole('menuitem', { name: 'File' }).click();
      await expect(page.getByRole('menuitem', { name: /^New document/ })).toBeVisible();
    },
  },
  ...(['Theme', /^preset/, /^Live/, /^(CPU|WebGPU) ·/] as const).map((button): Scene => ({
    name: `menu ${String(button)}`,
    open: async (page) => {
      await openTemplate(page, 'Attention');
      await page.getByRole('button', { name: button }).first().click();
      await expect(page.getByRole('menu')).toBeVisible();
    },
  })),
  {
    name: 'list of ports to wire to',
    open: async (page) => {
      const editor = await openAttention(page);
      await editor.node('softmax').focus();
      await page.keyboard.press('w');
      await expect(page.getByRole('listbox', { name: 'Ports' })).toBeVisible();
    },
  },
  {
    name: 'adding a node',
    open: async (page) => {
      await openTemplate(page, 'Attention');
      await page.locator('.react-flow').focus();
      await page.keyboard.press('Shift+A');
      const dialog = page.getByRole('dialog', { name: 'Add a node' });
      await dialog.getByRole('combobox').fill('lin');
    },
  },
];
