import { expect, test } from 'vitest';
import { verify } from '../gpu/ir/verifier.ts';
import { inferTypes, recordOf } from '../gpu/ops/infer.ts';
import { analyse, type AnalyseOptions } from '../graph/analyse.ts';
import { isInstance, type PatchbayDocument } from '../graph/schema.ts';
import { lower, TapError, type LowerOptions } from './lower.ts';
import { NODES } from './registry.ts';
import { planSources } from './sources.ts';
import { singleNode, vitTemplate } from './testing/graphs.ts';
import { planWeights } from './weights.ts';

const TINY = { image_size: 8, patch_size: 4, embed_dim: 6, num_heads: 2, depth: 2, mlp_ratio: 2 };

function lowered(document: PatchbayDocument, options: AnalyseOptions = {}, more: Partial<LowerOptions> = {}) {
  const { tree, inference } = analyse(document, NODES, options);
  const weights = planWeights(tree, document.seed).recipes;
  const sources = planSources(tree, inference, document).keys;
  return { tree, inference, ...lower(tree, inference, { weights, sources, ...more }) };
}

test('every port of every instance has a value, of the type that was inferred', async () => {
  const { graph, inference, inputs, outputs, skipped } = lowered(await vitTemplate(), { values: TINY });
  expect(skipped.size).toBe(0);
  verify(graph, inferTypes);
  for (const [inferred, values] of [
    [inference.inputs, inputs],
    [inference.outputs, outputs],
  ] as const) {
    expect([...values.keys()].toSorted()).toEqual([...inferred.keys()].toSorted());
    for (const [port, { dims }] of inferred) {
      expect(graph.types.get(values.get(port)!)!.shape, port).toEqual(dims.map(({ size }) => size));
    }
  }
});

test('the graph gives the outputs of the main module, in the order of its ports', async () => {
  const { graph } = lowered(await vitTemplate(), { values: TINY });
  expect(graph.outputs.map(({ name, kind }) => [name, kind])).toEqual([
    ['patches', 'output'],
    ['embeddings', 'output'],
    ['attended', 'output'],
    ['attention_weights', 'output'],
    ['features', 'output'],
  ]);
});

test('a stack carries its state from layer to layer, and gives what the last one gives', async () => {
  const { outputs, inputs } = lowered(await vitTemplate(), { values: TINY });
  expect(inputs.get('blocks.1.hidden_states')).toBe(outputs.get('blocks.0.hidden_states'));
  expect(outputs.get('blocks.hidden_states')).toBe(outputs.get('blocks.1.hidden_states'));
  expect(inputs.get('blocks.hidden_states')).toBe(outputs.get('embeddings.embeddings'));
});

test('any port can be tapped, also inside modules and stacks; where two share a name, the output is meant', async () => {
  const document = await vitTemplate();
  const taps = ['blocks.1.attention.softmax.output', 'blocks.0.hidden_states', 'norm.input', 'pixel_values.output'];
  const { graph, outputs, inputs } = lowered(document, { values: TINY }, { taps: [...taps, taps[0]!] });
  const tapped = new Map(graph.outputs.filter(({ kind }) => kind === 'tap').map(({ name, value }) => [name, value]));
  expect([...tapped.keys()]).toEqual(taps);
  expect(tapped.get('blocks.0.hidden_states')).toBe(outputs.get('blocks.0.hidden_states'));
  expect(tapped.get('norm.input')).toBe(inputs.get('norm.input'));
});

test('a tap that does not exist says what there is', async () => {
  const document = await vitTemplate();
  const tap = (path: string) => () => lowered(document, { values: TINY }, { taps: [path] });
  expect(tap('norm.nothing')).toThrow(TapError);
  expect(tap('norm.nothing')).toThrow('there are norm.output, norm.input');
  expect(tap('nowhere')).toThrow('there are patches, embeddings, attended, attention_weights, features');
  expect(tap('nowhere.output')).toThrow('there is no such instance');
});

test('shared weights stand in the graph once, under the path of their owner', async () => {
  const { graph } = lowered(await vitTemplate(), { values: TINY });
  const paths = graph.operations.filter(({ op }) => op === 'weight').map(({ attributes }) => attributes['path']);
  expect(new Set(paths).size).toBe(paths.length);
  expect(paths.some((path) => String(path).startsWith('first_'))).toBe(false);
  expect(paths).toContain('embeddings.patch_embedding.patch_embedding.weight');
  expect(paths).toContain('blocks.1.mlp.fc2.bias');
});

test('operations remember the node that they come from', async () => {
  const { graph, tree } = lowered(await vitTemplate(), { values: TINY });
  for (const { origin, op } of graph.operations) {
    expect(tree.byPath.get(origin)?.kind, `${op} of ${origin}`).toBe('leaf');
    expect(recordOf(op)).toBeDefined();
  }
});

test('what has a problem is left out with all that depends on it; the rest is lowered', async () => {
  const { graph, skipped } = lowered(await vitTemplate(), { values: { ...TINY, num_heads: 4 } });
  expect(graph.outputs.map(({ name }) => name)).toEqual(['patches', 'embeddings']);
  expect(skipped.has('norm')).toBe(true);
  verify(graph, inferTypes);
});

test('a source without a picture is left out', () => {
  const { graph, outputs } = lowered(singleNode('image_input', {}, []));
  expect(graph.outputs).toEqual([]);
  expect(outputs.size).toBe(0);
});

test('an instance that shares weights of another shape is left out, not lowered wrongly', async () => {
  const document = await vitTemplate();
  const modules = document.modules.map((module) => ({
    ...module,
    nodes: module.nodes.map((node) =>
      isInstance(node) && node.name === 'first_patches' ? { ...node, params: { ...node.params, embed_dim: 5 } } : node,
    ),
  }));
  const { graph } = lowered({ ...document, modules }, { values: TINY });
  expect(graph.outputs.map(({ name }) => name)).toEqual(['embeddings', 'attended', 'attention_weights', 'features']);
});
