import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseDocument } from '../../graph/file.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { Journal, JournalEntry } from '../platform/platform.ts';
import { createDocumentStore } from '../stores/document.ts';
import { replay } from './journal-log.ts';
import { JOURNAL_DELAY_MILLISECONDS, keepJournal, STEPS_BYTES } from './journal.ts';

const EMPTY: PatchbayDocument = {
  format: 'patchbay',
  version: 1,
  seed: 0,
  main: 'Model',
  presets: [],
  modules: [{ name: 'Model', hyperparameters: [], sizes: [], nodes: [], edges: [] }],
  assets: [],
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start() {
  const entries = new Map<string, JournalEntry>();
  const calls: string[] = [];
  const journal: Journal = {
    write: async (entry) => {
      calls.push('write');
      await Promise.resolve();
      entries.set(entry.id, entry);
    },
    append: async (id, bytes) => {
      calls.push('append');
      await Promise.resolve();
      const entry = entries.get(id)!;
      entries.set(id, { ...entry, bytes: new Uint8Array([...entry.bytes, ...bytes]) });
    },
    read: async () => [],
    freed: async () => false,
    claim: async () => true,
    release: async () => undefined,
    discard: async (id) => void entries.delete(id),
  };
  const documents = createDocumentStore(EMPTY, 'Untitled');
  const errors: unknown[] = [];
  const writer = keepJournal(documents, journal, (error) => errors.push(error));
  const setSeed = (seed: number) => {
    const before = documents.getState().document.seed;
    documents
      .getState()
      .dispatch({ title: 'Set the seed', diff: [{ kind: 'set', path: ['seed'], before, after: seed }] });
  };
  const seeds = () => [...entries.values()].map(({ bytes }) => parseDocument(replay(bytes)).document.seed);
  return { documents, writer, entries, errors, setSeed, seeds, journal, calls };
}

test('edits are written a moment after the first of them, under one entry', async () => {
  const s = start();
  s.setSeed(1);
  s.setSeed(2);
  expect(s.calls).toEqual([]);
  await vi.advanceTimersByTimeAsync(JOURNAL_DELAY_MILLISECONDS);
  s.setSeed(3);
  await vi.advanceTimersByTimeAsync(JOURNAL_DELAY_MILLISECONDS);
  expect(s.calls).toEqual(['write', 'append']);
  expect(s.seeds()).toEqual([3]);
});

test('what is saved, or undone to what was saved, leaves the journal', async () => {
  const s = start();
  s.setSeed(1);
  await vi.advanceTimersByTimeAsync(JOURNAL_DELAY_MILLISECONDS);
  s.documents.getState().undo();
  await vi.advanceTimersByTimeAsync(JOURNAL_DELAY_MILLISECONDS);
  expect(s.seeds()).toEqual([]);
  s.setSeed(2);
  await vi.advanceTimersByTimeAsync(JOURNAL_DELAY_MILLISECONDS);
  s.documents.getState().markSaved(s.documents.getState(), { id: 'f', name: 'model.patchbay' });
  await vi.advanceTimersByTimeAsync(JOURNAL_DELAY_MILLISECONDS);
  expect(s.seeds()).toEqual([]);
});

test('somebody who does not pause is written all the same', async () => {
  const s = start();
  for (let seed = 1; seed <= 8; seed++) {
    s.setSeed(seed);
    await vi.advanceTimersByTimeAsync(JOURNAL_DELAY_MILLISECONDS / 4);
  }
  expect(s.calls).toEqual(['write', 'append']);
  expect(s.seeds()).toEqual([8]);
});

test('another document in the store leaves its predecessor in the journal, with what was pending', async () => {
  const s = start();
  s.setSeed(1);
  await vi.advanceTimersByTimeAsync(JOURNAL_DELAY_MILLISECONDS);
  s.setSeed(2);
  s.documents.getState().replace(EMPTY, { file: null, name: 'other' });
  s.setSeed(3);
  await s.writer.flush();
  expect(s.seeds()).toEqual([2, 3]);
  expect([...s.entries.values()].map(({ name }) => name)).toEqual(['Untitled', 'other']);
});

test('a document that is let go leaves the journal, with what was pending, and no other does', async () => {
  const s = start();
  s.setSeed(1);
  await s.writer.flush();
  const { journalId } = s.documents.getState();
  s.setSeed(2);
  void s.writer.discard(journalId);
  s.documents.getState().replace({ ...EMPTY }, { file: null, name: 'other' });
  s.setSeed(3);
  await vi.advanceTimersByTimeAsync(JOURNAL_DELAY_MILLISECONDS * 2);
  expect(s.seeds()).toEqual([3]);
  await s.writer.discard(journalId);
  expect(s.seeds()).toEqual([3]);
});

test('a recovered document stays in the journal under its entry', async () => {
  const s = start();
  const recovered = { ...EMPTY, seed: 7 };
  s.documents.getState().replace(recovered, { file: null, name: 'lost', unsaved: true, journalId: 'entry' });
  await vi.advanceTimersByTimeAsync(JOURNAL_DELAY_MILLISECONDS);
  expect([...s.entries.keys()]).toEqual(['entry']);
  expect(s.seeds()).toEqual([7]);
});

test('flush writes at once; after a failure, which is told, the entry begins anew', async () => {
  const s = start();
  vi.spyOn(s.journal, 'write').mockRejectedValueOnce(new Error('disk full'));
  s.setSeed(1);
  await s.writer.flush();
  expect(s.errors).toEqual([new Error('disk full')]);
  s.setSeed(2);
  await s.writer.flush();
  expect(s.seeds()).toEqual([2]);
  vi.spyOn(s.journal, 'append').mockImplementationOnce(async (id) => {
    const entry = s.entries.get(id)!;
    s.entries.set(id, { ...entry, bytes: new Uint8Array([...entry.bytes, 0x7b]) });
    throw new Error('disk full');
  });
  s.setSeed(3);
  await s.writer.flush();
  expect([s.errors.length, s.seeds()]).toEqual([2, [2]]);
  s.setSeed(4);
  await s.writer.flush();
  expect(s.seeds()).toEqual([4]);
});

test('an entry begins anew after a save, and once its steps outgrow it', async () => {
  const s = start();
  const { getState } = s.documents;
  s.setSeed(1);
  await s.writer.flush();
  const saving = getState();
  s.setSeed(2);
  getState().markSaved(saving, { id: 'f', name: 'model.patchbay' });
  await s.writer.flush();
  expect(s.calls).toEqual(['write', 'write']);
  expect([...s.entries.values()]).toMatchObject([{ name: 'model.patchbay', file: { id: 'f' } }]);
  const rename = (after: string) =>
    getState().dispatch({
      title: 'Rename',
      diff: [{ kind: 'set', path: ['main'], before: getState().document.main, after }],
    });
  for (const name of ['a'.repeat(STEPS_BYTES), 'b', 'Model']) {
    rename(name);
    await s.writer.flush();
  }
  expect(s.calls.slice(2)).toEqual(['append', 'write', 'append']);
  expect(s.seeds()).toEqual([2]);
});

test('a save takes the entry out at once', async () => {
  const s = start();
  s.setSeed(1);
  await s.writer.flush();
  s.documents.getState().markSaved(s.documents.getState(), { id: 'f', name: 'model.patchbay' });
  await vi.advanceTimersByTimeAsync(0);
  expect(s.seeds()).toEqual([]);
});
