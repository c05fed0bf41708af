/** Weights go out as a checkpoint and come back: by the File menu, to a file that the person picks. */
import { expect, test, type Page } from '@playwright/test';
import { bytesSource, formatSafetensors, readSafetensor, readSafetensorsHeader } from '../graph/formats/safetensors.ts';
import { checkpoint } from './support/checkpoint.ts';
import { Editor, readStoredBytes, writeStored } from './support/editor.ts';

test.beforeEach(async ({ page }) => {
  // Pickers cannot be answered headless: they give files of the origin's own.
  await page.addInitScript(() => {
    const root = () => navigator.storage.getDirectory();
    Object.assign(window, {
      showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) =>
        (await root()).getFileHandle(suggestedName === 'trained.safetensors' ? 'saved.safetensors' : suggestedName, {
          create: true,
        }),
      showOpenFilePicker: async () => [await (await root()).getFileHandle((window as { chosen?: string }).chosen!)],
    });
  });
});

/** The files that lie in the origin's own folder. */
async function stored(page: Page): Promise<readonly string[]> {
  return await page.evaluate(async () => {
    const found: string[] = [];
    for await (const [name, { kind }] of (await navigator.storage.getDirectory()).entries())
      if (kind === 'file') found.push(name);
    return found;
  });
}

/** The tensors of a file, by name. */
async function tensorsOf(bytes: Buffer): Promise<ReadonlyMap<string, string>> {
  const source = bytesSource(bytes);
  const { entries } = await readSafetensorsHeader(source);
  const tensors = new Map<string, string>();
  for (const [name, entry] of entries) {
    const { dtype, bytes: data } = await readSafetensor(source, entry);
    tensors.set(name, `${dtype} ${Buffer.from(data).toString('base64')}`);
  }
  return tensors;
}

test('weights that the seed draws are saved with the bits that the command line draws, or half as many', async ({
  page,
}) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.settled();
  await editor.command('Save weights');
  const dialog = page.getByRole('dialog', { name: 'Save the weights' });
  await expect(dialog.getByRole('status')).toHaveText(/^\d+ weights, [\d.]+ \w+, 1 file$/);
  await dialog.getByRole('button', { name: 'Save…' }).click();
  await expect(page.getByText('The weights are saved')).toBeVisible();
  await expect(dialog).toHaveCount(0);
  expect(await stored(page)).toEqual(['Attention.safetensors']);
  const bytes = await readStoredBytes(page, 'Attention.safetensors');
  expect(await tensorsOf(bytes)).toEqual(await tensorsOf(await checkpoint()));

  await editor.command('Save weights');
  await dialog.getByLabel('Numbers').selectOption({ label: 'bfloat16, half as large' });
  await dialog.getByRole('button', { name: 'Save…' }).click();
  await expect
    .poll(async () => (await readStoredBytes(page, 'Attention.safetensors')).byteLength)
    .toBeLessThan(bytes.byteLength);
});

test('weights that are called otherwise go out under either name, and load again', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  const renamed = await checkpoint(undefined, (name) => `model.${name}`);
  await load(page, editor, 'trained.safetensors', renamed);
  const proposal = page.getByRole('dialog', { name: 'Weights of trained.safetensors' });
  await proposal.getByRole('textbox').fill('model.**=**');
  await proposal.getByRole('button', { name: 'Load the weights' }).click();
  await editor.settled();
  await page.getByRole('region', { name: 'Weights' }).getByRole('button', { name: 'Save weights…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save the weights' });
  await dialog.getByLabel('Names').selectOption({ label: 'those that they have in trained.safetensors' });
  await expect(dialog.getByRole('status')).toContainText('the same file byte for byte');
  await dialog.getByRole('button', { name: 'Save…' }).click();
  await expect(page.getByText('beside the document, every program finds them')).toBeVisible();
  expect(await readStoredBytes(page, 'saved.safetensors')).toEqual(renamed);

  await editor.command('Save weights');
  await dialog.getByRole('button', { name: 'Save…' }).click();
  await expect(dialog).toHaveCount(0);
  const plain = await tensorsOf(await checkpoint());
  await expect.poll(async () => tensorsOf(await readStoredBytes(page, 'saved.safetensors'))).toEqual(plain);
});

test('weights with values that are no numbers say so, in the dialog and without one', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  for (const called of [(name: string) => `model.${name}`, (name: string) => name]) {
    const bytes = await diverged(called);
    await load(page, editor, 'diverged.safetensors', bytes);
    if (called('') === '') {
      await expect(page.getByText(/diverged\.safetensors has values that are no numbers .*, element 5$/)).toBeVisible();
      continue;
    }
    const dialog = page.getByRole('dialog', { name: 'Weights of diverged.safetensors' });
    await dialog.getByRole('textbox').fill('model.**=**');
    await expect(dialog.getByRole('status', { name: 'What fits' })).toContainText('with no numbers1');
    await dialog.getByText('with no numbers:').click();
    await expect(dialog).toContainText(', element 5');
    await page.keyboard.press('Escape');
  }
});

/** With an infinity in the first weight. */
async function diverged(called: (name: string) => string): Promise<Buffer> {
  const source = bytesSource(await checkpoint(undefined, called));
  const { entries } = await readSafetensorsHeader(source);
  const tensors = [];
  for (const [name, entry] of entries) tensors.push({ ...(await readSafetensor(source, entry)), name });
  const data = new Float32Array(new Uint8Array(tensors[0]!.bytes).buffer);
  data[5] = Infinity;
  tensors[0] = { ...tensors[0]!, bytes: new Uint8Array(data.buffer) };
  return Buffer.concat(formatSafetensors(tensors));
}

async function load(page: Page, editor: Editor, name: string, buffer: Buffer): Promise<void> {
  await writeStored(page, name, buffer);
  await page.evaluate((chosen) => Object.assign(window, { chosen }), name);
  await editor.command('Load weights');
}
