import { expect, test, vi } from 'vitest';
import { formatDocument } from '../../graph/file.ts';
import { formatStart, formatStep } from '../session/journal-log.ts';
import { isDirty } from '../stores/document.ts';
import { createTestApp } from '../testing/test-app.ts';
import { emptyDocument, recover } from './documents.ts';

const SAVED = emptyDocument();
const EDITED = { ...SAVED, seed: 7 };
const FILE = { id: 'f', name: 'study.patchbay' };

async function setUp(inFile: string | null) {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  const t = createTestApp();
  if (inFile !== null) t.writeElsewhere(FILE.id, new TextEncoder().encode(inFile));
  const discarded = vi.spyOn(t.app.platform.journal, 'discard');
  const bytes = new Uint8Array([...(await formatStart(SAVED)), ...formatStep(SAVED, EDITED)!]);
  const recovering = recover(t.app, { id: 'entry', name: FILE.name, file: FILE, bytes, savedAt: new Date(0) });
  const shown = () => t.app.document.getState();
  return { t, recovering, discarded, shown };
}

test('edits whose file is as it was open at once, unsaved, and are saved to it', async () => {
  const { recovering, shown } = await setUp(null);
  await recovering;
  expect(shown()).toMatchObject({ file: FILE, journalId: 'entry', document: { seed: 7 } });
  expect(isDirty(shown())).toBe(true);
});

test('a file that has the edits already is opened, and they leave the journal', async () => {
  const { recovering, discarded, shown } = await setUp(formatDocument(EDITED));
  await recovering;
  expect(shown()).toMatchObject({ file: FILE, document: { seed: 7 } });
  expect(isDirty(shown())).toBe(false);
  expect(discarded).toHaveBeenCalledWith('entry');
});

test.each([
  ['edits', { seed: 7, dirty: true, file: FILE, tabs: 1, discards: 0 }],
  ['file', { seed: 3, dirty: false, file: FILE, tabs: 1, discards: 1 }],
  ['both', { seed: 7, dirty: true, file: null, tabs: 2, discards: 0 }],
] as const)('of edits and a file that was written after them: %s', async (answer, expected) => {
  const { t, recovering, discarded, shown } = await setUp(formatDocument({ ...SAVED, seed: 3 }));
  const notices = t.app.notices;
  await vi.waitFor(() => expect(notices.getState().dialog).not.toBeNull());
  expect(notices.getState().dialog).toMatchObject({
    title: 'study.patchbay was written after these edits',
    message: 'Compared with the file the edits have seed changed. Nothing is overwritten before you save.',
  });
  notices.getState().answer(answer);
  await recovering;
  const { document, file } = shown();
  const tabs = t.app.tabs.getState().tabs.length;
  const dirty = isDirty(shown());
  expect({ seed: document.seed, dirty, file, tabs, discards: discarded.mock.calls.length }).toEqual(expected);
});

test('who cancels keeps the edits in the journal', async () => {
  const { t, recovering, discarded, shown } = await setUp('no document');
  await vi.waitFor(() => expect(t.app.notices.getState().dialog).not.toBeNull());
  expect(t.app.notices.getState().dialog?.message).toMatch(/^What is in the file now cannot be read\./);
  t.app.notices.getState().answer('cancel');
  await recovering;
  expect(discarded).not.toHaveBeenCalled();
  expect(shown().document.seed).toBe(0);
});
