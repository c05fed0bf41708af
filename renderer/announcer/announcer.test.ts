import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connect, moveNodes, removeEdges, setParam } from '../../graph/edits.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { createTestApp, type TestApp } from '../testing/test-app.ts';
import { keepAnnouncing } from './announcer.ts';

/** x → up, and act, to which nothing is wired yet. */
function parts(): PatchbayDocument {
  const main: PatchbayDocument['modules'][number] = {
    name: 'Model',
    hyperparameters: [],
    nodes: [
      { id: 'x', name: 'x', type: 'random_tensor', params: { shape: '2, 8' }, position: [0, 0] },
      { id: 'up', name: 'up', type: 'linear', params: { in_features: 8, out_features: 12 }, position: [300, 0] },
      { id: 'act', name: 'act', type: 'gelu', position: [600, 0] },
    ],
    edges: [{ from: ['x', 'output'], to: ['up', 'input'] }],
  };
  return { format: 'patchbay', version: 1, seed: 0, main: 'Model', presets: [], modules: [main], assets: [] };
}

let t: TestApp;
let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', () => 0);
  t = createTestApp(parts());
  stop = keepAnnouncing(t.app);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

const document = () => t.app.document.getState();
/** What was said once the hand rested; null for nothing. */
function said(act: () => void): string | null {
  const before = t.app.notices.getState().spoken;
  act();
  vi.runAllTimers();
  const { spoken } = t.app.notices.getState();
  return spoken === before ? null : spoken!.text;
}
const setInFeatures = (value: number) =>
  document().dispatch(setParam(document().document, 'Model', 'up', 'in_features', value));

const wire = () => document().dispatch(connect(document().document, 'Model', ['up', 'output'], ['act', 'input']));

test('a wire is told by its ports, made and gone', () => {
  expect(said(wire)).toMatch(/^Connected up output to act input/);
  const edge = document().document.modules[0]!.edges[1]!;
  expect(said(() => document().dispatch(removeEdges(document().document, 'Model', [edge])))).toMatch(
    /^Disconnected up output from act input/,
  );
});

test('what an edit breaks is told with it, once, and that nothing is wrong any more', () => {
  said(wire);
  expect(said(() => setInFeatures(9))).toMatch(/^Set in_features of up to 9.*\. 1 problem: up .*: /);
  expect(said(() => document().dispatch(moveNodes(document().document, 'Model', new Map([['act', [600, 40]]]))))).toBe(
    'act at 600, 40',
  );
  expect(said(() => setInFeatures(8))).toMatch(/^Set in_features of up to 8.*\. No problems$/);
});

test('undo and redo say what they took back and brought back', () => {
  said(wire);
  said(() => setInFeatures(9));
  expect(said(() => t.app.commands.run('edit.undo'))).toMatch(/^Undid: Set in_features of up to 9.*\. No problems$/);
  expect(said(() => t.app.commands.run('edit.redo'))).toMatch(/^Redid: Set in_features of up to 9.*\. 1 problem: /);
  expect(said(() => document().walk(0))).toMatch(/^Undid 2 steps, at last: Connect up to act/);
  // What is done in the place of what was undone is no redo.
  expect(said(() => setInFeatures(7))).toMatch(/^Set in_features of up to 7/);
});

test('a burst is one sentence, and what tells nothing new says nothing', () => {
  expect(
    said(() => {
      setInFeatures(9);
      setInFeatures(10);
    }),
  ).toMatch(/^Set in_features of up to 10\. 2 problems: up /);
  expect(said(() => document().seal())).toBeNull();
  expect(said(() => t.app.view.getState().select(['up']))).toBeNull();
});

test('the selection is told where it is more than the focus', () => {
  expect(said(() => t.app.commands.run('edit.select-all'))).toBe('3 nodes selected');
  expect(said(() => t.app.view.getState().select([]))).toBe('Nothing selected');
});

test('a module that is opened is told with its way and its size, another document too', async () => {
  t.app.view.getState().select(['up', 'act']);
  t.app.commands.run('edit.group');
  t.app.notices.getState().answer('group', 'Part');
  await vi.waitFor(() => expect(document().document.modules).toHaveLength(2));
  said(() => undefined);
  expect(said(() => t.app.commands.run('go.enter'))).toMatch(/^Part in part: \d nodes/);
  expect(said(() => document().replace(parts(), { file: null, name: 'Other' }))).toMatch(/^Model: 3 nodes\. 1 problem/);
});

test('nothing is said over the gallery', () => {
  t.app.view.getState().setScreen('gallery');
  expect(said(() => setInFeatures(9))).toBeNull();
});
