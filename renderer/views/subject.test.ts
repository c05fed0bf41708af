import { expect, test } from 'vitest';
import type { GraphModule, PatchbayDocument } from '../../graph/schema.ts';
import { FORMAT_VERSION, schemas } from '../../graph/schema.ts';
import { createTestApp } from '../testing/test-app.ts';
import { createSubjectReader, lookKey, subjectOf } from './subject.ts';

const MAP = { id: 'map', name: 'map', shows: 'attention-map' } as const;
const STRIP = { id: 'strip', name: 'strip', shows: 'token-strip' } as const;

/** A stack of two layers, each of which gives random weights. */
const LAYER: GraphModule = schemas().module.parse({
  name: 'Layer',
  hyperparameters: [],
  nodes: [
    { id: 'x', name: 'x', type: 'input', position: [0, 0] },
    { id: 'soft', name: 'soft', type: 'softmax', position: [0, 0] },
    { id: 'y', name: 'x', type: 'output', position: [0, 0] },
  ],
  edges: [
    { from: ['x', 'output'], to: ['soft', 'input'] },
    { from: ['soft', 'output'], to: ['y', 'input'] },
  ],
});

const MAIN: GraphModule = schemas().module.parse({
  name: 'Main',
  hyperparameters: [],
  nodes: [
    { id: 'noise', name: 'noise', type: 'random_tensor', params: { shape: '2, 4, 4' }, position: [0, 0] },
    { id: 'layers', name: 'layers', module: 'Layer', repeat: 2, position: [0, 0] },
    { id: 'ids', name: 'ids', type: 'token_input', params: { length: 8 }, position: [0, 0] },
    { id: 'map', name: 'map', type: 'attention_map', position: [0, 0] },
    { id: 'strip', name: 'strip', type: 'token_strip', position: [0, 0] },
  ],
  edges: [
    { from: ['noise', 'output'], to: ['layers', 'x'] },
    { from: ['layers', 'x'], to: ['map', 'attention_weights'] },
    { from: ['ids', 'ids'], to: ['map', 'input_ids'] },
    { from: ['ids', 'ids'], to: ['strip', 'input_ids'] },
  ],
});

const DOCUMENT: PatchbayDocument = {
  format: 'patchbay',
  version: FORMAT_VERSION,
  seed: 0,
  main: 'Main',
  presets: [],
  modules: [MAIN, LAYER],
  assets: [],
};

test('a view of a stack follows the layer that is looked at, under the name that is computed anyhow', () => {
  const { app } = createTestApp(DOCUMENT);
  const pathNow = () => subjectOf(app.derived.getState(), app.view.getState(), MAP)?.inputs['attention_weights']?.path;
  expect(pathNow()).toBe('layers.0.x');
  app.view.getState().setLayer('layers', 1);
  expect(pathNow()).toBe('layers.1.x');
});

test('a token that is pointed at in one view is pointed at in all of its sequence, and in no other item', () => {
  const { app } = createTestApp(DOCUMENT);
  const brushOf = (node: typeof MAP | typeof STRIP) =>
    subjectOf(app.derived.getState(), app.view.getState(), node)?.brush;
  app.view.getState().setBrush({ path: 'ids.ids', item: 0, position: 3 });
  expect([brushOf(MAP), brushOf(STRIP)]).toEqual([3, 3]);
  app.view.getState().setBrush({ path: 'ids.ids', item: 1, position: 3 });
  expect([brushOf(MAP), brushOf(STRIP)]).toEqual([null, null]);
});

test('what is looked at is found again, and an edit elsewhere leaves the subject as it was', () => {
  const { app } = createTestApp(DOCUMENT);
  const read = createSubjectReader(MAP);
  const now = () => read(app.derived.getState(), app.view.getState());
  app.view.getState().setLookAt(lookKey('map'), { head: 1, query: 2 });
  const before = now();
  expect(before?.look).toEqual({ head: 1, query: 2 });
  app.view.getState().setHovered('noise');
  expect(now()).toBe(before);
  app.view.getState().setLookAt(lookKey('strip'), { index: [0] });
  expect(now()).toBe(before);
});

test('a node that shows nothing, or is not there, has no subject', () => {
  const { app } = createTestApp(DOCUMENT);
  const [derived, view] = [app.derived.getState(), app.view.getState()];
  expect(subjectOf(derived, view, { id: 'noise', name: 'noise', shows: null })).toBeNull();
  expect(subjectOf(derived, view, { id: 'gone', name: 'gone', shows: 'text' })).toBeNull();
});
