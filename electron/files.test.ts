import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeFileSystem } from './file-system.ts';
import { DocumentFiles, type FileQuestions } from './files.ts';
import { FileHandles } from './handles.ts';
import { RecentFiles, touch, type StoredFile } from './recent-files.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (content: string) => new TextEncoder().encode(content);

async function setUp(answers: { open?: readonly string[]; save?: string; overwrite?: boolean } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-files-'));
  const asked: string[] = [];
  const whole = (name: string | undefined) => (name === undefined ? null : join(folder, name));
  const questions: FileQuestions = {
    whatToOpen: () => Promise.resolve((answers.open ?? []).map((name) => join(folder, name))),
    whereToSave: () => Promise.resolve(whole(answers.save)),
    overwriteChanged: (name) => {
      asked.push(name);
      return Promise.resolve(answers.overwrite ?? false);
    },
  };
  const recent = await RecentFiles.load(join(folder, 'user-data/recent-files.json'));
  return { folder, asked, recent, files: new DocumentFiles(questions, new FileHandles(), recent, nodeFileSystem) };
}

test('a document opens, saves in place without a question, and is one handle', async () => {
  const { folder, asked, files } = await setUp({ open: ['a.patchbay'] });
  await writeFile(join(folder, 'a.patchbay'), '1');
  const [opened] = await files.openDialog(false);
  expect(text(opened!.bytes)).toBe('1');
  expect(await files.save(opened!.handle.id, bytes('2'))).toEqual(opened!.handle);
  expect(await files.save(opened!.handle.id, bytes('3'))).toEqual(opened!.handle);
  expect(await readFile(join(folder, 'a.patchbay'), 'utf8')).toBe('3');
  expect(asked).toEqual([]);
  expect((await files.openPath(join(folder, 'a.patchbay'))).handle).toEqual(opened!.handle);
});

test('several are opened in the order in which they were chosen, under the ids of the recent ones', async () => {
  const { folder, recent, files } = await setUp({ open: ['a.patchbay', 'b.patchbay'] });
  for (const name of ['a.patchbay', 'b.patchbay']) await writeFile(join(folder, name), name);
  const opened = await files.openDialog(true);
  expect(opened.map(({ handle, bytes }) => [handle.name, text(bytes)])).toEqual([
    ['a.patchbay', 'a.patchbay'],
    ['b.patchbay', 'b.patchbay'],
  ]);
  expect(recent.list().map(({ id }) => id)).toEqual(opened.map(({ handle }) => handle.id).toReversed());
  await recent.remove(opened[0]!.handle.id);
  expect(recent.list().map(({ name }) => name)).toEqual(['b.patchbay']);
});

test('saves that overlap end with the last one, none of them taken for another program’s', async () => {
  const { folder, asked, files } = await setUp({ save: 'a.patchbay' });
  const handle = await files.saveDialog('Untitled.patchbay', bytes('first'));
  await Promise.all(['1', '22', '333'].map((content) => files.save(handle!.id, bytes(content))));
  expect(await readFile(join(folder, 'a.patchbay'), 'utf8')).toBe('333');
  expect(asked).toEqual([]);
});

test('what another program wrote is noticed until it is opened, and not overwritten unasked', async () => {
  const { folder, asked, files } = await setUp({ save: 'a.patchbay' });
  const path = join(folder, 'a.patchbay');
  const { id } = (await files.saveDialog('a.patchbay', bytes('1')))!;
  expect(await files.readChanged(id)).toBeNull();
  await writeFile(path, 'theirs');
  expect(text((await files.readChanged(id))!)).toBe('theirs');
  expect(await files.save(id, bytes('mine'))).toBeNull();
  expect([asked, await readFile(path, 'utf8')]).toEqual([['a.patchbay'], 'theirs']);
  expect(text((await files.readChanged(id))!)).toBe('theirs');
  expect(text((await files.readChanged(id, true))!)).toBe('theirs');
  expect(await files.readChanged(id)).toBeNull();
  expect(await files.save(id, bytes('mine'))).not.toBeNull();
  await files.openPath(path);
  expect(await files.readChanged(id)).toBeNull();
  await unlink(path);
  expect(await files.readChanged(id)).toBeNull();
});

