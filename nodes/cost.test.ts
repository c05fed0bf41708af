import { expect, test } from 'vitest';
import { analyse } from '../graph/analyse.ts';
import { graphCost } from './cost.ts';
import { NODES } from './registry.ts';
import { analyseBound, singleNode, vitTemplate } from './testing/graphs.ts';

async function vitCost(values: Readonly<Record<string, number>>, preset: string | null = null) {
  const { tree, inference } = analyse(await vitTemplate(), NODES, { values, preset });
  return graphCost(tree, inference);
}

test('a linear layer: weights and bias, two operations a weight, one value an output', () => {
  const document = singleNode('linear', { in_features: 5, out_features: 7 }, ['input']);
  const { tree, inference } = analyseBound(document, { input: { shape: [2, 3, 5], data: [] } });
  const cost = graphCost(tree, inference);
  expect(cost.parameters).toBe(5 * 7 + 7);
  expect(cost.flops).toBeGreaterThanOrEqual(2 * 6 * 5 * 7);
  expect(cost.flops).toBeLessThanOrEqual(2 * 6 * 5 * 7 + 2 * 6 * 7);
  expect(cost.activationBytes).toBe(6 * 7 * 4);
  expect(cost.byPath.get('node')).toEqual({ parameters: 42, flops: cost.flops, activationBytes: cost.activationBytes });
});

test('the notebook’s model has its parameters, shared ones counted once', async () => {
  const { parameters, byPath } = await vitCost({}, 'notebook');
  const block = 4 * (768 * 768 + 768) + 2 * 768 * 3072 + 3072 + 768 + 4 * 768;
  const embeddings = 768 * 3 * 256 + 768 + 196 * 768;
  expect(parameters).toBe(3 * block + embeddings + 2 * 768);
  expect(byPath.get('blocks')!.parameters).toBe(3 * block);
  expect(byPath.get('blocks.1')!.parameters).toBe(block);
  expect(byPath.get('first_attention')!.parameters).toBe(4 * (768 * 768 + 768));
});

test('a stack costs what its layers cost together', async () => {
  const { byPath } = await vitCost({ depth: 4, embed_dim: 12, num_heads: 3, image_size: 32 });
  const layers = [0, 1, 2, 3].map((layer) => byPath.get(`blocks.${layer}`)!);
  expect(byPath.get('blocks')!.flops).toBe(layers.reduce((sum, { flops }) => sum + flops, 0));
  expect(byPath.get('blocks')!.activationBytes).toBe(layers.reduce((sum, cost) => sum + cost.activationBytes, 0));
});

test('movement costs nothing', () => {
  const document = singleNode('transpose', {}, ['input']);
  const { tree, inference } = analyseBound(document, { input: { shape: [2, 3], data: [] } });
  expect(graphCost(tree, inference)).toMatchObject({ parameters: 0, flops: 0, activationBytes: 0 });
});

test('what cannot be computed costs nothing, and the rest is counted', async () => {
  const broken = await vitCost({ num_heads: 5, embed_dim: 12, image_size: 32 });
  expect(broken.byPath.get('blocks')).toBeUndefined();
  expect(broken.byPath.get('embeddings')!.parameters).toBeGreaterThan(0);
});
