import { expect, test } from 'vitest';
import { createTestApp } from '../testing/test-app.ts';
import { emptyDocument } from '../commands/documents.ts';
import { recallFiles, rememberFiles } from './remembered-files.ts';

test('the files of all tabs are remembered, in their order, and what has no file is not', () => {
  const values = new Map<string, string>();
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
  const { app } = createTestApp();
  rememberFiles(app.tabs, app.document, storage);
  const open = (name: string | null) =>
    app.tabs.getState().open(emptyDocument(), { file: name === null ? null : { id: name, name }, name: name ?? 'new' });
  const a = open('a');
  open(null);
  open('b');
  expect(recallFiles(storage)).toEqual([
    { id: 'a', name: 'a' },
    { id: 'b', name: 'b' },
  ]);
  app.tabs.getState().close(a);
  expect(recallFiles(storage).map(({ id }) => id)).toEqual(['b']);
  values.set('patchbay:open-files', '[{"id":1}]');
  expect(recallFiles(storage)).toEqual([]);
});
