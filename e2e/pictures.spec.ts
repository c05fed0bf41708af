/** Pictures as they come out of a camera. */
import { expect, test } from '@playwright/test';
import { Editor } from './support/editor.ts';
import { noisePng } from './support/pictures.ts';

test('a picture too large for the document is kept as a smaller copy', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Vision Transformer');
  await editor.settled();
  const bytes = await noisePng(1200);
  expect(bytes.byteLength).toBeGreaterThan(2 * 1024 * 1024);
  await editor.dropFile(editor.node('pixel_values'), { name: 'noise.png', type: 'image/png', bytes });
  await expect(editor.node('pixel_values').locator('.image-name')).toHaveText('noise.png');
  await expect(page.getByText(/noise\.png is larger than 2 MB.*keeps a copy of \d+ × \d+ pixels/)).toBeVisible();
  await editor.settled();
  // Noise about 200 of 255, which is 0.57 when it is normalised.
  await expect(editor.mean('pixel_values')).toHaveText(/^μ 0\.5[67]/);
});
