import { expect, test } from 'vitest';
import { differInDrawingAlone } from './drawing.ts';
import { documentOf, module, node, wire } from './testing/documents.ts';
import type { PatchbayDocument } from './schema.ts';

const DOCUMENT = documentOf([
  module('Model', {
    nodes: [node('x', 'random_tensor', { shape: '2, 3' }), node('y', 'relu')],
    edges: [wire('x.output', 'y.input')],
  }),
]);

/** The document with its module changed, all else shared. */
function withModule(change: (main: PatchbayDocument['modules'][number]) => object): PatchbayDocument {
  const [main] = DOCUMENT.modules;
  return { ...DOCUMENT, modules: [{ ...main!, ...change(main!) }] };
}

const ofFirstNode = (change: object): PatchbayDocument =>
  withModule(({ nodes: [first, ...others] }) => ({ nodes: [{ ...first!, ...change }, ...others] }));

test.each<[string, PatchbayDocument]>([
  ['nothing', { ...DOCUMENT }],
  ['a place', ofFirstNode({ position: [5, 7] })],
  ['a size', ofFirstNode({ size: [100, 50] })],
  ['a note', withModule(() => ({ notes: [{ id: 'n', text: 'Why', position: [0, 0], size: [10, 10] }] }))],
  ['a frame', withModule(() => ({ frames: [{ id: 'f', title: 'Part', position: [0, 0], size: [10, 10] }] }))],
  ['the way of a wire', withModule(({ edges: [edge] }) => ({ edges: [{ ...edge!, reroutes: [[1, 2]] }] }))],
])('%s computes the same', (_, changed) => {
  expect(differInDrawingAlone(DOCUMENT, changed)).toBe(true);
  expect(differInDrawingAlone(changed, DOCUMENT)).toBe(true);
});

test.each<[string, PatchbayDocument]>([
  ['a seed', { ...DOCUMENT, seed: 1 }],
  ['a parameter', ofFirstNode({ params: { shape: '2, 4' } })],
  ['a name', ofFirstNode({ name: 'other' })],
  ['a mode', ofFirstNode({ mode: 'mute' })],
  ['one node less', withModule(({ nodes }) => ({ nodes: nodes.slice(1) }))],
  ['the order of nodes, in which weights are drawn', withModule(({ nodes }) => ({ nodes: nodes.toReversed() }))],
  ['a wire less', withModule(() => ({ edges: [] }))],
  ['another wire', withModule(({ edges: [edge] }) => ({ edges: [{ ...edge!, to: ['y', 'other'] }] }))],
  ['a module more', { ...DOCUMENT, modules: [...DOCUMENT.modules, module('Other', {})] }],
])('%s computes something else', (_, changed) => {
  expect(differInDrawingAlone(DOCUMENT, changed)).toBe(false);
  expect(differInDrawingAlone(changed, DOCUMENT)).toBe(false);
});
