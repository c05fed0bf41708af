/** An ONNX export is verified where it is written: in ONNX Runtime, against what the canvas's device computes. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { Editor, rememberDevice } from './support/editor.ts';

test('every value of an ONNX export agrees with the GPU, and the report says by how much', async ({ page }) => {
  await rememberDevice(page, 'gpu');
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.settled();
  await page.keyboard.press('Control+e');
  const dialog = page.getByRole('dialog');
  // A page starts no programs, and says so.
  await expect(dialog.getByRole('radio', { name: /^PyTorch/ })).toBeChecked();
  await expect(dialog.getByRole('status')).toHaveText(
    'A page in a browser cannot start PyTorch: patchbay verify GRAPH --against pytorch does',
  );
  await expect(dialog.getByRole('button', { name: 'Verify', exact: true })).toHaveCount(0);
  await dialog.getByRole('radio', { name: /^ONNX/ }).check();
  await dialog.getByRole('button', { name: 'Verify', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText(
    /\d+ values agree on 3 inputs, .* ONNX Runtime and SwiftShader/,
    {
      timeout: 60_000,
    },
  );
  const downloading = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save report' }).click();
  const report = JSON.parse(await readFile(await (await downloading).path(), 'utf8')) as {
    limit: number;
    rounds: { values: { name: string; distance: number }[] }[];
  };
  expect(report.rounds).toHaveLength(3);
  for (const { name, distance } of report.rounds.flatMap(({ values }) => values))
    expect(distance, name).toBeLessThanOrEqual(report.limit);
});
