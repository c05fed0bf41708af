/** The application in two tabs of one browser: each has its documents, and a file that is edited in one is asked about in the other. */
import { expect, test, type Page } from '@playwright/test';
import { Editor, journalEntries, readStored, untilFilesAreFree } from './support/editor.ts';

const NAME = 'shared.patchbay';

function documentOf(seed: number): string {
  const modules = [{ name: 'Model', hyperparameters: [], sizes: [], nodes: [], edges: [] }];
  return JSON.stringify({ format: 'patchbay', version: 1, seed, main: 'Model', presets: [], modules, assets: [] });
}

/** Writes a file of the origin's private ones, which have handles as those that a picker gives. */
async function write(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    async ([name, text]) => {
      const handle = await (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
      const writable = await handle.createWritable();
      await writable.write(text);
      await writable.close();
    },
    [name, text] as const,
  );
}

/** The person chooses the file of this name in the browser's picker. */
async function open(page: Page, name: string): Promise<void> {
  await page.evaluate(async (name) => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle(name);
    Object.assign(window, { showOpenFilePicker: () => Promise.resolve([handle]) });
  }, name);
  await page.keyboard.press('Control+o');
}

async function seedOf(page: Page, name: string): Promise<unknown> {
  return (JSON.parse(await readStored(page, name)) as { seed: unknown }).seed;
}

const question = (page: Page) =>
  page.getByRole('alertdialog', { name: `${NAME} is open in another tab of this browser` });
const recovered = (page: Page) => page.getByRole('region', { name: 'Unsaved edits from before' });

test('edits in two tabs do not mix; closing one keeps the other, and its edits are offered to the next', async ({
  page,
  context,
}) => {
  const one = new Editor(page);
  await one.openTemplate('Blank');
  await one.set('seed', '1');
  const opening = context.waitForEvent('page');
  await one.command('New window');
  const other = await opening;
  const two = new Editor(other);
  await two.template('Blank').click();
  await two.set('seed', '2');
  await expect.poll(() => journalEntries(other)).toBe(2);
  await expect(one.field('seed')).toHaveValue('1');
  await one.command('Undo');
  await expect(one.field('seed')).toHaveValue('0');
  await expect(two.field('seed')).toHaveValue('2');
  await expect(page).toHaveTitle('Blank – Patchbay');
  await one.set('seed', '4');
  await expect.poll(() => journalEntries(page)).toBe(2);

  await other.close({ runBeforeUnload: false });
  await one.set('seed', '5');
  await expect(one.field('seed')).toHaveValue('5');
  const third = await context.newPage();
  // Until the browser has taken back what the closed tab held.
  await expect(async () => {
    await third.goto('/');
    await expect(recovered(third).getByRole('button', { name: /never saved/ })).toHaveCount(1, { timeout: 2000 });
  }).toPass();
  await recovered(third)
    .getByRole('button', { name: /never saved/ })
    .click();
  await expect(new Editor(third).field('seed')).toHaveValue('2');
});

test('unsaved edits that two tabs are offered open in one of them', async ({ page, context }) => {
  const lost = new Editor(page);
  await lost.openTemplate('Blank');
  await lost.set('seed', '3');
  await expect.poll(() => journalEntries(page)).toBe(1);
  await page.close({ runBeforeUnload: false });
  const [one, two] = [await context.newPage(), await context.newPage()];
  for (const tab of [one, two]) {
    await expect(async () => {
      await tab.goto('/');
      await expect(recovered(tab)).toBeVisible({ timeout: 2000 });
    }).toPass();
  }
  await recovered(one)
    .getByRole('button', { name: /never saved/ })
    .click();
  await expect(new Editor(one).field('seed')).toHaveValue('3');
  await recovered(two)
    .getByRole('button', { name: /never saved/ })
    .click();
  await expect(two.getByText('The edits of Blank are open in another window, or gone')).toBeVisible();
  await expect(recovered(two)).toBeHidden();
  await expect(two).toHaveTitle('Patchbay');
});

test('a file that another tab has open: not, read-only or anyway; once that tab is gone nobody is asked', async ({
  page,
  context,
}) => {
  await page.goto('/');
  await write(page, NAME, documentOf(1));
  await open(page, NAME);
  await expect(page).toHaveTitle(`${NAME} – Patchbay`);
  // It is this tab's own, also after it was loaded anew.
  await page.reload();
  await untilFilesAreFree(page);
  await page.getByRole('button', { name: `Reopen ${NAME}` }).click();
  await expect(page).toHaveTitle(`${NAME} – Patchbay`);

  const other = await context.newPage();
  const editor = new Editor(other);
  await other.goto('/');
  await open(other, NAME);
  await question(other).getByRole('button', { name: 'Cancel' }).click();
  await expect(question(other)).toBeHidden();
  await expect(other).toHaveTitle('Patchbay');

  await open(other, NAME);
  await question(other).getByRole('button', { name: 'Open read-only' }).click();
  await expect(other).toHaveTitle(`${NAME} – Patchbay`);
  await expect(other.getByText('read-only: open elsewhere')).toBeVisible();
  await expect(editor.field('seed')).not.toBeEditable();
  await other.screenshot({ path: test.info().outputPath('read-only.png') });
  await editor.command('Close the document');

  await open(other, NAME);
  await question(other).getByRole('button', { name: 'Open anyway' }).click();
  await editor.set('seed', '2');
  await other.keyboard.press('Control+s');
  await expect.poll(() => seedOf(other, NAME)).toBe(2);
  // Before it overwrites that, the first is asked.
  await new Editor(page).set('seed', '3');
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await page.keyboard.press('Control+s');
  await expect.poll(() => asked).toEqual([`${NAME} was changed by another program. Overwrite it?`]);
  expect(await seedOf(other, NAME)).toBe(2);

  // What a tab leaves that is gone counts for nothing.
  await page.close({ runBeforeUnload: false });
  await editor.command('Close the document');
  await untilFilesAreFree(other);
  await open(other, NAME);
  await expect(other).toHaveTitle(`${NAME} – Patchbay`);
  await expect(editor.field('seed')).toBeEditable();
});
