/** The browser shell's platform in real Chromium: files by handles from OPFS (pickers cannot be driven), journal, drops. */
import { createHash } from 'node:crypto';
import { expect, test, type Page } from '@playwright/test';
import type { FileRef } from '../renderer/platform/platform.ts';
import { onPlatformPage, pick } from './support/platform-page.ts';

const address = onPlatformPage();

test('a document is opened, saved in place, saved as another, and found again after a restart', async ({ page }) => {
  await pick(page, null);
  expect(await page.evaluate(() => window.platform.openFile())).toBeNull();
  await pick(page, 'vit.patchbay', 'first');
  const saved = await page.evaluate(async () => {
    const opened = (await window.platform.openFile())!;
    const bytes = new TextEncoder().encode('second');
    const file = await window.platform.saveFile(opened.file, 'ignored', bytes);
    return { text: new TextDecoder().decode(opened.bytes), same: file!.id === opened.file!.id };
  });
  expect(saved).toEqual({ text: 'first', same: true });
  await pick(page, 'copy.patchbay');
  const copy = await page.evaluate(() =>
    window.platform.saveFile(null, 'Untitled.patchbay', new TextEncoder().encode('third')),
  );
  expect(copy).toMatchObject({ name: 'copy.patchbay' });

  await page.reload();
  const recent = await page.evaluate(async () => {
    const files = await window.platform.recentFiles();
    const texts = await Promise.all(
      files.map(async ({ id }) => new TextDecoder().decode((await window.platform.openRecent(id))!.bytes)),
    );
    return files.map(({ name }, index) => [name, texts[index]]);
  });
  expect(recent).toEqual([
    ['copy.patchbay', 'third'],
    ['vit.patchbay', 'second'],
  ]);
  await page.evaluate(() => window.platform.clearRecentFiles());
  expect(await page.evaluate(() => window.platform.recentFiles())).toEqual([]);
});

test('what another program wrote is noticed, and overwritten only where that is wanted', async ({ page }) => {
  await pick(page, 'shared.patchbay', 'first');
  await page.evaluate(async () => {
    const { file } = (await window.platform.openFile())!;
    Object.assign(window, { file });
  });
  const changed = () =>
    page.evaluate(async () => {
      const bytes = await window.platform.readChanged((window as unknown as { file: FileRef }).file);
      return bytes && new TextDecoder().decode(bytes);
    });
  const saved = () =>
    page.evaluate(async () => {
      const { file } = window as unknown as { file: FileRef };
      return await window.platform.saveFile(file, 'ignored', new TextEncoder().encode('mine'));
    });
  expect(await changed()).toBeNull();
  await pick(page, 'shared.patchbay', 'theirs, and longer');
  expect(await changed()).toBe('theirs, and longer');
  const asked: string[] = [];
  page.on('dialog', async (dialog) => {
    asked.push(dialog.message());
    await (asked.length === 1 ? dialog.dismiss() : dialog.accept());
  });
  expect(await saved()).toBeNull();
  expect(await changed()).toBe('theirs, and longer');
  expect(await saved()).toMatchObject({ name: 'shared.patchbay' });
  expect(asked).toEqual(Array(2).fill('shared.patchbay was changed by another program. Overwrite it?'));
  expect(await changed()).toBeNull();
});

test('a save is no news to who looks at the file meanwhile', async ({ page }) => {
  await pick(page, 'hasty.patchbay', 'first');
  const news = await page.evaluate(async () => {
    const file = (await window.platform.openFile())!.file!;
    let news = 0;
    for (let length = 0; length < 20; length++) {
      const saving = { now: true };
      const bytes = new TextEncoder().encode('x'.repeat(length));
      const saved = window.platform.saveFile(file, 'ignored', bytes).finally(() => (saving.now = false));
      while (saving.now) if (await window.platform.readChanged(file)) news++;
      await saved;
    }
    return news;
  });
  expect(news).toBe(0);
});

