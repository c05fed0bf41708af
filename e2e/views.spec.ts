/** View nodes: what they show is what the command line computes; pointer and keys read it; a word lights up its patches. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { readResults } from '../cli/testing/results.ts';
import { parseNpy } from '../graph/formats/npy.ts';
import { Editor } from './support/editor.ts';

type Node = readonly [name: string, type: string, x: number, y: number, params?: Readonly<Record<string, unknown>>];

const NODES: readonly Node[] = [
  ['scores', 'random_tensor', 0, 0, { shape: 'batch=1, heads=2, queries=7, keys=7', seed: 3 }],
  ['weights', 'softmax', 0, 240],
  ['input_ids', 'token_input', 0, 480, { text: 'red blue', words: 'red blue', length: 3, image_tokens: 4 }],
  ['tokens', 'token_strip', 260, 480],
  ['matrix', 'attention_matrix', 260, 0],
  ['map', 'attention_map', 600, 0],
  ['noise', 'random_tensor', 600, 420, { shape: '3, 4', seed: 5 }],
  ['similarity', 'similarity_matrix', 900, 0],
];

const WIRES = [
  'scores.output weights.input',
  'weights.output matrix.attention_weights',
  'weights.output map.attention_weights',
  'input_ids.ids matrix.input_ids',
  'input_ids.ids map.input_ids',
  'input_ids.ids tokens.input_ids',
  'noise.output similarity.similarity',
];

function documentText(): string {
  const nodes = NODES.map(([name, type, x, y, params]) => ({ id: name, name, type, params, position: [x, y] }));
  const edges = WIRES.map((wire) => wire.split(' ').map((end) => end.split('.'))).map(([from, to]) => ({ from, to }));
  const modules = [{ name: 'Views', hyperparameters: [], nodes, edges }];
  return JSON.stringify({ format: 'patchbay', version: 1, seed: 0, main: 'Views', presets: [], modules, assets: [] });
}

async function openViews(page: Page): Promise<Editor> {
  await page.goto('/');
  const editor = new Editor(page);
  await expect(editor.template('Blank')).toBeVisible();
  await page.evaluate((text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], 'views.patchbay'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }, documentText());
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
  await writeFile(graph, documentText());
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

for (const colorScheme of ['dark', 'light'] as const) {
  test(`views do not stand in the way of assistive technology (${colorScheme})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    const editor = await openViews(page);
    await editor.select('matrix');
    await page.keyboard.press('l');
    await expect(page.getByRole('dialog', { name: 'matrix' })).toBeVisible();
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await page.evaluate(`${axe};0`);
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: {
          run(where: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
        };
      };
      const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
      return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
    });
    expect(found).toEqual([]);
  });
}
