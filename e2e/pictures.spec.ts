/** Pictures as they come out of a camera, and as folders of a data set. */
import { mkdir, writeFile } from 'node:fs/promises';
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

test('a folder dropped on the canvas is a batch, with the captions that lie in it', async ({ page }, info) => {
  const pets = ['bird', 'cat', 'dog'];
  const folder = info.outputPath('pets');
  await mkdir(folder, { recursive: true });
  for (const [index, pet] of pets.entries()) {
    await writeFile(info.outputPath('pets', `${pet}.png`), await noisePng(40 + index));
  }
  const captions = ['file_name,text', ...pets.map((pet) => `${pet}.png,a ${pet}`), ''];
  await writeFile(info.outputPath('pets', 'metadata.csv'), captions.join('\n'));
  const editor = new Editor(page);
  await editor.openTemplate('CLIP');
  await editor.settled();
  // A page cannot make a folder to drop: the browser is told of one, as the system would.
  const browser = await page.context().newCDPSession(page);
  const pane = (await page.locator('.react-flow__pane').boundingBox())!;
  const drop = { x: pane.x + pane.width / 2, y: pane.y + pane.height / 2 };
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await browser.send('Input.dispatchDragEvent', { type, ...drop, data });
  }
  await expect(editor.node('pixel_values')).toContainText('bird.png +2');
  await expect(editor.node('input_ids').getByRole('textbox')).toHaveValue('a bird\na cat\na dog');
  await editor.settled();
});
