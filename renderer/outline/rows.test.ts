import { expect, test } from 'vitest';
import type { Edge, PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { createProjector } from '../canvas/node-view.ts';
import { outlineRows, stepOf, typedAhead, type Row } from './rows.ts';

const edges: Edge[] = [
  { from: ['x', 'output'], to: ['sum', 'a'] },
  { from: ['y', 'output'], to: ['sum', 'b'] },
];
const DOCUMENT: PatchbayDocument = {
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
      nodes: ['sum', 'x', 'y'].map((name) => {
        return { id: name, name, type: name === 'sum' ? 'add' : 'random_tensor', position: [0, 0] };
      }),
      edges,
    },
  ],
};
const { nodes } = createProjector(NODES)(DOCUMENT, 'Main');
const told = (rows: readonly Row[]) => rows.map((row) => (row.kind === 'node' ? row.view.name : `- ${row.port.name}`));

test('nodes stand in the order in which they run, their ports below those that are open', () => {
  expect(told(outlineRows(nodes, edges, new Set()))).toEqual(['x', 'y', 'sum']);
  expect(told(outlineRows(nodes, edges, new Set(['x', 'sum'])))).toEqual([
    'x',
    '- output',
    'y',
    'sum',
    '- a',
    '- b',
    '- output',
  ]);
});

test('the keys of a tree walk, open and fold', () => {
  const rows = outlineRows(nodes, edges, new Set(['sum']));
  expect(stepOf('ArrowDown', 5, rows)).toEqual({ to: 5 });
  expect(stepOf('ArrowRight', 0, rows)).toEqual({ unfold: 'x' });
  expect(stepOf('ArrowRight', 2, rows)).toEqual({ to: 3 });
  expect(stepOf('ArrowRight', 3, rows)).toBeNull();
  expect(stepOf('ArrowLeft', 4, rows)).toEqual({ to: 2 });
  expect(stepOf('ArrowLeft', 2, rows)).toEqual({ fold: 'sum' });
  expect(stepOf('ArrowLeft', 0, rows)).toBeNull();
  expect(stepOf('End', 0, rows)).toEqual({ to: 5 });
  expect(stepOf('Enter', 0, rows)).toBeNull();
  expect(stepOf('ArrowDown', 0, [])).toBeNull();
});

test('letters lead to the next node that begins so', () => {
  const rows = outlineRows(nodes, edges, new Set());
  expect(typedAhead('s', 0, rows)).toBe(2);
  expect(typedAhead('x', 0, rows)).toBe(0);
  expect(typedAhead('su', 2, rows)).toBe(2);
  expect(typedAhead('q', 0, rows)).toBe(-1);
});
