/** Every screen of the application, each by a short way to get there: what is true of all of them is tested on all of them. */
import { expect, type Page } from '@playwright/test';
import { answerPickers, Editor, writeStored } from './editor.ts';
import { viewsDocument } from './views-document.ts';

export interface Scene {
  readonly name: string;
  /** From a fresh page to the screen. @returns the page that shows it, if that is another one. */
  readonly open: (page: Page) => Promise<Page | void>;
  /** One of those that a usual run looks at. */
  readonly quick?: true;
}

/** A template of the gallery, computed. */
async function template(page: Page, title: string): Promise<Editor> {
  const editor = new Editor(page);
  await editor.openTemplate(title);
  await editor.settled();
  return editor;
}

/** A document, dropped on the gallery. */
async function document(page: Page, text: string): Promise<Editor> {
  await page.goto('/');
  const editor = new Editor(page);
  await expect(editor.template('Blank')).toBeVisible();
  await editor.dropDocument('scene.patchbay', text);
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toBeVisible();
  return editor;
}

async function insideAttention(page: Page): Promise<Editor> {
  const editor = await template(page, 'Attention');
  await editor.select('attention');
  await page.keyboard.press('Enter');
  await expect(editor.node('scores')).toBeVisible();
  await editor.settled();
  return editor;
}

async function enlarged(page: Page, editor: Editor, node: string): Promise<void> {
  await editor.select(node);
  await page.keyboard.press('l');
  await expect(page.getByRole('dialog')).toBeVisible();
}

const FILE = 'scene.patchbay';