test('a file that is written just while it is opened, or looked at, is read as it is then', async ({ page }) => {
  await pick(page, 'busy.patchbay', 'first');
  const read = await page.evaluate(async () => {
    const [handle] = await (
      window as unknown as { showOpenFilePicker(): Promise<[FileSystemFileHandle]> }
    ).showOpenFilePicker();
    const write = async (text: string) => {
      const writable = await handle.createWritable();
      await writable.write(text);
      await writable.close();
    };
    /** From now on somebody writes the file once more, after it was got and before it is read. */
    const interfere = (text: string, gets: number) => {
      const getFile = FileSystemFileHandle.prototype.getFile.bind(handle);
      handle.getFile = async () => {
        const file = await getFile();
        gets--;
        if (gets === 0) await write(text);
        return file;
      };
    };
    interfere('written by another', 1);
    const { file, bytes } = (await window.platform.openFile())!;
    const news = await window.platform.readChanged(file!);
    await write('second');
    interfere('third, at the last moment', 2);
    const changed = await window.platform.readChanged(file!);
    return [bytes, news, changed].map((bytes) => bytes && new TextDecoder().decode(bytes));
  });
  expect(read).toEqual(['written by another', null, 'third, at the last moment']);
});

test('a file that is gone is told in a sentence', async ({ page }) => {
  await pick(page, 'gone.patchbay', 'x');
  await page.evaluate(() => window.platform.openFile());
  await page.evaluate(async () => (await navigator.storage.getDirectory()).removeEntry('gone.patchbay'));
  const open = page.evaluate(async () => {
    const [file] = await window.platform.recentFiles();
    await window.platform.openRecent(file!.id);
  });
  await expect(open).rejects.toThrow('gone.patchbay could not be opened: it is no longer there.');
});

test('without the API a document is uploaded and downloaded', async ({ page }) => {
  await page.evaluate(() => Object.assign(window, { showOpenFilePicker: undefined, showSaveFilePicker: undefined }));
  const choosing = page.waitForEvent('filechooser');
  const opening = page.evaluate(async () => {
    const { file, name, bytes } = (await window.platform.openFile())!;
    return { file, name, text: new TextDecoder().decode(bytes) };
  });
  const chooser = await choosing;
  await chooser.setFiles({ name: 'vit.patchbay', mimeType: 'application/json', buffer: Buffer.from('uploaded') });
  expect(await opening).toEqual({ file: null, name: 'vit.patchbay', text: 'uploaded' });

  const downloading = page.waitForEvent('download');
  const saved = await page.evaluate(() =>
    window.platform.saveFile(null, 'vit.patchbay', new TextEncoder().encode('downloaded')),
  );
  expect(saved).toMatchObject({ name: 'vit.patchbay' });
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('vit.patchbay');
  const again = page.waitForEvent('download');
  await page.evaluate((file) => window.platform.saveFile(file, '', new Uint8Array()), saved);
  expect((await again).suggestedFilename()).toBe('vit.patchbay');
});

test('pictures are chosen, and found again by their hash', async ({ page }) => {
  const choosing = page.waitForEvent('filechooser');
  const picking = page.evaluate(async () =>
    (await window.platform.pickImages(null)).map(({ name, path, bytes }) => [name, path, bytes.byteLength]),
  );
  const chooser = await choosing;
  const buffer = Buffer.alloc(3_000_000, 'picture');
  await chooser.setFiles({ name: 'cat.png', mimeType: 'image/png', buffer });
  expect(await picking).toEqual([['cat.png', 'cat.png', buffer.byteLength]]);
  await page.reload();
  const found = (sha256: string) =>
    page.evaluate(async (hash) => (await window.platform.readAsset(null, 'cat.png', hash))?.byteLength ?? null, sha256);
  expect(await found(createHash('sha256').update(buffer).digest('hex'))).toBe(buffer.byteLength);
  expect(await found('0'.repeat(64))).toBeNull();
});

test('of what is dropped the documents are opened', async ({ page }) => {
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['picture'], 'cat.png', { type: 'image/png' }));
    transfer.items.add(new File(['document'], 'vit.patchbay'));
    transfer.setData('text/plain', 'text');
    return transfer;
  });
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
  const dropped = await page.evaluate(async () =>
    (await window.dropped!).map(({ file, name, bytes }) => ({ file, name, text: new TextDecoder().decode(bytes) })),
  );
  expect(dropped).toEqual([{ file: null, name: 'vit.patchbay', text: 'document' }]);
});