test('a file that was removed meanwhile is written again, without a question', async () => {
  const { folder, asked, files } = await setUp({ save: 'a.patchbay' });
  const handle = await files.saveDialog('a.patchbay', bytes('1'));
  await unlink(join(folder, 'a.patchbay'));
  await files.save(handle!.id, bytes('2'));
  expect(await readFile(join(folder, 'a.patchbay'), 'utf8')).toBe('2');
  expect(asked).toEqual([]);
});

test('the ending is added where the dialog did not, and does not overwrite unasked', async () => {
  const { folder, asked, files } = await setUp({ save: 'a' });
  await writeFile(join(folder, 'a.patchbay'), 'there');
  expect(await files.saveDialog('x', bytes('new'))).toBeNull();
  expect(asked).toEqual(['a.patchbay']);
  expect(await readFile(join(folder, 'a.patchbay'), 'utf8')).toBe('there');
});

test('what is dropped must be a document, whose content the drop let the page read', async () => {
  const { folder, files } = await setUp();
  const within = (name: string) => join(folder, name);
  const hash = (content: string) => createHash('sha256').update(content).digest('hex');
  await writeFile(within('key.pem'), 'secret');
  await writeFile(within('a.patchbay'), '1');
  await mkdir(within('folder.patchbay'));
  await symlink('key.pem', within('link.patchbay'));
  await symlink('a.patchbay', within('other.patchbay'));
  expect(text((await files.openDropped(within('a.patchbay'), hash('1'))).bytes)).toBe('1');
  expect(text((await files.openDropped(within('other.patchbay'), hash('1'))).bytes)).toBe('1');
  await expect(files.openDropped(within('key.pem'), hash('secret'))).rejects.toThrow(
    'key.pem is not a Patchbay document',
  );
  // One answer for all of them, so that a made-up path tells nothing.
  for (const [name, content] of [
    ['link.patchbay', 'secret'],
    ['a.patchbay', 'guessed'],
    ['missing.patchbay', ''],
    ['folder.patchbay', ''],
  ] as const) {
    await expect(files.openDropped(within(name), hash(content))).rejects.toThrow(
      `${name} could not be opened: it is not there as it was dropped; drop it again.`,
    );
  }
});

test('recent files are kept over restarts, newest first, by the ids they had', async () => {
  const { folder, files, recent } = await setUp();
  for (const name of ['a', 'b', 'a']) {
    await writeFile(join(folder, `${name}.patchbay`), name);
    await files.openPath(join(folder, `${name}.patchbay`));
  }
  const listed = recent.list();
  expect(listed.map(({ name }) => name)).toEqual(['a.patchbay', 'b.patchbay']);
  const again = await RecentFiles.load(join(folder, 'user-data/recent-files.json'));
  expect(again.list()).toEqual(listed);
  expect(text((await files.openRecent(listed[1]!.id)).bytes)).toBe('b');
  await again.clear();
  expect(() => again.pathOf(listed[0]!.id)).toThrow('no longer among the recent ones');
});

test('a list of recent files that cannot be read is an empty one', async () => {
  const { folder } = await setUp();
  const path = join(folder, 'recent.json');
  for (const content of ['', '{', '[]', '{"files":[{"id":1}]}']) {
    await writeFile(path, content);
    expect((await RecentFiles.load(path)).list()).toEqual([]);
  }
});

test('the list is bounded', () => {
  let files: readonly StoredFile[] = [];
  for (let index = 0; index < 20; index++) files = touch(files, `/f/${index}`, new Date(0), String(index));
  expect(files.map(({ id }) => id)).toEqual(['19', '18', '17', '16', '15', '14', '13', '12', '11', '10', '9', '8']);
});
