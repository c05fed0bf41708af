import { beforeEach, expect, test, vi } from 'vitest';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { noteKey } from '../canvas/marks.ts';
import { createTestApp, type TestApp } from '../testing/test-app.ts';
import { attachTestCanvas, type TestCanvas } from '../testing/test-canvas.ts';

const START: PatchbayDocument = {
  format: 'patchbay',
  version: 1,
  seed: 0,
  main: 'Main',
  presets: [],
  assets: [],
  modules: [
    {
      name: 'Main',
      hyperparameters: [],
      nodes: [{ id: 'x', name: 'x', type: 'random_tensor', position: [0, 0], size: [300, 260] }],
      edges: [],
      notes: [{ id: 'n', text: 'so', position: [10, 20], size: [200, 60] }],
    },
  ],
};

let t: TestApp;
let canvas: TestCanvas;
beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  t = createTestApp(START);
  canvas = attachTestCanvas(t.app);
});
const main = () => t.app.document.getState().document.modules[0]!;

test('a node and a note grow and shrink together, in one step that undo takes back', () => {
  t.app.view.getState().select(['x']);
  canvas.marked = [noteKey('n')];
  t.app.commands.run('edit.larger');
  t.app.commands.run('edit.larger');
  expect(main().nodes[0]!.size).toEqual([380, 340]);
  expect(main().notes![0]).toMatchObject({ size: [280, 140], position: [10, 20] });
  expect(t.app.document.getState().history.past).toHaveLength(1);
  t.app.commands.run('edit.undo');
  expect(main()).toEqual(START.modules[0]);
});

test('nothing vanishes, and with nothing to resize the command says so', () => {
  canvas.marked = [noteKey('n')];
  for (let pressed = 0; pressed < 9; pressed++) t.app.commands.run('edit.smaller');
  expect(main().notes![0]!.size).toEqual([40, 40]);
  canvas.marked = [];
  expect(t.app.commands.get('edit.smaller').when(t.app)).toMatch(/^Select a node/);
});
