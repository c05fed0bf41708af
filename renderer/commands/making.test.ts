import { beforeEach, expect, test, vi } from 'vitest';
import { formatDocument } from '../../graph/file.ts';
import type { GraphNode, PatchbayDocument } from '../../graph/schema.ts';
import { addEntry } from '../library/add-entry.ts';
import { createTestApp, type TestApp } from '../testing/test-app.ts';
import { boxesOf } from './boxes.ts';

const node = (name: string, type: string, x: number, params?: GraphNode['params']): GraphNode => {
  return { id: name, name, type, ...(params && { params }), position: [x, 0] };
};

/** x → up → act → y, side by side. */
function chain(): PatchbayDocument {
  const nodes = [
    node('x', 'random_tensor', 0, { shape: '2, 8' }),
    node('up', 'linear', 300, { in_features: 8, out_features: 12 }),
    node('act', 'gelu', 600),
    node('y', 'output', 900),
  ];
  const edges = [
    { from: ['x', 'output'], to: ['up', 'input'] },
    { from: ['up', 'output'], to: ['act', 'input'] },
    { from: ['act', 'output'], to: ['y', 'input'] },
  ] as PatchbayDocument['modules'][number]['edges'];
  const main = { name: 'Model', hyperparameters: [], nodes, edges };
  return { format: 'patchbay', version: 1, seed: 0, main: 'Model', presets: [], modules: [main], assets: [] };
}

let t: TestApp;
beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  t = createTestApp(chain());
});

const documentNow = () => t.app.document.getState().document;
const select = (...ids: string[]) => t.app.view.getState().select(ids);
const positionOf = (id: string) => documentNow().modules[0]!.nodes.find((one) => one.id === id)!.position;

/** One step, which undo takes back to the byte. */
function oneStep(act: () => void): void {
  const before = formatDocument(documentNow());
  const steps = t.app.document.getState().history.past.length;
  act();
  expect(t.app.document.getState().history.past).toHaveLength(steps + 1);
  expect(formatDocument(documentNow())).not.toBe(before);
  const after = documentNow();
  t.app.document.getState().undo();
  expect(formatDocument(documentNow())).toBe(before);
  t.app.document.getState().redo();
  expect(documentNow()).toEqual(after);
}

test('mute and bypass act on the selection, and again take it back', () => {
  select('up', 'y');
  oneStep(() => t.app.commands.run('edit.bypass'));
  expect(documentNow().modules[0]!.nodes.map(({ mode }) => mode)).toEqual([undefined, 'bypass', undefined, undefined]);
  expect(
    t.app.derived
      .getState()
      .inference.outputs.get('act.output')
      ?.dims.map(({ size }) => size),
  ).toEqual([2, 8]);
  oneStep(() => t.app.commands.run('edit.mute'));
  expect([...t.app.derived.getState().tree.idle]).toEqual(['up', 'act']);
  oneStep(() => t.app.commands.run('edit.mute'));
  expect(documentNow()).toEqual(chain());
});

test('what is put into a wire moves aside only what it lies on, in the same step', () => {
  const wire = { from: ['up', 'output'], to: ['act', 'input'] } as const;
  oneStep(() =>
    addEntry(t.app, { kind: 'node', type: 'relu' }, [500, 10], {
      kind: 'wire',
      wire: { from: [...wire.from], to: [...wire.to] },
    }),
  );
  const boxes = boxesOf(documentNow(), 'Model');
  const added = documentNow().modules[0]!.nodes.at(-1)!;
  expect(added.position).toEqual([500, 10]);
  expect(positionOf('x')).toEqual([0, 0]);
  expect(positionOf('up')[0] + boxes.get('up')!.width).toBeLessThanOrEqual(500);
  expect(positionOf('act')[0]).toBeGreaterThanOrEqual(500 + boxes.get(added.id)!.width);
});

test('aligning and distributing move the selection alone', () => {
  select('x', 'up', 'act');
  t.app.document.getState().dispatch({
    title: 'Move up',
    diff: [{ kind: 'set', path: ['modules', 'Model', 'nodes', 'up', 'position'], before: [300, 0], after: [250, 90] }],
  });
  oneStep(() => t.app.commands.run('edit.align-top'));
  expect(positionOf('up')).toEqual([250, 0]);
  oneStep(() => t.app.commands.run('edit.distribute-x'));
  expect(positionOf('up')[0]).toBeGreaterThan(250);
  expect([positionOf('x'), positionOf('act'), positionOf('y')]).toEqual([
    [0, 0],
    [600, 0],
    [900, 0],
  ]);
});
