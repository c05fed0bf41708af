/** Several documents in tabs: each keeps its history, its place and its values, and none goes without a question. */
import { expect, test, type Locator, type Page } from '@playwright/test';
import { Editor, journalEntries } from './support/editor.ts';

const tabs = (page: Page): Locator => page.getByRole('tablist', { name: 'Open documents' }).getByRole('tab');
const tab = (page: Page, name: string): Locator => page.getByRole('tab', { name, exact: true });

/** Another document beside those that are open. */
async function alsoOpen(editor: Editor, template: string): Promise<void> {
  await editor.command('Templates and recent files');
  await editor.template(template).click();
  await expect(editor.page.getByRole('contentinfo', { name: 'Status' })).toBeVisible();
}

/** A document of one module with this seed, as another window would have written it. */
function documentOf(seed: number): string {
  const modules = [{ name: 'Model', hyperparameters: [], sizes: [], nodes: [], edges: [] }];
  return JSON.stringify({ format: 'patchbay', version: 1, seed, main: 'Model', presets: [], modules, assets: [] });
}

test('three documents: edits, undo, place and values are each one’s own', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Attention');
  await expect(page.getByRole('tablist')).toBeHidden();
  await editor.set('num_heads', '6');
  await editor.settled();
  await editor.select('attention');
  const mean = await editor.meanText('attention');
  await alsoOpen(editor, 'Patch embedding');
  await editor.settled();
  const wide = await editor.meanText('flatten');
  await editor.set('embed_dim', '32');
  await editor.command('Zoom in');
  await editor.settled();
  await expect(editor.mean('flatten')).not.toHaveText(wide);
  const patches = await editor.meanText('flatten');
  const place = await editor.node('flatten').boundingBox();
  await alsoOpen(editor, 'Blank');
  await expect(tabs(page)).toHaveText(['Attention', 'Patch embedding', 'Blank']);
  await expect(tab(page, 'Blank')).toHaveAttribute('aria-selected', 'true');

  await tab(page, 'Attention, unsaved').click();
  await expect(page).toHaveTitle('• Attention – Patchbay');
  await expect(editor.node('attention')).toHaveAttribute('aria-current', 'true');
  await editor.settled();
  await expect(editor.mean('attention')).toHaveText(mean);
  await expect(editor.run).toContainText('0 of');
  await editor.command('Undo');
  await expect(page).toHaveTitle('Attention – Patchbay');
  await editor.settled();
  await expect(editor.mean('attention')).not.toHaveText(mean);

  await page.keyboard.press('Alt+2');
  await expect(page).toHaveTitle('• Patch embedding – Patchbay');
  await editor.settled();
  await expect(editor.mean('flatten')).toHaveText(patches);
  expect(await editor.node('flatten').boundingBox()).toEqual(place);
  await editor.command('Undo');
  await expect(page).toHaveTitle('Patch embedding – Patchbay');
  await tab(page, 'Attention').click();
  await editor.command('Redo');
  await editor.settled();
  await expect(editor.mean('attention')).toHaveText(mean);
});

test('tabs by keyboard: walked, shown, closed with their question, reopened with their history', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Blank');
  await page.keyboard.press('Control+Alt+n');
  await page.keyboard.press('Control+Alt+n');
  await expect(tabs(page)).toHaveText(['Blank', 'Untitled', 'Untitled 2']);
  await page.keyboard.press('Alt+PageDown');
  await expect(page).toHaveTitle('Blank – Patchbay');
  await page.keyboard.press('Alt+PageUp');
  await expect(page).toHaveTitle('Untitled 2 – Patchbay');
  await editor.set('seed', '5');
  await expect(tab(page, 'Untitled 2, unsaved')).toHaveAttribute('aria-posinset', '3');

  await tab(page, 'Untitled 2, unsaved').focus();
  await page.keyboard.press('Home');
  await expect(tab(page, 'Blank')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(tab(page, 'Untitled')).toBeFocused();
  await expect(page).toHaveTitle('• Untitled 2 – Patchbay');
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle('Untitled – Patchbay');
  await page.keyboard.press('Delete');
  await expect(tabs(page)).toHaveText(['Blank', 'Untitled 2']);
  await expect(tab(page, 'Untitled 2, unsaved')).toBeFocused();
  await page.keyboard.press('Delete');
  const question = page.getByRole('alertdialog', { name: 'Save the edits of Untitled 2?' });
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(question).toBeHidden();
  await expect(tabs(page)).toHaveCount(2);
  await page.keyboard.press('Control+Alt+w');
  await question.getByRole('button', { name: 'Discard edits' }).click();
  await expect(question).toBeHidden();
  await expect(page.getByRole('tablist')).toBeHidden();
  await page.keyboard.press('Control+Alt+Shift+W');
  await expect(page).toHaveTitle('• Untitled 2 – Patchbay');
  await editor.command('Undo');
  await expect(page).toHaveTitle('Untitled 2 – Patchbay');
});

