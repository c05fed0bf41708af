import { beforeEach, expect, test, vi } from 'vitest';
import { setSeed } from '../../graph/edits.ts';
import { formatDocument } from '../../graph/file.ts';
import { createTestApp, type TestApp } from '../testing/test-app.ts';
import { formatStart } from '../session/journal-log.ts';
import { isDirty } from '../stores/document.ts';
import { openTabs } from '../stores/tabs.ts';
import { closeTabs, mayCloseWindow, reopenTab } from './close-documents.ts';
import { activateTab, emptyDocument, newDocument, openBytes, recover, save, saveOpen } from './documents.ts';

let t: TestApp;
beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  t = createTestApp();
});

const state = () => t.app.document.getState();
const tabs = () => openTabs(t.app.tabs.getState(), state());
const names = () => tabs().map(({ open }) => `${isDirty(open) ? '•' : ''}${open.name}`);
const dialog = () => t.app.notices.getState().dialog;
const edit = (seed: number) => state().dispatch(setSeed(state().document, seed));

const bytesOf = (seed: number) => new TextEncoder().encode(formatDocument({ ...emptyDocument(), seed }));
const openFile = (name: string, seed = 0) => openBytes(t.app, { file: { id: name, name }, name, bytes: bytesOf(seed) });

/** The question that comes while this goes on, answered so. */
async function answering<T>(work: Promise<T>, ...answers: readonly string[]): Promise<T> {
  for (const answer of answers) {
    await vi.waitFor(() => expect(dialog()).not.toBeNull());
    t.app.notices.getState().answer(answer);
  }
  return work;
}

test.each([
  ['discard', true, 0],
  ['cancel', false, 0],
  ['save', true, 1],
] as const)('a document with unsaved edits is asked about before it closes: %s', async (answer, closes, files) => {
  edit(1);
  expect(await answering(closeTabs(t.app, [tabs()[0]!.id]), answer)).toBe(closes);
  expect([tabs().length, t.files.size]).toEqual([closes ? 0 : 1, files]);
  expect(t.app.view.getState().screen).toBe(closes ? 'gallery' : 'editor');
});

test('a clean document goes without a question, and comes back with its history', async () => {
  edit(1);
  await save(t.app);
  const { history } = state();
  await closeTabs(t.app, [tabs()[0]!.id]);
  expect([names(), state().history.past]).toEqual([[], []]);
  reopenTab(t.app);
  expect([names(), state().history]).toEqual([['Untitled.patchbay'], history]);
  state().undo();
  expect([state().document.seed, names()]).toEqual([0, ['•Untitled.patchbay']]);
});

test('discarded edits come back with a document that is reopened, and are asked about again', async () => {
  edit(7);
  await answering(closeTabs(t.app, [tabs()[0]!.id]), 'discard');
  reopenTab(t.app);
  expect([state().document.seed, names()]).toEqual([7, ['•Untitled']]);
});

test('several are asked about one by one; where one is kept, those after it stay too', async () => {
  for (const name of ['a', 'b', 'c']) {
    await openFile(name);
    edit(1);
  }
  const ids = tabs().map(({ id }) => id);
  expect(await answering(closeTabs(t.app, ids), 'discard', 'cancel')).toBe(false);
  expect([names(), state().name]).toEqual([['•b', '•c'], 'b']);
});

test('a window with several dirty documents asks once, and names them', async () => {
  await openFile('a');
  edit(1);
  await openFile('clean');
  await openFile('b');
  edit(2);
  const closing = mayCloseWindow(t.app);
  expect(dialog()).toMatchObject({ title: 'Save the edits of 2 documents?', detail: 'a\nb' });
  t.app.notices.getState().answer('cancel');
  expect(await closing).toBe(false);
  expect(await answering(mayCloseWindow(t.app), 'discard')).toBe(true);
  expect(t.files.size).toBe(0);
  expect(await answering(mayCloseWindow(t.app), 'save')).toBe(true);
  expect([[...t.files.keys()], names()]).toEqual([
    ['a', 'b'],
    ['a', 'clean', 'b'],
  ]);
  expect(await mayCloseWindow(t.app)).toBe(true);
});

test('a save that fails keeps the window open', async () => {
  await openFile('a');
  edit(1);
  await openFile('b');
  edit(1);
  t.failSaves('the disk is full');
  expect(await answering(mayCloseWindow(t.app), 'save', 'close')).toBe(false);
  expect(names()).toEqual(['•a', '•b']);
});

test('a document that nothing was done with makes place for what is opened', async () => {
  await openFile('a');
  expect(names()).toEqual(['a']);
  newDocument(t.app);
  newDocument(t.app);
  expect(names()).toEqual(['a', 'Untitled', 'Untitled 2']);
});

test('only an empty document makes place: one that was recovered or copied from a file stays', async () => {
  const bytes = await formatStart(emptyDocument());
  for (const id of ['x', 'y']) await recover(t.app, { id, name: id, file: null, bytes, savedAt: new Date() });
  expect(names()).toEqual(['•x', '•y']);
  for (const name of ['one', 'two']) await openBytes(t.app, { file: null, name, bytes: bytesOf(3) });
  expect(names()).toEqual(['•x', '•y', 'one', 'two']);
});

test('a file that is open is shown in its tab, with its edits', async () => {
  await openFile('a', 1);
  edit(5);
  await openFile('b', 2);
  await openFile('a', 1);
  expect([names(), state().document.seed]).toEqual([['•a', 'b'], 5]);
  // Another program wrote it meanwhile.
  await answering(openFile('a', 9), 'load');
  expect([names(), state().document.seed]).toEqual([['a', 'b'], 9]);
});

test('a save that ends when another document is shown is of the one that was saved', async () => {
  await openFile('a');
  edit(1);
  const saving = save(t.app);
  await openFile('b');
  edit(2);
  await saving;
  expect(names()).toEqual(['a', '•b']);
});

test('a file that is saved over by another document is no longer that of its tab', async () => {
  await openFile('a');
  await openFile('b');
  const [first] = tabs();
  // As “Save as…” does, when the person chooses the file of the other tab.
  await t.app.platform.saveFile({ id: 'a', name: 'a' }, 'a', bytesOf(3));
  expect(t.app.tabs.getState().markSaved(state(), { id: 'a', name: 'a' })).toEqual(['a']);
  expect(names()).toEqual(['•a', 'a']);
  activateTab(t.app, first!.id);
  expect(state().file).toBeNull();
});

test('a document that is not shown can be saved', async () => {
  await openFile('a');
  edit(4);
  await openFile('b');
  expect(await saveOpen(t.app, tabs()[0]!.open)).toBe(true);
  expect([names(), [...t.files.keys()]]).toEqual([['a', 'b'], ['a']]);
});
