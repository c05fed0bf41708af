import { expect, test } from 'vitest';
import type { PortType } from '../../graph/signature.ts';
import { planPreview, pointAt } from './plan.ts';

function type(sizes: readonly number[], flow: PortType['flow'] = 'tensor', names: readonly string[] = []): PortType {
  return {
    dims: sizes.map((size, axis) => (names[axis] ? { size, name: names[axis] } : { size })),
    dtype: 'f32',
    flow,
  };
}

test('a matrix is a heat map of its last two axes', () => {
  const plan = planPreview('heatmap', type([2, 16, 128]), { index: [5] });
  expect(plan.spec).toEqual({ index: [1], maxSide: 64, view: 'matrix' });
  expect(plan.scene).toEqual({ kind: 'heatmap', rows: 16, columns: 128 });
  expect(pointAt(plan, type([2, 16, 128]), 0.5, 0.999)).toEqual({ kind: 'element', index: [1, 15, 64] });
});

test('attention shows one row: the middle patch, or the one that was chosen', () => {
  const weights = type([1, 4, 9, 9], 'attention');
  expect(planPreview('attention', weights, undefined).spec).toEqual({ index: [0, 0, 4], maxSide: 64, view: 'grid' });
  const chosen = planPreview('attention', weights, { head: 3, patch: 8 });
  expect(chosen.spec.index).toEqual([0, 3, 8]);
  expect(chosen.scene).toMatchObject({ side: 3, head: 3, heads: 4, patch: 8 });
  expect(pointAt(chosen, weights, 0.9, 0)).toEqual({ kind: 'element', index: [0, 3, 8, 2] });
});

test('a class token is passed over', () => {
  const { spec, scene } = planPreview('attention', type([1, 2, 10, 10], 'attention'), { patch: 0 });
  expect(spec.index).toEqual([0, 0, 1]);
  expect(scene).toMatchObject({ side: 3, leading: 1, patch: 0 });
});

test('attention over something that is no square of patches is a heat map', () => {
  expect(planPreview('attention', type([1, 4, 7, 7], 'attention'), undefined).scene.kind).toBe('heatmap');
  expect(planPreview('attention', type([1, 4, 4, 9], 'attention'), undefined).scene.kind).toBe('heatmap');
});

test('attention among tokens is a heat map, though they be as many as patches', () => {
  const names = (axis: string) => ['batch', 'num_heads', axis, axis];
  const kindOf = (axis: string) =>
    planPreview('attention', type([1, 2, 16, 16], 'attention', names(axis)), undefined).scene.kind;
  expect(['patches', 'num_patches', 'tokens', 'keys'].map(kindOf)).toEqual([
    'attention',
    'attention',
    'heatmap',
    'heatmap',
  ]);
  const { spec, scene } = planPreview('attention', type([2, 3, 7, 5], 'attention'), { head: 2, index: [1] });
  expect(spec).toMatchObject({ index: [1, 2], view: 'matrix' });
  expect(scene).toEqual({ kind: 'heatmap', rows: 7, columns: 5, heads: { chosen: 2, count: 3 } });
});

test('patches: averaged over their width, or one channel of a patch convolution', () => {
  const embedded = type([1, 16, 128], 'tensor', ['batch', 'patches', 'embed_dim']);
  expect(planPreview('patch-grid', embedded, undefined)).toMatchObject({
    spec: { view: 'grid', index: [0] },
    scene: { kind: 'patches', rows: 4, columns: 4, values: 'mean' },
  });
  const convolved = type([1, 128, 4, 6], 'tensor', ['batch', 'embed_dim', 'rows', 'columns']);
  const plan = planPreview('patch-grid', convolved, { index: [0, 7] });
  expect(plan.spec).toMatchObject({ view: 'matrix', index: [0, 7] });
  expect(pointAt(plan, convolved, 0.5, 0.5)).toEqual({ kind: 'element', index: [0, 7, 2, 3] });
  expect(planPreview('patch-grid', type([1, 15, 8]), undefined).scene.kind).toBe('heatmap');
});

test('pictures, scalars, vectors, statistics', () => {
  expect(planPreview('image', type([2, 3, 96, 96], 'image'), undefined)).toMatchObject({
    spec: { view: 'image', index: [0] },
    scene: { kind: 'image' },
  });
  expect(planPreview('heatmap', type([]), undefined).scene.kind).toBe('number');
  expect(planPreview('heatmap', type([5]), undefined).scene).toEqual({ kind: 'heatmap', rows: 1, columns: 5 });
  expect(planPreview('statistics', type([2, 5]), undefined).scene.kind).toBe('histogram');
});

test('nothing lies outside', () => {
  const plan = planPreview('heatmap', type([3, 3]), undefined);
  expect(pointAt(plan, type([3, 3]), 1, 0.5)).toBeNull();
  expect(pointAt(plan, type([3, 3]), -0.1, 0.5)).toBeNull();
});
