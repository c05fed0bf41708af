import { expect, test } from 'vitest';
import { valueKeys } from '../../../gpu/ir/key.ts';
import { vitGraph } from '../../../gpu/testing/vit-graph.ts';
import { cutGraph, workOf, type CutOptions } from './pieces.ts';

const graph = vitGraph({ batch: 1, imageSize: 32, patchSize: 16, width: 8, depth: 3, heads: 2 });
const keys = valueKeys(graph);
const pieces = (options: Partial<CutOptions> = {}) =>
  cutGraph(graph, keys, { cut: { flops: Number.MAX_VALUE }, isKnown: () => false, ...options });

test('a piece takes what the pieces before it gave, or leaves', () => {
  const given = new Set<string>();
  for (const { inputs, outputs } of pieces()) {
    for (const { key, leaf } of inputs) if (!leaf) expect(given).toContain(key);
    for (const { key } of outputs) given.add(key);
  }
  expect(given).toContain(keys.get(graph.outputs[0]!.value));
});

test('layers of equal structure are one model', () => {
  const attention = pieces().filter(({ shares }) => [...shares.keys()].some((origin) => origin.endsWith('.attention')));
  expect(attention).toHaveLength(3);
  expect(new Set(attention.map(({ structure }) => structure)).size).toBe(1);
});

test('weights that were drawn anew are the same models', () => {
  const renewed = new Map([...keys].map(([value, key]) => [value, `other ${key}`]));
  const structures = (of: ReadonlyMap<number, string>) =>
    cutGraph(graph, of, { cut: 'whole', isKnown: () => false }).map(({ structure }) => structure);
  expect(structures(renewed)).toEqual(structures(keys));
});

test('what is known, and what only leads to it, is in no piece', () => {
  const last = pieces().at(-1)!;
  const known = new Set(last.inputs.filter(({ leaf }) => !leaf).map(({ key }) => key));
  const rest = pieces({ isKnown: (key) => known.has(key) });
  expect(rest.map(({ structure }) => structure)).toEqual([last.structure]);
  expect(pieces({ isKnown: () => true })).toEqual([]);
});

test('smaller pieces are the same work', () => {
  const { steps, flops } = workOf(graph, () => false);
  for (const cut of ['whole', { flops: 1 }, { flops: 1000 }] as const) {
    const cutSmall = pieces({ cut });
    expect(cutSmall.reduce((sum, piece) => sum + piece.steps, 0)).toBe(steps);
    expect(cutSmall.reduce((sum, piece) => sum + piece.flops, 0)).toBe(flops);
  }
});