const GALLERY: readonly Scene[] = [
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
      await template(page, 'Attention');
      await page.keyboard.press('Control+s');
      await expect(page.getByText(`Saved ${FILE}`)).toBeVisible();
      await page.reload();
      await expect(page.getByRole('region', { name: 'Recent files' })).toBeVisible();
    },
  },
  {
    name: 'gallery with edits that were not saved',
    open: async (page) => {
      const editor = await template(page, 'Attention');
      await editor.set('num_heads', '6');
      await expect
        .poll(() =>
          page.evaluate(async () => {
            const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('journal');
            const names: string[] = [];
            for await (const name of folder.keys()) names.push(name);
            return names.length;
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

const GRAPHS: readonly Scene[] = [
  ...['Vision Transformer', 'CLIP', 'Vision-language model', 'Zero-shot classification', 'Image-text retrieval'].map(
    (title): Scene => ({
      name: title,
      ...(title === 'Vision Transformer' && { quick: true }),
      open: async (page) => {
        await template(page, title);
        await page.getByRole('button', { name: 'Fit', exact: true }).click();
      },
    }),
  ),
  {
    name: 'every kind of view',
    quick: true,
    open: async (page) => {
      const editor = await document(page, viewsDocument());
      await page.getByRole('button', { name: 'Fit', exact: true }).click();
      await editor.settled();
      await expect(editor.node('histogram').locator('.view canvas')).toHaveAttribute('aria-label', /^histogram: \d/);
    },
  },
  { name: 'inside a module', open: async (page) => void (await insideAttention(page)) },
  {
    name: 'far away',
    open: async (page) => {
      await insideAttention(page);
      for (let step = 0; step < 7; step++) await page.keyboard.press('Control+-');
    },
  },
  {
    name: 'an empty canvas',
    open: async (page) => void (await new Editor(page).openTemplate('Blank')),
  },
  {
    name: 'a stack and its layers',
    open: async (page) => {
      const editor = await template(page, 'Vision Transformer');
      await editor.select('blocks');
    },
  },
  {
    name: 'nodes that are muted and bypassed',
    open: async (page) => {
      const editor = await insideAttention(page);
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
      const editor = await insideAttention(page);
      await editor.node('key_heads').locator('.node-header').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Frame the selection' }).click();
      await page.keyboard.type('Keys');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('region', { name: 'Frame: Keys' })).toBeVisible();
      const pane = (await page.locator('.react-flow__pane').boundingBox())!;
      await page.mouse.click(pane.x + pane.width / 2, pane.y + pane.height - 12, { button: 'right' });
      await page.getByRole('menuitem', { name: 'Add a note' }).click();
      await page.keyboard.type('**What** is _asked_ here');
      await page.keyboard.press('Escape');
    },
  },
  {
    name: 'a graph with errors',
    quick: true,
    open: async (page) => {
      const editor = await template(page, 'Attention');
      await editor.set('num_heads', '5');
      await page.getByRole('button', { name: '1 problem' }).click();
      const fix = page.getByRole('region', { name: 'Problems' }).getByRole('button', { name: /^Set num_heads to/ });
      await expect(fix.first()).toBeVisible();
    },
  },
  {
    name: 'a document of a newer version, read-only',
    quick: true,
    open: async (page) => {
      const newer = JSON.stringify({ ...(JSON.parse(viewsDocument()) as object), version: 9999 });
      await document(page, newer);
      await expect(page.getByText(/^read-only/)).toBeVisible();
    },
  },
];

const PANELS: readonly Scene[] = [
  {
    name: 'inspector of a node',
    quick: true,
    open: async (page) => {
      const editor = await insideAttention(page);
      await editor.select('q_proj');
    },
  },
  {
    name: 'inspector of a selection',
    open: async (page) => {
      const editor = await insideAttention(page);
      await editor.select('q_proj');
      await editor
        .node('k_proj')
        .locator('.node-header')
        .click({ modifiers: ['Shift'] });
      await expect(page.getByRole('complementary', { name: 'Inspector' })).toContainText('2 ');
    },
  },
  {
    name: 'history',
    open: async (page) => {
      const editor = await template(page, 'Attention');
      await editor.set('num_heads', '6');
      await editor.set('num_heads', '4');
      await page.keyboard.press('Control+z');
      await editor.command('History');
      await expect(page.getByRole('region', { name: 'History' })).toBeVisible();
    },
  },
  {
    name: 'library, searched',
    open: async (page) => {
      await template(page, 'Attention');
      const library = page.getByRole('complementary', { name: 'Library' });
      await library.getByRole('combobox').fill('lin');
    },
  },
  {
    name: 'comparison with values',
    open: async (page) => {
      const editor = await template(page, 'Attention');
      await editor.command('Compare what follows');
      await editor.set('num_heads', '6');
      await editor.settled();
      await editor.command('Compare the values');
      await expect(page.getByRole('region', { name: 'Values' }).getByRole('listitem').first()).toBeVisible();
    },
  },
  {
    name: 'pinned previews',
    open: async (page) => {
      const editor = await insideAttention(page);
      for (const node of ['softmax', 'scores']) {
        await editor.select(node);
        await editor.command('Pin the preview');
      }
      await expect(page.getByRole('region', { name: 'Pinned previews' })).toBeVisible();
    },
  },
  {
    name: 'time per node',
    open: async (page) => {
      const editor = await template(page, 'Vision Transformer');
      await editor.command('time per node');
      await expect(page.getByRole('region', { name: 'Time per node' })).toContainText('ms');
    },
  },
];

const DIALOGS: readonly Scene[] = [
  {
    name: 'large view of a view node',
    quick: true,
    open: async (page) => {
      const editor = await document(page, viewsDocument());
      await page.getByRole('button', { name: 'Fit', exact: true }).click();
      await editor.settled();
      await enlarged(page, editor, 'matrix');
    },
  },
  {
    name: 'large view of a value',
    open: async (page) => {
      const editor = await insideAttention(page);
      await enlarged(page, editor, 'softmax');
    },
  },
  {
    name: 'list of keys',
    quick: true,
    open: async (page) => {
      await template(page, 'Attention');
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'list of commands',
    open: async (page) => {
      await template(page, 'Attention');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Commands' }).fill('e');
    },
  },
  {
    name: 'finding nodes',
    open: async (page) => {
      await template(page, 'Vision Transformer');
      await page.keyboard.press('Control+f');
      await page.getByRole('combobox', { name: 'Nodes' }).fill('proj');
      await expect(page.getByRole('option').first()).toBeVisible();
    },
  },
  {
    name: 'export, read',
    quick: true,
    open: async (page) => {
      await template(page, 'Attention');
      await page.keyboard.press('Control+e');
      await expect(page.getByRole('dialog').locator('pre')).toContainText('class ');
    },
  },
  {
    name: 'export, verified',
    open: async (page) => {
      await template(page, 'Attention');
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
      const editor = await template(page, 'Attention');
      await writeStored(page, FILE, Buffer.from(viewsDocument()));
      await editor.command('Import modules');
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'question before edits go',
    open: async (page) => {
      const editor = await template(page, 'Attention');
      await editor.set('num_heads', '6');
      await editor.command('New document');
      await expect(page.getByRole('alertdialog')).toBeVisible();
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

const MENUS: readonly Scene[] = [
  {
    name: 'menu of a node',
    quick: true,
    open: async (page) => {
      const editor = await insideAttention(page);
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
      await template(page, 'Attention');
      await page.getByRole('button', { name: 'Patchbay' }).click();
      await page.getByRole('menuitem', { name: 'File' }).click();
      await expect(page.getByRole('menuitem', { name: /^New document/ })).toBeVisible();
    },
  },
  ...(['Theme', /^preset/, /^Live/, /^(CPU|WebGPU) ·/] as const).map((button): Scene => ({
    name: `menu ${String(button)}`,
    open: async (page) => {
      await template(page, 'Attention');
      await page.getByRole('button', { name: button }).first().click();
      await expect(page.getByRole('menu')).toBeVisible();
    },
  })),
  {
    name: 'list of ports to wire to',
    open: async (page) => {
      const editor = await insideAttention(page);
      await editor.node('softmax').focus();
      await page.keyboard.press('w');
      await expect(page.getByRole('listbox', { name: 'Ports' })).toBeVisible();
    },
  },
  {
    name: 'adding a node',
    open: async (page) => {
      await template(page, 'Attention');
      await page.locator('.react-flow').focus();
      await page.keyboard.press('Shift+A');
      const dialog = page.getByRole('dialog', { name: 'Add a node' });
      await dialog.getByRole('combobox').fill('lin');
    },
  },
];

const MESSAGES: readonly Scene[] = [
  {
    name: 'tour',
    quick: true,
    open: async (page) => {
      await page.goto('/');
      await page.getByRole('button', { name: /tour/ }).click();
      await expect(page.getByRole('region', { name: 'Tour' })).toBeVisible();
      await new Editor(page).settled();
    },
  },
  {
    name: 'tour, a later step',
    open: async (page) => {
      await page.goto('/');
      const editor = new Editor(page);
      await page.getByRole('button', { name: /tour/ }).click();
      await editor.settled();
      await editor.select('attention');
      await expect(page.getByRole('region', { name: 'Tour' })).toContainText('Change a number');
    },
  },
  {
    name: 'notices',
    quick: true,
    open: async (page) => {
      const editor = await template(page, 'Attention');
      await editor.dropDocument('notes.png', 'this is text');
      await expect(page.getByRole('alert')).toContainText('notes.png is not a picture');
    },
  },
  {
    name: 'something broke',
    open: async (page) => {
      await answerPickers(page, FILE);
      await template(page, 'Attention');
      await page.keyboard.press('Control+s');
      await expect(page.getByText(`Saved ${FILE}`)).toBeVisible();
      // The gallery writes a date for every recent file.
      await page.addInitScript(() => {
        Date.prototype.toLocaleDateString = () => {
          throw new Error('dates cannot be written');
        };
      });
      await page.reload();
      await expect(page.getByRole('heading', { name: 'Something in Patchbay broke' })).toBeVisible();
    },
  },
];

export const SCENES: readonly Scene[] = [...GALLERY, ...GRAPHS, ...PANELS, ...DIALOGS, ...MENUS, ...MESSAGES];
