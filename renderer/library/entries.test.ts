import { expect, test } from 'vitest';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { MODULES } from '../../nodes/modules/registry.ts';
import { NODES } from '../../nodes/registry.ts';
import { readEntry } from './add-entry.ts';
import { paletteGroups } from './entries.ts';

const OWN = { name: 'Own', hyperparameters: [], nodes: [], edges: [] };
const MAIN = {
  name: 'Main',
  hyperparameters: [],
  nodes: [{ id: 'o', name: 'o', module: 'Own', position: [0, 0] as [number, number] }],
  edges: [],
};
const DOCUMENT: PatchbayDocument = {
  format: 'patchbay',
  version: 1,
  seed: 0,
  main: 'Main',
  presets: [],
  assets: [],
  modules: [MAIN, OWN],
};

const offered = (open: string) =>
  new Map(
    paletteGroups(NODES, MODULES, DOCUMENT, open).map(({ title, entries }) => [title, entries.map(({ type }) => type)]),
  );

test('every node type and every shipped module is offered, once', () => {
  const all = [...offered('Main').values()].flat();
  for (const type of [...NODES.keys(), ...MODULES.keys()]) expect(all.filter((each) => each === type)).toHaveLength(1);
});

test('modules of the document stand first; the main module and what contains the open one are left out', () => {
  expect([...offered('Main').keys()][0]).toBe('In this document');
  expect(offered('Main').get('In this document')).toEqual(['Own']);
  expect(offered('Own').has('In this document')).toBe(false);
  expect(offered('VisionAttention').get('Modules')).not.toContain('VisionTransformerBlock');
});

test('what is dragged from elsewhere is no entry', () => {
  expect(readEntry('')).toBeNull();
  expect(readEntry('{"kind":"node","type":"linear"}')).toEqual({ kind: 'node', type: 'linear' });
  expect(readEntry('{"kind":"file"}')).toBeNull();
});
