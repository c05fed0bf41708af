/** About: the version, the machine as text for a report, and the licences of what ships. */
import { expect, test } from '@playwright/test';
import { Editor } from './support/editor.ts';

test('says what ships, and copies what a report of a fault needs', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.settled();
  const device = (await page.getByRole('contentinfo', { name: 'Status' }).locator('b').first().textContent())!;
  await editor.command('About Patchbay');
  const dialog = page.getByRole('dialog', { name: 'Patchbay' });
  await expect(dialog.getByText(/^Version \d+\.\d+\.\d+$/)).toBeVisible();

  const react = dialog.getByRole('listitem').filter({ hasText: /^react \d/ });
  await react.locator('summary').click();
  await expect(react).toContainText('Permission is hereby granted');
  await expect(dialog.getByRole('listitem').filter({ hasText: '@fontsource-variable/inter' })).toContainText('OFL');

  await dialog.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByText('Copied', { exact: true })).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toMatch(/^Patchbay +\d/);
  expect(text).toContain(device);
  expect(text).toMatch(/^processors +\d+$/m);

  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});
