import { beforeEach, expect, test } from 'vitest';
import { setSeed } from '../../graph/edits.ts';
import { FORMAT_VERSION, type PatchbayDocument } from '../../graph/schema.ts';
import { createDocumentStore, type DocumentStore } from './document.ts';
import { createTabsStore, type Companion, type TabsStore } from './tabs.ts';
import { createViewStore, type ViewStore } from './view.ts';

const EMPTY: PatchbayDocument = {
  format: 'patchbay',
  version: FORMAT_VERSION,
  seed: 0,
  main: 'Model',
  presets: [],
  modules: [{ name: 'Model', hyperparameters: [], sizes: [], nodes: [], edges: [] }],
  assets: [],
};

let documents: DocumentStore;
let view: ViewStore;
let tabs: TabsStore;
/** What a companion holds of the document that is shown. */
let note: string;
let events: string[];
beforeEach(() => {
  documents = createDocumentStore(EMPTY, 'Untitled');
  view = createViewStore();
  note = '';
  events = [];
  const companion: Companion = {
    leave: () => {
      const kept = note;
      events.push(`leave ${kept}`);
      return () => void (note = kept);
    },
    clear: () => void (note = ''),
  };
  tabs = createTabsStore({ document: documents, view, companions: [companion], nothing: () => EMPTY });
});

const state = () => documents.getState();
const open = (name: string) => tabs.getState().open(EMPTY, { file: null, name });
const edit = (seed: number) => {
  state().dispatch(setSeed(state().document, seed));
  // Each a step of its own.
  state().seal();
};
const order = () => tabs.getState().tabs.map(({ left }) => left?.open.name ?? `[${state().name}]`);

test('nothing is open until a document is', () => {
  expect(tabs.getState()).toMatchObject({ tabs: [], activeId: null });
  open('a');
  expect(order()).toEqual(['[a]']);
  expect(events).toEqual([]);
});

test('each document comes back as it was left: history, what is seen, and what companions hold', () => {
  const a = open('a');
  edit(1);
  edit(2);
  view.getState().open('blocks.0', ['n1']);
  view.getState().setFolded(new Set(['Model/n1']));
  view.getState().viewports.set('', { x: 1, y: 2, zoom: 0.5 });
  note = 'of a';
  const b = open('b');
  expect([state().document.seed, view.getState().openPath, note]).toEqual([0, '', '']);
  expect(view.getState().viewports.size).toBe(0);
  edit(9);
  note = 'of b';

  tabs.getState().activate(a);
  expect([state().document.seed, state().name, note]).toEqual([2, 'a', 'of a']);
  expect(view.getState()).toMatchObject({ openPath: 'blocks.0', selection: new Set(['n1']) });
  expect(view.getState().folded).toEqual(new Set(['Model/n1']));
  expect(view.getState().viewports.get('')).toEqual({ x: 1, y: 2, zoom: 0.5 });
  state().undo();
  expect(state().document.seed).toBe(1);

  tabs.getState().activate(b);
  expect([state().document.seed, note]).toEqual([9, 'of b']);
  state().undo();
  expect(state().document.seed).toBe(0);
  expect(state().undo()).toBeNull();
  tabs.getState().activate(a);
  expect(state().redo()).not.toBeNull();
  expect(state().document.seed).toBe(2);
});

test('every change of what is shown is told by the generation, and never an edit', () => {
  const a = open('a');
  open('b');
  const before = state().generation;
  edit(1);
  expect(state().generation).toBe(before);
  tabs.getState().activate(a);
  expect(state().generation).toBe(before + 1);
  tabs.getState().activate(a);
  expect(state().generation).toBe(before + 1);
});

test('a new tab stands right of the one that is shown; closing shows the one right of it, or left', () => {
  const [a, b] = [open('a'), open('b')];
  tabs.getState().activate(a);
  const c = open('c');
  expect(order()).toEqual(['a', '[c]', 'b']);
  tabs.getState().close(c);
  expect(order()).toEqual(['a', '[b]']);
  tabs.getState().close(b);
  expect(order()).toEqual(['[a]']);
  tabs.getState().close(a);
  expect([order(), state().name, tabs.getState().activeId]).toEqual([[], 'Untitled', null]);
});

test('a tab that is not shown closes without changing what is', () => {
  const a = open('a');
  open('b');
  const { generation } = state();
  tabs.getState().close(a);
  expect([order(), state().generation]).toEqual([['[b]'], generation]);
});

test('closed tabs reopen in their places, the last one first', () => {
  const [a, b] = [open('a'), open('b')];
  edit(3);
  open('c');
  tabs.getState().close(a);
  tabs.getState().close(b);
  tabs.getState().reopen();
  expect([order(), state().document.seed, state().history.past.length]).toEqual([['[b]', 'c'], 3, 1]);
  tabs.getState().reopen();
  tabs.getState().reopen();
  expect(order()).toEqual(['[a]', 'b', 'c']);
});

test('tabs move', () => {
  const a = open('a');
  open('b');
  open('c');
  tabs.getState().move(a, 2);
  expect(order()).toEqual(['b', '[c]', 'a']);
  tabs.getState().move(a, 0);
  expect(order()).toEqual(['a', 'b', '[c]']);
});

test('another state of the file takes the place of the document, and what went on for it ends', () => {
  open('a');
  edit(1);
  note = 'of before';
  tabs.getState().replace({ ...EMPTY, seed: 5 }, { file: null, name: 'a' });
  expect([order(), state().document.seed, state().history.past, note]).toEqual([['[a]'], 5, [], '']);
  expect(events).toEqual(['leave of before']);
});
