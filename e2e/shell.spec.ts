/** The frame around the canvas: recovery, unsaved edits, bad files, problems, keys, a lost GPU, what an edit costs. */
import { expect, test } from '@playwright/test';
import { answerPickers, Editor, journalEntries, readStored, rememberDevice, writeStored } from './support/editor.ts';

/** A chain of as many linear layers and GELUs. */
function chainOf(length: number): string {
  const nodes: object[] = [
    { id: 'source', name: 'source', type: 'random_tensor', position: [0, 0], params: { shape: 'batch, width' } },
  ];
  const edges: object[] = [];
  let from = 'source';
  for (let index = 1; index < length; index++) {
    const id = `node${index}`;
    const linear = index % 2 === 1;
    const params = { in_features: 'width', out_features: 'width' };
    const position = [(index % 20) * 260, Math.floor(index / 20) * 320];
    nodes.push({ id, name: id, type: linear ? 'linear' : 'gelu', position, ...(linear && { params }) });
    edges.push({ from: [from, 'output'], to: [id, 'input'] });
    from = id;
  }
  const hyperparameters = [{ name: 'width', type: 'int', default: 16 }];
  const modules = [{ name: 'Chain', hyperparameters, sizes: [{ name: 'batch', default: 2 }], nodes, edges }];
  return JSON.stringify({ format: 'patchbay', version: 1, seed: 0, main: 'Chain', presets: [], modules, assets: [] });
}

test('edits that were not saved come back after a crash', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.set('num_heads', '6');
  await expect(page).toHaveTitle('• Attention – Patchbay');
  // The journal is written a moment after the edit; a crash takes what came later.
  await expect.poll(() => journalEntries(page)).toBe(1);
  const context = page.context();
  await page.close({ runBeforeUnload: false });
  const next = await context.newPage();
  await next.goto('/');
  await next
    .getByRole('region', { name: 'Unsaved edits from before' })
    .getByRole('button', { name: /^Attention/ })
    .click();
  await expect(new Editor(next).field('num_heads')).toHaveValue('6');
  await expect(next).toHaveTitle('• Attention – Patchbay');
});

test('after a crash edits and a file that was written after them are both to be had', async ({ page, context }) => {
  const name = 'chain.patchbay';
  await answerPickers(page, name);
  await page.goto('/');
  await writeStored(page, name, Buffer.from(chainOf(4)));
  await page.getByRole('button', { name: 'Open file…' }).click();
  await new Editor(page).set('width', '24');
  await expect.poll(() => journalEntries(page)).toBe(1);
  await page.close({ runBeforeUnload: false });

  const next = await context.newPage();
  await answerPickers(next, name);
  await next.goto('/');
  await writeStored(next, name, Buffer.from(chainOf(3)));
  const entry = next.getByRole('region', { name: 'Unsaved edits from before' }).getByRole('button').first();
  const question = next.getByRole('alertdialog', { name: `${name} was written after these edits` });
  await entry.click();
  await expect(question).toContainText('Compared with the file the edits have');
  await next.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await entry.click();
  await question.getByRole('button', { name: 'Open the edits' }).click();
  await expect(new Editor(next).field('width')).toHaveValue('24');
  // Whoever has chosen is not asked again.
  const asked: string[] = [];
  next.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await next.keyboard.press('Control+s');
  await expect(next.getByText(`Saved ${name}`).first()).toBeAttached();
  expect(asked).toEqual([]);
  expect(await readStored(next, name)).toContain('24');
});

test('unsaved edits are asked about, and kept until they are given up', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.set('num_heads', '6');
  const dialog = page.getByRole('alertdialog', { name: 'Save the edits of Attention?' });
  await editor.command('Close the document');
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(editor.field('num_heads')).toHaveValue('6');
  await editor.command('Close the document');
  await dialog.getByRole('button', { name: 'Discard edits' }).click();
  await expect(page).toHaveTitle('Patchbay');
  await expect(page.getByRole('heading', { name: 'Templates' })).toBeVisible();
});

test('a broken file is told with its place, and what was open stays', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await new Editor(page).dropDocument('broken.patchbay', '{"format": "patchbay",\n  oops}');
  const dialog = page.getByRole('alertdialog', { name: 'broken.patchbay cannot be opened' });
  await expect(dialog).toContainText('line 2, column 3');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await new Editor(page).dropDocument('notes.png', 'this is text');
  await expect(page.getByRole('alert')).toContainText('notes.png is not a picture');
  await expect(editor.node('attention')).toBeVisible();
});

