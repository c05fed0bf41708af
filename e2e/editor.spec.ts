/** Working on a graph: groups, wires that close and open, finding, and taking it away as code. */
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { expect, test, type Page } from '@playwright/test';
import { Editor } from './support/editor.ts';

async function openWhole(page: Page, title: string): Promise<Editor> {
  const editor = new Editor(page);
  await editor.openTemplate(title);
  await editor.settled();
  return editor;
}

/** Opens the module that is selected. */
async function enter(page: Page): Promise<void> {
  await page.keyboard.press('Enter');
}

test('nodes are grouped under a name, opened, and taken apart, and give the same numbers', async ({ page }) => {
  const editor = await openWhole(page, 'Attention');
  const mean = await editor.meanText('attended');
  await editor.select('attention');
  await enter(page);
  await expect(editor.node('scores')).toBeVisible();
  await editor.select('scores');
  await editor
    .node('scale')
    .locator('.node-header')
    .click({ modifiers: ['Shift'] });
  await editor
    .node('softmax')
    .locator('.node-header')
    .click({ modifiers: ['Shift'] });
  await page.keyboard.press('Control+g');
  await page.getByRole('textbox', { name: 'Name of the module' }).fill('Weights');
  await page.getByRole('button', { name: 'Group', exact: true }).click();
  await expect(page.getByRole('alertdialog')).toBeHidden();
  const group = editor.node('weights');
  await expect(group).toBeVisible();
  await expect(editor.node('softmax')).toBeHidden();
  await expect(page.getByText('no problems')).toBeVisible();

  await enter(page);
  await expect(editor.node('softmax')).toBeVisible();
  await editor.settled();
  await page.screenshot({ path: test.info().outputPath('group.png') });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(group).toBeVisible();
  await editor.select('weights');
  await page.keyboard.press('Control+Shift+g');
  await expect(editor.node('softmax')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await editor.settled();
  await expect(editor.mean('attended')).toHaveText(mean);
});

test('a node dropped on a wire stands in it, and a deleted one leaves the chain whole', async ({ page }) => {
  const editor = await openWhole(page, 'Attention');
  const mean = await editor.meanText('attended');
  await editor.select('attention');
  await enter(page);
  const start = (await editor.port('q_proj', 'output', 'output').boundingBox())!;
  const end = (await editor.port('query_heads', 'input', 'input').boundingBox())!;
  const middle = { x: (start.x + start.width + end.x) / 2, y: (start.y + end.y + start.height) / 2 };
  await editor.dragFromPalette('Dropout', middle);
  const dropped = editor.node('dropout_1');
  await expect(dropped.locator('button.port[data-wired]')).toHaveCount(2);
  await expect(page.getByText('no problems')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('inserted.png') });

  await dropped.locator('.node-header').click();
  await page.keyboard.press('Delete');
  await expect(dropped).toBeHidden();
  await expect(editor.port('query_heads', 'input', 'input')).toHaveAttribute('data-wired', 'true');
  await page.keyboard.press('Escape');
  await editor.settled();
  await expect(editor.mean('attended')).toHaveText(mean);
});

test('commands and nodes are found by a few letters', async ({ page }) => {
  const editor = await openWhole(page, 'Vision Transformer');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Commands' }).fill('fit the graph');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeHidden();

  await page.keyboard.press('Control+f');
  await page.getByRole('combobox', { name: 'Nodes' }).fill('blocks.2 q_proj');
  await expect(page.getByRole('option').first()).toContainText('blocks.2.attention.q_proj');
  await page.keyboard.press('Enter');
  await expect(editor.node('q_proj')).toHaveAttribute('aria-current', 'true');
  await expect(page.getByRole('navigation', { name: 'Open module' })).toContainText('attention');

  await page.keyboard.press('Control+f');
  await page.getByRole('combobox', { name: 'Nodes' }).fill('features output');
  await expect(page.getByRole('option').first()).toContainText('features');
  await page.keyboard.press('Enter');
  await expect(page.locator('article[data-node][aria-current="true"]')).toContainText('features');
});

test('an export is read, then saved', async ({ page }) => {
  await openWhole(page, 'Vision Transformer');
  await page.keyboard.press('Control+e');
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await expect(dialog.locator('pre')).toContainText('class VisionAttention(nn.Module)');
  await page.screenshot({ path: test.info().outputPath('export.png') });
  await dialog.getByRole('radio', { name: /Web page/ }).click();
  await dialog.getByRole('button', { name: 'patchbay.js' }).click();
  await expect(dialog.locator('pre')).toContainText('export async function load');
  const downloading = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save as .zip' }).click();
  const download = await downloading;
  const files = unzipSync(await readFile(await download.path()));
  expect(Object.keys(files)).toContain(`${download.suggestedFilename().replace('.zip', '')}/index.html`);
  await expect(dialog).toBeHidden();
});
