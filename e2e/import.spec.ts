/** Models of elsewhere come in, as a person brings them: by the menu, or dropped on the window. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { SMALL, tensorsOf, writeFolder } from '../import/huggingface/testing/small-models.ts';
import { checkpoint } from './support/checkpoint.ts';
import { Editor, journalEntries } from './support/editor.ts';
import { importedMeans, smallOnnx } from './support/models.ts';

let folder: string;

test.beforeEach(async ({ page }) => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-import-'));
  // The browser's picker of folders cannot be answered headless: the page falls back on a field.
  await page.addInitScript(() => Object.assign(window, { showDirectoryPicker: undefined }));
});

test.afterEach(() => rm(folder, { recursive: true }));

test('an .onnx file opens with its weights, computes what the command line does, and tells what was chosen for it', async ({
  page,
}) => {
  const file = join(folder, 'mlp.onnx');
  await writeFile(file, smallOnnx());
  const means = await importedMeans(file, join(folder, 'mlp.patchbay'));
  const editor = await begin(page);
  await choose(page, 'ONNX file…', file);
  const report = page.getByRole('dialog', { name: 'mlp.onnx is imported' });
  await expect(report).toContainText('parameters72');
  await expect(report.getByLabel('batch')).toHaveValue('1');
  await report.getByRole('button', { name: 'Show the graph' }).click();
  await editor.settled();
  expect(await shownMean(editor, 'w2')).toBeCloseTo(means.get('y')!, 4);
  // The application kept them: edits that a crash leaves find them again.
  await expect.poll(() => journalEntries(page)).toBe(1);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Unsaved edits from before' })).toBeVisible();
  await page.getByRole('button', { name: /^mlp/ }).click();
  await editor.settled();
  expect(await shownMean(editor, 'w2')).toBeCloseTo(means.get('y')!, 4);
});

test('a Hugging Face folder opens with its weights where they lie, and computes what the command line does', async ({
  page,
}) => {
  const { config, shapes } = SMALL.classifier;
  const path = writeFolder(join(folder, 'small-vit'), { config, tensors: tensorsOf(shapes) });
  const means = await importedMeans(path, join(folder, 'vit.patchbay'));
  const editor = await begin(page);
  await choose(page, 'Hugging Face folder…', path);
  const report = page.getByRole('dialog', { name: 'small-vit is imported' });
  await expect(report).toContainText('ViTForImageClassification');
  await expect(report).toContainText('preprocessor_config.json: it is missing');
  await report.getByRole('button', { name: 'Show the graph' }).click();
  await editor.settled();
  expect(await shownMean(editor, 'classifier')).toBeCloseTo(means.get('logits')!, 4);
});

test('what is no model, or lacks its weights, is told with its place, and nothing opens', async ({ page }) => {
  const file = join(folder, 'broken.onnx');
  await writeFile(file, smallOnnx().subarray(0, 100));
  const bare = writeFolder(join(folder, 'bare'), { config: { ...SMALL.vit.config, model_type: 'bert' } });
  await begin(page);
  for (const [button, path, words] of [
    ['ONNX file…', file, /is cut off or broken at its byte/],
    [
      'Hugging Face folder…',
      bare,
      /bare\/config\.json: model_type: "bert" is not known; known are vit, clip, clip_text_model,/,
    ],
  ] as const) {
    await choose(page, button, path);
    const told = page.getByRole('alertdialog');
    await expect(told).toContainText('cannot be imported');
    await expect(told).toContainText(words);
    await told.getByRole('button', { name: 'Close' }).click();
    await expect(page.getByRole('heading', { name: 'Templates' })).toBeVisible();
  }
});

test('an .onnx file that is dropped is imported; what it has no node for is told', async ({ page }) => {
  const editor = await begin(page);
  await editor.dropFile(page.getByRole('heading', { name: 'Templates' }), {
    name: 'odd.onnx',
    type: '',
    bytes: smallOnnx('NonMaxSuppression'),
  });
  const report = page.getByRole('dialog', { name: 'odd.onnx is imported' });
  await expect(report).toContainText('NonMaxSuppression was not taken over: 1 placeholder stands for it');
  await page.keyboard.press('Escape');
  await expect(report).toHaveCount(0);
  await expect(page.locator('article[data-node]').first()).toBeVisible();
});

test('weights that are called otherwise are reported before anything changes, and a rule makes them fit', async ({
  page,
}) => {
  await page.addInitScript(() => Object.assign(window, { showOpenFilePicker: undefined }));
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.settled();
  const before = await editor.meanText('attention');
  const choosing = page.waitForEvent('filechooser');
  await editor.command('Load weights');
  const buffer = await checkpoint('attention.v_proj.weight', (name) => `model.${name}`);
  await (await choosing).setFiles({ name: 'trained.safetensors', mimeType: 'application/octet-stream', buffer });
  const dialog = page.getByRole('dialog', { name: 'Weights of trained.safetensors' });
  const counts = dialog.getByRole('status', { name: 'What fits' });
  await expect(counts).toContainText('matched0 of');
  await expect(counts).toContainText('left over');
  await dialog.getByRole('textbox').fill('nonsense');
  await expect(dialog).toContainText('Line 1: the rule "nonsense": write FROM=TO');
  await dialog.getByRole('textbox').fill('model.**=**');
  await expect(counts).not.toContainText('left over');
  await expect(page.getByRole('region', { name: 'Weights', includeHidden: true })).toContainText('Drawn from the seed');
  await dialog.getByRole('button', { name: 'Load the weights' }).click();
  await expect(page.getByRole('region', { name: 'Weights' })).toContainText('trained.safetensors');
  await editor.settled();
  expect(await editor.meanText('attention')).not.toBe(before);
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('region', { name: 'Weights' })).toContainText('Drawn from the seed');
});

async function begin(page: Page): Promise<Editor> {
  await page.goto('/');
  const editor = new Editor(page);
  await expect(editor.template('Blank')).toBeVisible();
  return editor;
}

/** By the command, and the field that it opens. */
async function choose(page: Page, button: string, path: string): Promise<void> {
  await page.keyboard.press('Control+Shift+O');
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('alertdialog', { name: 'Import a model' }).getByRole('button', { name: button }).click();
  await (await choosing).setFiles(path);
}

async function shownMean(editor: Editor, node: string): Promise<number> {
  const text = await editor.meanText(node);
  return Number(text.replace('μ ', '').replace('−', '-'));
}
