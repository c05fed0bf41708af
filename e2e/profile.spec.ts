/** Where the time of a run goes: measured, walked with the keys, and linked with the canvas both ways. */
import { expect, test } from '@playwright/test';
import { Editor, rememberDevice } from './support/editor.ts';

test('a ViT is profiled, walked with the keyboard, and linked with the canvas', async ({ page }) => {
  await rememberDevice(page, 'gpu');
  const editor = new Editor(page);
  await editor.openTemplate('Vision Transformer');
  await editor.settled();
  await editor.command('Show or fold the profile');
  const panel = page.getByRole('region', { name: 'Profile' });
  await expect(panel).toContainText('Not measured yet');
  await panel.getByRole('button', { name: 'Run with profile' }).last().click();
  const tree = panel.getByRole('tree');
  await expect(tree).toBeVisible({ timeout: 90_000 });
  await expect(panel.getByRole('status')).toContainText(/ms on SwiftShader/);
  await expect(panel).toContainText(/reaches .*FLOP\/s of multiply-adds and .*B\/s of copying/);
  await expect(panel.getByRole('list', { name: 'What bounds a kernel' })).toContainText('arithmetic');

  const active = tree.locator('[aria-selected=true]');
  await tree.focus();
  await expect(active).toHaveAttribute('aria-label', /^ViT.* 100 % of the run.*bound by/);
  // The widest part is the stack; keys at an edge stay.
  await page.keyboard.press('ArrowDown');
  await expect(active).toHaveAttribute('aria-label', /^blocks ×4 .*, VisionTransformerBlock,/);
  await page.keyboard.press('Home');
  await expect(active).toHaveAttribute('aria-label', /^embeddings/);
  await page.keyboard.press('ArrowLeft');
  await expect(active).toHaveAttribute('aria-label', /^embeddings/);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
  await expect(active).toHaveAttribute('aria-label', /^ViT/);

  // Enter opens a module, Space selects it where it stands.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await expect(editor.node('blocks')).toHaveAttribute('aria-current', 'true');
  await expect(tree).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(editor.node('norm1')).toBeVisible();

  // A click selects on the canvas; a selection there is walked to here.
  await tree.getByRole('treeitem', { name: /^mlp ×4/ }).click();
  await expect(editor.node('mlp')).toHaveAttribute('aria-current', 'true');
  await editor.select('attention');
  await expect(active).toHaveAttribute('aria-label', /^attention ×4/);

  // The table: sorted by time, and by name.
  const rows = panel.getByRole('table').locator('tbody').getByRole('row');
  const first = await rows.first().textContent();
  await panel.getByRole('button', { name: 'Time' }).click();
  await expect(rows.last()).toHaveText(first!);
  await rows.filter({ hasText: 'fc1' }).getByRole('button').click();
  await expect(editor.node('fc1')).toHaveAttribute('aria-current', 'true');

  // Layers on their own, and what an edit does.
  await panel.getByRole('checkbox', { name: 'Each layer' }).click();
  await expect(tree.getByRole('treeitem', { name: /^3 .*, VisionTransformerBlock,/ })).toBeVisible();
  await page.keyboard.press('Control+z');
  await page.getByRole('button', { name: 'Close the profile' }).click();
  await expect(panel).toHaveCount(0);
});

test('an edit leaves the times of before, and says so; on the CPU there are times alone', async ({ page }) => {
  await rememberDevice(page, 'cpu');
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.settled();
  await page.keyboard.press('Control+Shift+Enter');
  const panel = page.getByRole('region', { name: 'Profile' });
  await expect(panel.getByRole('tree')).toBeVisible({ timeout: 60_000 });
  await expect(panel).toContainText('What bounds a node is measured on GPUs');
  await expect(panel.getByRole('list', { name: 'What bounds a kernel' })).toHaveCount(0);
  await editor.set('num_heads', '6');
  await expect(panel.getByRole('status')).toContainText('of before the last edit');
  await page.keyboard.press('Control+z');
  await expect(panel.getByRole('status')).not.toContainText('of before the last edit');
});