test('a tab is dragged, and has a menu; several dropped files are several tabs', async ({ page }) => {
  const editor = new Editor(page);
  await page.goto('/');
  await expect(editor.template('Blank')).toBeVisible();
  await page.keyboard.press('Control+Alt+n');
  await expect(page).toHaveTitle('Untitled – Patchbay');
  await page.evaluate(
    (files) => {
      const dataTransfer = new DataTransfer();
      for (const [name, text] of files) dataTransfer.items.add(new File([text!], name!));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    },
    [
      ['one.patchbay', documentOf(1)],
      ['two.patchbay', documentOf(2)],
      ['three.patchbay', documentOf(3)],
    ],
  );
  // The new document, which nothing was done with, made place.
  await expect(tabs(page)).toHaveText(['one.patchbay', 'two.patchbay', 'three.patchbay']);
  await expect(editor.field('seed')).toHaveValue('3');
  const [from, to] = [await tab(page, 'three.patchbay').boundingBox(), await tab(page, 'one.patchbay').boundingBox()];
  await page.mouse.move(from!.x + 10, from!.y + 10);
  await page.mouse.down();
  await page.mouse.move(to!.x + 10, to!.y + 10, { steps: 6 });
  await page.mouse.up();
  await expect(tabs(page)).toHaveText(['three.patchbay', 'one.patchbay', 'two.patchbay']);
  await tab(page, 'one.patchbay').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Close those to the right' }).click();
  await expect(tabs(page)).toHaveText(['three.patchbay', 'one.patchbay']);
  await tab(page, 'one.patchbay').click({ button: 'middle' });
  await expect(page.getByRole('tablist')).toBeHidden();
  await expect(editor.field('seed')).toHaveValue('3');
});

test('edits of several documents come back after a crash, all at once', async ({ page }) => {
  const editor = new Editor(page);
  await editor.openTemplate('Blank');
  await editor.set('seed', '1');
  await page.keyboard.press('Control+Alt+n');
  await expect(tabs(page)).toHaveText(['Blank', 'Untitled']);
  await editor.set('seed', '2');
  await expect(tab(page, 'Untitled, unsaved')).toBeVisible();
  await expect.poll(() => journalEntries(page)).toBe(2);
  await page.evaluate(() => window.dispatchEvent(new Event('pagehide')));
  const context = page.context();
  await page.close({ runBeforeUnload: false });
  const next = await context.newPage();
  await next.goto('/');
  await next.getByRole('button', { name: 'Recover all 2' }).click();
  await expect(tabs(next)).toHaveCount(2);
  await expect(tab(next, 'Blank, unsaved')).toBeVisible();
  await tab(next, 'Untitled, unsaved').click();
  await expect(new Editor(next).field('seed')).toHaveValue('2');
});

test('recent files show their graphs; one is taken from the list, and those that were open are offered again', async ({
  page,
}) => {
  const editor = new Editor(page);
  await page.goto('/');
  // A file as a picker or a drop gives it: the origin's private files have such handles.
  const drop = (name: string, text: string) =>
    page.evaluate(
      async ({ name, text }) => {
        const root = await navigator.storage.getDirectory();
        const handle = await root.getFileHandle(name, { create: true });
        const writable = await handle.createWritable();
        await writable.write(text);
        await writable.close();
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], name));
        Object.assign(DataTransferItem.prototype, { getAsFileSystemHandle: () => Promise.resolve(handle) });
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      },
      { name, text },
    );
  await drop('first.patchbay', documentOf(1));
  await expect(page).toHaveTitle('first.patchbay – Patchbay');
  await drop('second.patchbay', documentOf(2));
  await expect(tabs(page)).toHaveText(['first.patchbay', 'second.patchbay']);
  // The same file again is shown in its tab.
  await drop('first.patchbay', documentOf(1));
  await expect(tab(page, 'first.patchbay')).toHaveAttribute('aria-selected', 'true');
  await expect(tabs(page)).toHaveCount(2);
  await expect.poll(() => page.evaluate(() => localStorage.getItem('patchbay:thumbnails'))).not.toBeNull();

  await page.reload();
  const recent = page.getByRole('region', { name: 'Recent files' });
  await expect(recent.getByRole('listitem')).toHaveCount(2);
  await recent.getByRole('button', { name: 'Reopen 2 files' }).click();
  await expect(tabs(page)).toHaveText(['first.patchbay', 'second.patchbay']);
  await editor.command('Templates and recent files');
  await recent.getByRole('button', { name: /^first\.patchbay/ }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Delete');
  await expect(recent.getByRole('listitem')).toHaveCount(1);
});
