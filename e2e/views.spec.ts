/** View nodes: what they show is what the command line computes; pointer and keys read it; a word lights up its patches. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { readResults } from '../cli/testing/results.ts';
import { parseNpy } from '../graph/formats/npy.ts';
import { Editor } from './support/editor.ts';
import { viewsDocument } from './support/views-document.ts';

async function openViews(page: Page): Promise<Editor> {
  await page.goto('/');
  const editor = new Editor(page);
  await expect(editor.template('Blank')).toBeVisible();
  await editor.dropDocument('views.patchbay', viewsDocument());
  await expect(editor.node('map')).toBeVisible();
  await page.getByRole('button', { name: 'Fit', exact: true }).click();
  await editor.settled();
  for (const name of ['matrix', 'map', 'similarity', 'tokens']) {
    await expect(picture(editor, name)).toHaveAttribute('aria-label', new RegExp(`^${name}: (?!no value)`));
  }
  return editor;
}

function picture(editor: Editor, node: string) {
  return editor.node(node).locator('.view canvas');
}

/** Moves the pointer to a place of a view, 0 … 1 from its left and top. */
async function pointAt(editor: Editor, node: string, x: number, y: number): Promise<void> {
  const box = (await editor.node(node).locator('.view-cursor').boundingBox())!;
  await editor.page.mouse.move(box.x + x * box.width, box.y + y * box.height);
}

test('arrow keys read the values that the command line computes', async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-views-'));
  const [graph, out] = [join(folder, 'views.patchbay'), join(folder, 'out.safetensors')];
  await writeFile(graph, viewsDocument());
  const cli = join(import.meta.dirname, '../cli/main.ts');
  execFileSync(process.execPath, [cli, 'run', graph, '--tap', 'noise.output', '--out', out, '--device', 'reference']);
  const values = (await readResults(out)).tensors.get('noise.output')!.data;

  const editor = await openViews(page);
  const tip = editor.node('similarity').locator('.value-tip');
  await editor.node('similarity').locator('.view-cursor').focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight'])
    await page.keyboard.press(key);
  await expect(tip).toContainText('row 1 × column 3');
  const shown = (await tip.textContent())!.split(': ')[1]!.replace('−', '-');
  expect(Math.fround(Number(shown))).toBe(values[7]);

  await editor.select('similarity');
  await page.keyboard.press('l');
  const large = page.getByRole('dialog', { name: 'similarity' });
  await expect(large).toBeVisible();
  const downloading = page.waitForEvent('download');
  await large.getByRole('button', { name: 'Save .npy' }).click();
  const saved = parseNpy(new Uint8Array(await readFile(await (await downloading).path())));
  expect(saved.shape).toEqual([3, 4]);
  expect(new Float32Array(saved.bytes.slice().buffer)).toEqual(values);
  await page.keyboard.press('Escape');
  await expect(large).toBeHidden();
});

test('a word that is pointed at shows the patches it attends to, in every view of its sequence', async ({ page }) => {
  const editor = await openViews(page);
  const note = editor.node('map').locator('.note');
  await expect(note).toContainText('patch (1, 1) looks');
  await expect(picture(editor, 'tokens')).toHaveAttribute(
    'aria-label',
    'tokens: 4 image, 2 text and 1 pad tokens; the text reads red blue.',
  );
  await editor.node('tokens').locator('.view-cursor').focus();
  for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowRight');
  await expect(editor.node('tokens').locator('.value-tip')).toContainText('text “red”');
  await expect(note).toContainText('“red” looks');
  await page.keyboard.press('Escape');
  await expect(note).toContainText('patch (1, 1) looks');
  // A click lets the patch in the upper left ask.
  await pointAt(editor, 'map', 0.3, 0.2);
  await page.mouse.down();
  await page.mouse.up();
  await expect(note).toContainText('patch (0, 0) looks');
});
