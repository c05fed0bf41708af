import { beforeEach, expect, test, vi } from 'vitest';
import { addNode, setSeed } from '../../graph/edits.ts';
import { parseDocument } from '../../graph/file.ts';
import { createTestApp, type TestApp } from '../testing/test-app.ts';
import { isDirty } from '../stores/document.ts';
import { COMMANDS } from './list.ts';
import { openBytes } from './documents.ts';
import { commandsByChord, handleKey, type KeyContext } from './runner.ts';

const FREE: KeyContext = { mac: false, typing: false, control: false, modal: () => false };

let t: TestApp;
beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  t = createTestApp();
});

function edit(): void {
  const { document, dispatch } = t.app.document.getState();
  dispatch(addNode(document, 'Model', { type: 'random_tensor', position: [10, 20] }));
}

function press(key: string, where: Partial<KeyContext> = {}, ctrlKey = false, shiftKey = false): boolean {
  const event = { key, code: '', ctrlKey, shiftKey, altKey: false, metaKey: false };
  return handleKey(commandsByChord(COMMANDS), event, { ...FREE, ...where }, t.app);
}

const nodes = () => t.app.document.getState().document.modules[0]!.nodes;
const settled = () => new Promise((resolve) => setTimeout(resolve));

test('every command has a reason when it cannot be run, and no two share an id or a key', () => {
  expect(new Set(COMMANDS.map(({ id }) => id)).size).toBe(COMMANDS.length);
  expect(() => commandsByChord(COMMANDS)).not.toThrow();
  for (const command of COMMANDS) {
    const possible = command.when(t.app);
    if (possible !== true) expect(possible, command.id).toMatch(/^[A-Z].*[^.]$/);
  }
});

test('keys undo and redo, and say when there is nothing to undo', () => {
  edit();
  expect(press('z', {}, true)).toBe(true);
  expect(nodes()).toHaveLength(0);
  press('Z', {}, true, true);
  expect(nodes()).toHaveLength(1);
  press('z', {}, true);
  press('z', {}, true);
  expect(t.app.notices.getState().toasts.map(({ message }) => message)).toEqual(['There is nothing to undo']);
});

test('where text is typed, keys belong to the text, but save still saves', async () => {
  edit();
  expect(press('z', { typing: 'changed' }, true)).toBe(false);
  expect(press('z', { typing: 'settled' }, true)).toBe(true);
  expect(press('Delete', { typing: 'settled' })).toBe(false);
  expect(press('s', { typing: 'changed' }, true)).toBe(true);
  await settled();
  expect(t.files.size).toBe(1);
});

test('a dialog or menu keeps the keys; a focused control keeps Enter', () => {
  expect(press('s', { modal: () => true }, true)).toBe(false);
  expect(press('Enter', { control: true })).toBe(false);
});

test('paste is left to the browser, whose event alone may read the clipboard', () => {
  expect(press('v', {}, true)).toBe(false);
});

test('copy, paste and duplicate give new nodes, which are selected', async () => {
  edit();
  press('a', {}, true);
  press('c', {}, true);
  await settled();
  expect(t.copied).toHaveLength(1);
  t.app.commands.run('edit.paste');
  expect(nodes()).toHaveLength(2);
  expect([...t.app.view.getState().selection]).toEqual([nodes()[1]!.id]);
  press('d', {}, true);
  expect(nodes()).toHaveLength(3);
  expect(nodes()[2]!.position).not.toEqual(nodes()[1]!.position);
  press('Delete');
  expect(nodes()).toHaveLength(2);
});

test('Escape lets go of the selection first', () => {
  edit();
  press('a', {}, true);
  press('Escape');
  expect(t.app.view.getState().selection.size).toBe(0);
});

test('saving writes the document, cleans it, and names it', async () => {
  edit();
  await t.app.commands.get('file.save').run(t.app);
  const state = t.app.document.getState();
  expect(isDirty(state)).toBe(false);
  expect(state.name).toBe('Untitled.patchbay');
  expect(parseDocument(t.files.get('Untitled.patchbay')!).document).toEqual(state.document);
});

test('a save that fails says so and keeps the edits unsaved', async () => {
  edit();
  t.failSaves('the disk is full');
  const saving = t.app.commands.get('file.save').run(t.app);
  await settled();
  expect(t.app.notices.getState().dialog).toMatchObject({
    title: 'Untitled was not saved',
    detail: 'the disk is full',
  });
  t.app.notices.getState().answer('close');
  await saving;
  expect(isDirty(t.app.document.getState())).toBe(true);
});

test('a file that is no document is told with its place, and what was open stays', async () => {
  edit();
  const before = t.app.document.getState().document;
  const opening = openBytes(t.app, {
    file: null,
    name: 'broken.patchbay',
    bytes: new TextEncoder().encode('{"format": "patchbay",\n  oops}'),
  });
  await settled();
  const { dialog } = t.app.notices.getState();
  expect(dialog?.title).toBe('broken.patchbay cannot be opened');
  expect(dialog?.detail).toMatch(/^line 2, column 3/);
  t.app.notices.getState().answer('close');
  await opening;
  expect(t.app.document.getState().document).toBe(before);
});

test('undo goes to the place where it acts', () => {
  edit();
  t.app.view.getState().select([]);
  press('z', {}, true);
  press('Z', {}, true, true);
  expect([...t.app.view.getState().selection]).toEqual([nodes()[0]!.id]);
});

test('the seed is nowhere in particular: undoing it moves nothing', () => {
  edit();
  press('a', {}, true);
  const { document, dispatch } = t.app.document.getState();
  dispatch(setSeed(document, 3));
  press('z', {}, true);
  expect(t.app.document.getState().document.seed).toBe(0);
  expect(t.app.view.getState().selection.size).toBe(1);
});
