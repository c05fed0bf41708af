import { beforeEach, expect, test, vi } from 'vitest';
import { setSeed } from '../../graph/edits.ts';
import { formatDocument, parseDocument } from '../../graph/file.ts';
import { formatStart } from '../session/journal-log.ts';
import { isDirty } from '../stores/document.ts';
import { openTabs } from '../stores/tabs.ts';
import { createTestApp, type TestApp } from '../testing/test-app.ts';
import { closeTabs, reopenTab } from './close-documents.ts';
import { editable } from './conditions.ts';
import { emptyDocument, openBytes, recover, save, saveAs } from './documents.ts';
import { moveToWindow, showFile, takeMoved } from './windows.ts';

let t: TestApp;
beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  t = createTestApp();
});

const state = () => t.app.document.getState();
const tabs = () => openTabs(t.app.tabs.getState(), state());
const names = () => tabs().map(({ open }) => `${isDirty(open) ? '•' : ''}${open.name}`);
const told = () => t.app.notices.getState().toasts.map(({ message }) => message);
const edit = (seed: number) => state().dispatch(setSeed(state().document, seed));
const bytesOf = (seed: number) => new TextEncoder().encode(formatDocument({ ...emptyDocument(), seed }));
const open = (name: string) => openBytes(t.app, { file: { id: name, name }, name, bytes: bytesOf(1) });
/** What the shell was told, once the tabs' change has been followed. */
const claimed = async () => {
  await Promise.resolve();
  return [...t.claimed].sort();
};

async function answering(work: Promise<unknown>, answer: string): Promise<void> {
  await vi.waitFor(() => expect(t.app.notices.getState().dialog).not.toBeNull());
  t.app.notices.getState().answer(answer);
  await work;
}

test('the shell is told of a file from its opening to the closing of its tab, and again when that is reopened', async () => {
  await open('a');
  await open('b');
  expect(await claimed()).toEqual(['a', 'b']);
  t.app.tabs.getState().activate(tabs()[0]!.id);
  expect(await claimed()).toEqual(['a', 'b']);
  await closeTabs(t.app, [tabs()[0]!.id]);
  expect(await claimed()).toEqual(['b']);
  reopenTab(t.app);
  expect(await claimed()).toEqual(['a', 'b']);
});

test('a file that a document is saved as is its file from then on; the one before is free', async () => {
  await open('a');
  await saveAs(t.app);
  expect(await claimed()).toEqual(['a.patchbay']);
});

test('a file that cannot be read is let go', async () => {
  const opening = openBytes(t.app, { file: { id: 'x', name: 'x' }, name: 'x', bytes: new Uint8Array([1]) });
  await answering(opening, 'close');
  expect(await claimed()).toEqual([]);
});

test('a file that another window has open is shown there', async () => {
  t.openElsewhere.set('a', 'other-window');
  await open('a');
  expect([names(), told()]).toEqual([['Untitled'], ['a is open in another window, which shows it now']]);
});

test.each([
  ['cancel', ['Untitled'], []],
  ['anyway', ['a'], ['a']],
  ['read-only', ['a'], []],
] as const)('a file that another program has open: %s', async (answer, open_, claims) => {
  t.openElsewhere.set('a', 'other-program');
  await answering(open('a'), answer);
  expect([names(), await claimed()]).toEqual([open_, claims]);
  edit(7);
  expect(state().document.seed).toBe({ cancel: 7, anyway: 7, 'read-only': 1 }[answer]);
});

test('a document that is open elsewhere is saved as another alone, and can be edited then', async () => {
  t.openElsewhere.set('a', 'other-program');
  await answering(open('a'), 'read-only');
  const reason = 'The document is read-only: its file is open elsewhere. Save it as another to edit it';
  expect(editable(t.app)).toBe(reason);
  expect(t.app.commands.get('file.save').when(t.app)).toBe('Its file is open elsewhere: save it as another');
  await saveAs(t.app);
  expect([editable(t.app), await claimed()]).toEqual([true, ['a.patchbay']]);
  edit(7);
  expect(await save(t.app)).toBe(true);
});

test('a tab that comes back while its file is open elsewhere is told of', async () => {
  await open('a');
  await closeTabs(t.app, [tabs()[0]!.id]);
  t.openElsewhere.set('a', 'other-window');
  reopenTab(t.app);
  await vi.waitFor(() => expect(t.conflicts).toEqual(['a']));
});

test('edits of a file that is open elsewhere are recovered as a document of their own', async () => {
  t.openElsewhere.set('a', 'other-program');
  const bytes = await formatStart({ ...emptyDocument(), seed: 7 });
  await recover(t.app, { id: 'entry', name: 'a', file: { id: 'a', name: 'a' }, bytes, savedAt: new Date(0) });
  expect([state().file, state().document.seed, names()]).toEqual([null, 7, ['•a']]);
  expect(told()).toEqual(['a is open elsewhere: the edits open as a document of their own']);
});

test('edits that another window has opened are not opened here', async () => {
  vi.spyOn(t.app.platform.journal, 'claim').mockResolvedValue(false);
  await recover(t.app, { id: 'entry', name: 'a', file: null, bytes: new Uint8Array(), savedAt: new Date(0) });
  expect([names(), told()]).toEqual([['Untitled'], ['The edits of a are open in another window, or gone']]);
});

test('a document moves with what was edited while it was written down, and is not reopened here', async () => {
  await open('a');
  const format = t.app.files.format.bind(t.app.files);
  vi.spyOn(t.app.files, 'format').mockImplementationOnce(async (document) => {
    edit(8);
    return format(document);
  });
  edit(7);
  const { journalId } = state();
  const discarded = vi.spyOn(t.app.platform.journal, 'discard');
  await moveToWindow(t.app, tabs()[0]!.id);
  const [moved] = t.moved;
  expect(moved).toMatchObject({ name: 'a', file: { id: 'a' }, unsaved: true, journalId });
  expect(parseDocument(moved!.bytes).document.seed).toBe(8);
  expect([names(), t.app.view.getState().screen]).toEqual([[], 'gallery']);
  expect(t.app.commands.get('file.reopen-tab').when(t.app)).toBe('No document was closed');
  // Its entry is the other window's.
  expect(discarded).not.toHaveBeenCalled();

  const other = createTestApp();
  await takeMoved(other.app, moved!);
  const taken = other.app.document.getState();
  expect(taken).toMatchObject({ name: 'a', file: { id: 'a' }, journalId, document: { seed: 8 } });
  expect([isDirty(taken), [...other.claimed]]).toEqual([true, ['a']]);
});

test('a window that is closed before it takes the document leaves it here', async () => {
  await open('a');
  t.failMoves('The new window was closed: the document stays here.');
  await expect(moveToWindow(t.app, tabs()[0]!.id)).rejects.toThrow('the document stays here');
  expect(names()).toEqual(['a']);
});

test('a file that is asked for elsewhere is shown in its tab', async () => {
  await open('a');
  await open('b');
  showFile(t.app, 'a');
  expect(state().name).toBe('a');
  showFile(t.app, 'none');
  expect(state().name).toBe('a');
});
