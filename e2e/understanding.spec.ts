/** What helps to understand a graph: fixes that mend, comparing, where a dimension flows, times, finding by shape. */
import { expect, test } from '@playwright/test';
import { checkpoint } from './support/checkpoint.ts';
import { Editor } from './support/editor.ts';

test('an edited copy is compared with the file: every changed node is listed and marked', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Vision Transformer');
  await editor.settled();
  await editor.command('Compare with the saved file');
  const panel = page.getByRole('region', { name: 'Comparison' });
  await expect(panel).toContainText('Nothing differs');
  await editor.node('norm').locator('header').click();
  await page.keyboard.press('Control+d');
  await expect(panel.getByRole('listitem')).toHaveCount(1);
  await expect(panel.getByRole('listitem')).toContainText('norm_1');
  await panel.getByRole('button', { name: /norm_1/ }).click();
  await expect(editor.node('norm_1')).toHaveAttribute('data-change', 'added');
  await page.keyboard.press('Control+z');
  await expect(panel).toContainText('Nothing differs');
  await panel.getByRole('button', { name: 'Close the comparison' }).click();
  await expect(panel).toHaveCount(0);
});

test('two checkpoints of one graph: the node whose weights differ comes first, and what follows from it is marked', async ({
  page,
}) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.settled();
  // A file input, which a test can fill.
  await page.evaluate(() => Object.assign(window, { showOpenFilePicker: undefined, showSaveFilePicker: undefined }));
  const choose = async (act: () => Promise<void>, name: string, buffer: Buffer): Promise<void> => {
    const choosing = page.waitForEvent('filechooser');
    await act();
    await (await choosing).setFiles({ name, mimeType: 'application/octet-stream', buffer });
  };
  const weights = page.getByRole('region', { name: 'Weights' });
  const load = () => weights.getByRole('button', { name: 'Load weights…' }).click();
  await choose(load, 'trained.safetensors', await checkpoint());
  await expect(weights).toContainText('trained.safetensors');
  await expect(weights).toContainText('matched');
  await editor.settled();

  const tuned = await checkpoint('attention.v_proj.weight');
  await choose(() => editor.command('Compare with other weights'), 'tuned.safetensors', tuned);
  const values = page.getByRole('region', { name: 'Values' });
  await expect(values).toContainText('1 node with other weights', { timeout: 60_000 });
  const [first] = await values.getByRole('listitem').all();
  await expect(first!).toContainText('attention.v_proj');
  await expect(first!).toContainText('first');
  await expect(editor.node('attention').locator('.compare-mark')).toContainText('Δ');
  await first!.getByRole('button').click();
  await expect(editor.node('v_proj').locator('.compare-mark')).toContainText('first Δ');
  await expect(editor.node('q_proj').locator('.compare-mark')).toHaveCount(0);
});

test('a dimension lights up where it flows; times tint the cards', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Vision Transformer');
  await editor.settled();
  const name = editor.node('embeddings').locator('.dim-name', { hasText: 'patches' });
  await name.hover();
  await expect(editor.node('embeddings').locator('.shape[data-symbol="patches"]')).toHaveCount(1);
  await expect(page.locator('path.wire[data-symbol]')).not.toHaveCount(0);
  await expect(editor.node('pixel_values').locator('.shape[data-symbol]')).toHaveCount(0);

  await editor.command('time per node');
  await expect(page.getByRole('region', { name: 'Time per node' })).toContainText('ms');
  await expect(editor.node('blocks')).toHaveAttribute('data-heat', '');
  await page.getByRole('button', { name: 'Hide the time per node' }).click();
  await expect(editor.node('blocks')).not.toHaveAttribute('data-heat');
});

test('nodes are found by shape and by weight, inside modules too', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Vision Transformer');
  await page.keyboard.press('Control+f');
  const field = page.getByRole('combobox', { name: 'Nodes' });
  await field.fill('[1, 144, 96]');
  await expect(page.getByRole('option', { name: /^embeddings/ }).first()).toBeVisible();
  await field.fill('blocks.2.attention.q_proj.weight');
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(editor.node('q_proj')).toBeVisible();
});
