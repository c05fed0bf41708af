/** A browser without WebGPU, as an old one or one on a machine whose GPU is blocked. */
import { expect, test } from '@playwright/test';
import { Editor } from './support/editor.ts';

test.use({
  launchOptions: async ({ launchOptions }, use) => {
    await use({ ...launchOptions, args: ['--no-sandbox', '--no-first-run', '--disable-blink-features=WebGPU'] });
  },
});

test('the graph is computed on the CPU, gives the same numbers, and the app says so', async ({ page }) => {
  const editor = new Editor(page);
  // Notices leave after a while: it is looked for where it comes first.
  await page.goto('/');
  await expect(page.getByText(/There is no WebGPU adapter/).first()).toBeAttached();
  await editor.template('Attention').click();
  await editor.settled();
  const status = page.getByRole('contentinfo', { name: 'Status' });
  await expect(status).toContainText('CPU · ONNX Runtime');
  const mean = editor.mean('attention');
  await expect(mean).toHaveText(/μ −?\d/);
  const before = await mean.textContent();
  await editor.set('seed', '3');
  await editor.settled();
  await expect(mean).not.toHaveText(before!);
  await page.keyboard.press('Control+z');
  await editor.settled();
  await expect(mean).toHaveText(before!);
});
