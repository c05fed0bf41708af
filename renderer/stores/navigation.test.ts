import { expect, test } from 'vitest';
import { elaborate } from '../../graph/elaborate.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { breadcrumbs, enclosingModule, followPath, instanceOf, nearestModule, openable } from './navigation.ts';

/** Model has `blocks`, a stack of Block, which has `inner`, an Inner, which has a leaf. */
function documentOf(change: { readonly blocks?: string; readonly inner?: string; readonly repeat?: number } = {}) {
  const { blocks = 'blocks', inner = 'inner', repeat = 3 } = change;
  const module = { hyperparameters: [], edges: [] };
  const document: PatchbayDocument = {
    format: 'patchbay',
    version: 1,
    seed: 0,
    main: 'Model',
    presets: [],
    assets: [],
    modules: [
      { ...module, name: 'Model', nodes: [{ id: 'b', name: blocks, module: 'Block', repeat, position: [0, 0] }] },
      { ...module, name: 'Block', nodes: [{ id: 'i', name: inner, module: 'Inner', position: [0, 0] }] },
      { ...module, name: 'Inner', nodes: [{ id: 'l', name: 'noise', type: 'random_tensor', position: [0, 0] }] },
    ],
  };
  return document;
}

const treeOf = (change?: Parameters<typeof documentOf>[0]) => elaborate(documentOf(change), NODES);

test('breadcrumbs name instances; a stack and its layer are one', () => {
  expect(breadcrumbs(treeOf(), 'blocks.1.inner')).toEqual([
    { path: '', label: 'Model', module: 'Model' },
    { path: 'blocks.1', label: 'blocks', module: 'Block', stack: { path: 'blocks', layer: 1, layers: 3 } },
    { path: 'blocks.1.inner', label: 'inner', module: 'Inner' },
  ]);
});

test('a stack opens at the layer that is shown, or the last if there are fewer', () => {
  const tree = treeOf();
  expect(openable(tree, 'blocks', {})?.path).toBe('blocks.0');
  expect(openable(tree, 'blocks', { blocks: 2 })?.path).toBe('blocks.2');
  expect(openable(tree, 'blocks', { blocks: 9 })?.path).toBe('blocks.2');
  expect(openable(tree, 'blocks.1.inner.noise', {})).toBeNull();
});

test('what is around a layer is what contains the stack', () => {
  const tree = treeOf();
  expect(enclosingModule(tree, 'blocks.1.inner').path).toBe('blocks.1');
  expect(enclosingModule(tree, 'blocks.1').path).toBe('');
  expect(nearestModule(tree, 'gone.away').path).toBe('');
});

test('an open path follows renames', () => {
  const after = treeOf({ blocks: 'layers', inner: 'core' });
  expect(followPath(treeOf(), after, 'blocks.1.inner')).toBe('layers.1.core');
});

test('out of what is gone, to the nearest that is left', () => {
  expect(followPath(treeOf(), treeOf({ repeat: 1 }), 'blocks.2.inner')).toBe('blocks.0.inner');
  const emptied = documentOf();
  const after = elaborate(
    {
      ...emptied,
      modules: emptied.modules.map((module) => (module.name === 'Block' ? { ...module, nodes: [] } : module)),
    },
    NODES,
  );
  expect(followPath(treeOf(), after, 'blocks.1.inner')).toBe('blocks.1');
});

test('a definition is shown in the instance that is open, else in the first', () => {
  const tree = treeOf();
  expect(instanceOf(tree, 'Block', 'blocks.2')).toBe('blocks.2');
  expect(instanceOf(tree, 'Inner', 'blocks.2')).toBe('blocks.0.inner');
  expect(instanceOf(tree, 'Model', 'blocks.2')).toBe('');
  expect(instanceOf(tree, 'Nowhere', '')).toBeNull();
});
