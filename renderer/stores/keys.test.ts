import { expect, test } from 'vitest';
import type { Command } from '../commands/command.ts';
import { COMMANDS } from '../commands/list.ts';
import { createKeyStore, recallKeys, rememberKeys, type ChosenKeys } from './keys.ts';

const command = (id: string, ...keys: readonly string[]): Command => ({
  id,
  title: id,
  group: 'edit',
  keys,
  when: () => true,
  run: () => undefined,
});

const LIST = [command('undo', 'Mod+Z'), command('redo', 'Mod+Y', 'Mod+Shift+Z'), command('fit', 'F'), command('plain')];

/** Chords by command, and that the table of chords says the same. */
function keysOf(store: ReturnType<typeof createKeyStore>): Readonly<Record<string, readonly string[]>> {
  const { chords, byChord } = store.getState();
  const entries = [...chords].flatMap(([id, theirs]) => theirs.map((chord) => [chord, id]));
  expect(new Map([...byChord].map(([chord, { id }]) => [chord, id]))).toEqual(new Map(entries as [string, string][]));
  return Object.fromEntries(chords);
}

test('without a choice every command has the keys that it names', () => {
  const { chords, chosen } = createKeyStore(COMMANDS).getState();
  expect(chosen).toEqual({});
  for (const { id, keys = [] } of COMMANDS) expect(chords.get(id), id).toEqual(keys);
});

test('a key that is given to a command is taken from the one that had it; its others stay', () => {
  const store = createKeyStore(LIST);
  store.getState().assign('fit', 'Mod+Y');
  expect(keysOf(store)).toEqual({ undo: ['Mod+Z'], redo: ['Mod+Shift+Z'], fit: ['Mod+Y'], plain: [] });
  store.getState().assign('plain', 'Q');
  store.getState().assign('undo', null);
  expect(keysOf(store)).toMatchObject({ undo: [], plain: ['Q'] });
});

test('a command gets its own keys back, wherever they went; all at once leaves no choice', () => {
  const store = createKeyStore(LIST);
  store.getState().assign('fit', 'Mod+Y');
  store.getState().reset('redo');
  expect(keysOf(store)).toMatchObject({ redo: ['Mod+Y', 'Mod+Shift+Z'], fit: [] });
  expect(store.getState().chosen).toEqual({ fit: [] });
  store.getState().reset('fit');
  expect(store.getState().chosen).toEqual({});
  store.getState().assign('plain', 'F');
  store.getState().resetAll();
  expect(keysOf(store)).toEqual(Object.fromEntries(LIST.map(({ id, keys }) => [id, keys])));
});

test('what was chosen is kept, goes before what a later version names, and survives commands that are gone', () => {
  let written = '';
  const storage = { getItem: () => written, setItem: (_key: string, value: string) => void (written = value) };
  const store = createKeyStore(LIST);
  const stop = rememberKeys(store, storage);
  store.getState().assign('fit', 'N');
  stop();
  const later = [...LIST.slice(1), command('new', 'N', 'Shift+N')];
  const again = createKeyStore(later, recallKeys(storage));
  expect(keysOf(again)).toMatchObject({ fit: ['N'], new: ['Shift+N'] });
  expect(recallKeys({ getItem: () => '{"fit":"N"}' })).toEqual({} satisfies ChosenKeys);
  expect(recallKeys({ getItem: () => 'not JSON' })).toEqual({});
  expect(keysOf(createKeyStore(LIST, { gone: ['Mod+Z'] }))).toMatchObject({ undo: ['Mod+Z'] });
});