test('the journal of a window that is gone is found by the next one, that of an open one is not', async ({
  page,
  context,
}) => {
  await page.evaluate(async () => {
    const write = (id: string, text: string) =>
      window.platform.journal.write({ id, name: 'vit', file: null, bytes: new TextEncoder().encode(text) });
    await write('a', 'older');
    await write('a', 'unsaved');
    for (const more of [' edits', ' and more'])
      await window.platform.journal.append('a', new TextEncoder().encode(more));
    await write('b', 'discarded');
    await window.platform.journal.discard('b');
    await window.platform.journal.discard('b');
  });
  const other = await context.newPage();
  await other.goto(address());
  const found = (where: Page) =>
    where.evaluate(async () =>
      (await window.platform.journal.read()).map(({ id, name, bytes }) => [id, name, new TextDecoder().decode(bytes)]),
    );
  expect(await found(other)).toEqual([]);
  await page.close();
  await expect.poll(() => found(other)).toEqual([['a', 'vit', 'unsaved edits and more']]);
});

test('an entry of the journal knows how its file looked to whoever made the edits', async ({ page }) => {
  await pick(page, 'edited.patchbay', 'first');
  await page.evaluate(async () => {
    const { file } = (await window.platform.openFile())!;
    await window.platform.journal.write({ id: 'e', name: 'edited', file, bytes: new TextEncoder().encode('edits') });
  });
  /** After a restart, what was written since the entry's edits, and what would be asked about then. */
  const recovered = async () => {
    await page.reload();
    // Once the page before has let go of it.
    await expect.poll(() => page.evaluate(async () => (await window.platform.journal.read()).length)).toBe(1);
    return await page.evaluate(async () => {
      const text = (bytes: Uint8Array<ArrayBuffer> | null) => bytes && new TextDecoder().decode(bytes);
      // A look at the newest content does not change what the entry's edits were made on.
      const [recent] = await window.platform.recentFiles();
      await window.platform.openRecent(recent!.id);
      const [entry] = await window.platform.journal.read();
      const since = text(await window.platform.readChangedSince(entry!, entry!.file!));
      const taken = text(await window.platform.readChanged(entry!.file!, true));
      return { file: entry!.file, since, taken, after: text(await window.platform.readChanged(entry!.file!)) };
    });
  };
  const file = { id: expect.any(String) as unknown, name: 'edited.patchbay' };
  expect(await recovered()).toEqual({ file, since: null, taken: null, after: null });
  await pick(page, 'edited.patchbay', 'newer');
  expect(await recovered()).toEqual({ file, since: 'newer', taken: 'newer', after: null });

  // An entry of before, which does not say: its file may have been written since.
  await pick(page, 'edited.patchbay', 'first');
  await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('journal');
    const handle = await folder.getFileHandle('e');
    const text = (await (await handle.getFile()).text()).replace(/,"stamp":\{[^}]*\}/, '');
    const writable = await handle.createWritable();
    await writable.write(text);
    await writable.close();
  });
  expect(await recovered()).toEqual({ file, since: 'first', taken: 'first', after: null });
});

test('leaving with unsaved edits asks; without, it does not', async ({ page }) => {
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.type());
    void dialog.accept();
  });
  // A browser asks for a page that was used.
  await page.getByRole('textbox', { name: 'Text' }).fill('used');
  await page.evaluate(() => window.platform.setDocumentState({ title: 'vit', dirty: true }));
  await page.reload();
  expect(dialogs).toEqual(['beforeunload']);
  await page.getByRole('textbox', { name: 'Text' }).fill('used');
  await page.evaluate(() => {
    window.platform.setDocumentState({ title: 'vit', dirty: true });
    window.platform.setDocumentState({ title: 'vit', dirty: false });
  });
  await page.reload();
  expect(dialogs).toEqual(['beforeunload']);
});