test('a problem inside a module is found from the list, and its fix mends it', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await editor.set('num_heads', '5');
  await page.getByRole('button', { name: '1 problem' }).click();
  const problems = page.getByRole('region', { name: 'Problems' });
  await expect(problems.getByText(/waits? for this/)).toBeVisible();
  await problems.getByRole('button', { name: /not divisible/ }).click();
  await expect(editor.node('attention')).toHaveAttribute('aria-current', 'true');
  await problems
    .getByRole('button', { name: /^Set num_heads to/ })
    .first()
    .click();
  await expect(page.getByRole('button', { name: 'no problems' })).toBeVisible();
  await page.locator('.react-flow__pane').focus();
  await page.keyboard.press('Control+z');
  await expect(problems.getByRole('button', { name: /not divisible/ })).toBeVisible();
});

test('modules open and close by keys, and the breadcrumbs say where one is', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Vision Transformer');
  await editor.select('blocks');
  await page.keyboard.press('Enter');
  const crumbs = page.getByRole('navigation', { name: 'Open module' });
  await expect(crumbs.getByText('blocks')).toHaveAttribute('aria-current', 'page');
  // The card that had the focus is gone: keys are the canvas's. F1 leads to the inspector, Escape back.
  const current = page.locator('article[aria-current="true"]');
  await page.keyboard.press('ArrowRight');
  await expect(current).toBeFocused();
  await page.keyboard.press('F1');
  await expect(current).not.toBeFocused();
  await page.keyboard.press('Escape');
  await expect(current).toBeFocused();
  await crumbs.getByLabel('Layer of blocks').selectOption('2');
  await editor.select('attention');
  await page.keyboard.press('Enter');
  await expect(crumbs.getByText('attention')).toHaveAttribute('aria-current', 'page');
  await page.keyboard.press('Escape');
  await expect(crumbs.getByLabel('Layer of blocks')).toHaveValue('2');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(editor.node('blocks')).toHaveAttribute('aria-current', 'true');
});

test('the graph computes again after the GPU was lost', async ({ page, browser }) => {
  const editor = new Editor(page);
  await rememberDevice(page, 'gpu');
  await editor.openTemplate('Attention');
  await editor.settled();
  const mean = await editor.meanText('attention');
  const cdp = await browser.newBrowserCDPSession();
  await cdp.send('Browser.crashGpuProcess');
  await expect(page.getByText(/The GPU was lost/).first()).toBeAttached();
  await editor.settled();
  await expect(editor.mean('attention')).toHaveText(mean);
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText('SwiftShader (software)');
});

test('panels fold and stay folded', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  const library = page.getByRole('complementary', { name: 'Library' });
  await expect(library).toBeVisible();
  await page.keyboard.press('Control+b');
  await expect(library).toBeHidden();
  await page.reload();
  await editor.openTemplate('Attention');
  await expect(library).toBeHidden();
});

test('an edit of 300 nodes is measured from its dispatch to the DOM', async ({ page }, info) => {
  const editor = new Editor(page);
  await page.goto('/');
  await new Editor(page).dropDocument('chain.patchbay', chainOf(300));
  await expect(editor.node('node1')).toBeAttached();
  await page.locator('.run-mode').click();
  await page.getByRole('menuitemradio', { name: /^Paused/ }).click();
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(window, { seen });
    const record = (list: PerformanceObserverEntryList) => {
      for (const { name, duration } of list.getEntries()) if (name === 'patchbay:edit') seen.push(duration);
    };
    new PerformanceObserver(record).observe({ type: 'measure' });
  });
  for (const width of [24, 32, 40]) {
    await editor.set('width', String(width));
    await expect(editor.node('node1').locator('.port-row.output .shape')).toContainText(String(width));
  }
  const seen = () => page.evaluate(() => (window as unknown as { seen: number[] }).seen);
  // An observer is told a moment after the measure is made.
  await expect.poll(seen).toHaveLength(3);
  const measured = await seen();
  // Times are for people to read: they depend on what else the machine does.
  info.annotations.push({ type: 'patchbay:edit', description: measured.map((ms) => `${ms.toFixed(1)} ms`).join(', ') });
});
