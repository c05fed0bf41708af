import { expect, test } from 'vitest';
import type { Edit } from '../../graph/edit.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { createDocumentStore, isDirty } from './document.ts';

const EMPTY: PatchbayDocument = {
  format: 'patchbay',
  version: 1,
  seed: 0,
  main: 'Model',
  presets: [],
  modules: [{ name: 'Model', hyperparameters: [], nodes: [], edges: [] }],
  assets: [],
};
const FILE = { id: 'f', name: 'model.patchbay' };

function seedEdit(before: number, after: number, coalesce?: string): Edit {
  return {
    title: 'Set the seed',
    diff: [{ kind: 'set', path: ['seed'], before, after }],
    ...(coalesce !== undefined && { coalesce }),
  };
}

test('an edit dirties, undo cleans, redo dirties again', () => {
  const store = createDocumentStore(EMPTY, 'Untitled');
  expect(isDirty(store.getState())).toBe(false);
  store.getState().dispatch(seedEdit(0, 1));
  expect(store.getState().document.seed).toBe(1);
  expect(isDirty(store.getState())).toBe(true);
  expect(store.getState().undo()?.title).toBe('Set the seed');
  expect(isDirty(store.getState())).toBe(false);
  expect(store.getState().document).toBe(EMPTY);
  store.getState().redo();
  expect(isDirty(store.getState())).toBe(true);
  expect(store.getState().redo()).toBeNull();
});

test('what was saved is clean, also when undo comes back to it', () => {
  const store = createDocumentStore(EMPTY, 'Untitled');
  store.getState().dispatch(seedEdit(0, 1));
  store.getState().markSaved(store.getState(), FILE);
  expect(store.getState()).toMatchObject({ file: FILE, name: 'model.patchbay' });
  expect(isDirty(store.getState())).toBe(false);
  store.getState().undo();
  expect(isDirty(store.getState())).toBe(true);
  store.getState().redo();
  expect(isDirty(store.getState())).toBe(false);
});

test('a burst that goes on after saving does not swallow what was saved', () => {
  const store = createDocumentStore(EMPTY, 'Untitled');
  store.getState().dispatch(seedEdit(0, 1, 'seed'));
  store.getState().markSaved(store.getState(), FILE);
  store.getState().dispatch(seedEdit(1, 2, 'seed'));
  expect(isDirty(store.getState())).toBe(true);
  store.getState().undo();
  expect(store.getState().document.seed).toBe(1);
  expect(isDirty(store.getState())).toBe(false);
});

test('an edit during a save stays unsaved', () => {
  const store = createDocumentStore(EMPTY, 'Untitled');
  store.getState().dispatch(seedEdit(0, 1));
  const saving = store.getState();
  store.getState().dispatch(seedEdit(1, 2));
  store.getState().markSaved(saving, FILE);
  expect(isDirty(store.getState())).toBe(true);
  store.getState().undo();
  expect(isDirty(store.getState())).toBe(false);
});

test('a save that ends after another document was opened says nothing of that one', () => {
  const store = createDocumentStore(EMPTY, 'Untitled');
  store.getState().dispatch(seedEdit(0, 1));
  const saving = store.getState();
  store.getState().replace(EMPTY, { file: null, name: 'other' });
  store.getState().markSaved(saving, FILE);
  expect(store.getState()).toMatchObject({ file: null, name: 'other', savedDocument: EMPTY });
});

test('a read-only document is not edited', () => {
  const store = createDocumentStore(EMPTY, 'Untitled');
  store.getState().replace(EMPTY, { file: FILE, name: FILE.name, readOnly: true });
  store.getState().dispatch(seedEdit(0, 1));
  expect(store.getState().document).toBe(EMPTY);
});

test('a recovered document is unsaved under its journal entry', () => {
  const store = createDocumentStore(EMPTY, 'Untitled');
  store.getState().replace(EMPTY, { file: null, name: 'lost', unsaved: true, journalId: 'entry' });
  expect(isDirty(store.getState())).toBe(true);
  expect(store.getState()).toMatchObject({ journalId: 'entry', generation: 1 });
});

test('one walks to any step of the history, and to what was saved', () => {
  const store = createDocumentStore(EMPTY, 'Untitled');
  for (const seed of [1, 2, 3, 4]) store.getState().dispatch(seedEdit(seed - 1, seed));
  store.getState().walk(2);
  store.getState().markSaved(store.getState(), FILE);
  expect(store.getState().walk(0)?.title).toBe('Set the seed');
  expect([store.getState().document.seed, isDirty(store.getState())]).toEqual([0, true]);
  store.getState().walk(4);
  expect([store.getState().document.seed, store.getState().history.future]).toEqual([4, []]);
  store.getState().walk(2);
  expect([store.getState().document.seed, isDirty(store.getState())]).toEqual([2, false]);
  expect(store.getState().walk(2)).toBeNull();
});

test('a burst that ends where the saved document began is clean again, and an edit that changes nothing is none', () => {
  const store = createDocumentStore(EMPTY, 'Untitled');
  store.getState().dispatch(seedEdit(0, 1, 'seed'));
  store.getState().dispatch(seedEdit(1, 0, 'seed'));
  expect([store.getState().document, store.getState().history.past]).toEqual([EMPTY, []]);
  expect(isDirty(store.getState())).toBe(false);
  const before = store.getState();
  store.getState().dispatch({ title: 'Nothing', diff: [] });
  expect(store.getState()).toBe(before);
});
