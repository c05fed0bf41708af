import { expect, test } from 'vitest';
import { analyse } from '../graph/analyse.ts';
import type { InstanceTree } from '../graph/instance.ts';
import { schemas, type GraphModule, type PatchbayDocument } from '../graph/schema.ts';
import { checkpointFit, fitProblems, planCheckpoint, type Checkpoint } from './checkpoint.ts';
import { parseRenamingRule } from './renaming.ts';
import type { NodeDefinition } from './definition.ts';
import { NODES } from './registry.ts';
import { singleNode, vitTemplate } from './testing/graphs.ts';
import { drawWeights, planWeights, weightShapes, WeightDrawer, type WeightRecipe } from './weights.ts';

const TINY = { image_size: 8, patch_size: 4, embed_dim: 6, num_heads: 2, depth: 3, mlp_ratio: 2 };

function treeOf(document: PatchbayDocument, values: Readonly<Record<string, number>> = {}): InstanceTree {
  return analyse(document, NODES, { values, preset: null }).tree;
}

async function tinyVit(values: Partial<typeof TINY> = {}): Promise<InstanceTree> {
  return treeOf(await vitTemplate(), { ...TINY, ...values });
}

/** A main module with a stack of three linear layers, and one that shares the second one's weights. */
function stacked(changes: { copies?: boolean; shares?: string; outFeatures?: number } = {}): PatchbayDocument {
  const { copies = false, shares = 'layers.1', outFeatures = 4 } = changes;
  const layer = schemas().module.parse({
    name: 'Layer',
    hyperparameters: [{ name: 'out_features', type: 'int', default: 4 }],
    nodes: [
      { id: 'in', name: 'x', type: 'input', position: [0, 0] },
      {
        id: 'fc',
        name: 'fc',
        type: 'linear',
        params: { in_features: 4, out_features: 'out_features' },
        position: [0, 0],
      },
      { id: 'out', name: 'x', type: 'output', position: [0, 0] },
    ],
    edges: [
      { from: ['in', 'output'], to: ['fc', 'input'] },
      { from: ['fc', 'output'], to: ['out', 'input'] },
    ],
  });
  const main: GraphModule = schemas().module.parse({
    name: 'Main',
    hyperparameters: [],
    nodes: [
      { id: 'x', name: 'x', type: 'random_tensor', params: { shape: '2, 4' }, position: [0, 0] },
      { id: 'layers', name: 'layers', module: 'Layer', repeat: 3, copies, position: [0, 0] },
      { id: 'again', name: 'again', module: 'Layer', params: { out_features: outFeatures }, shares, position: [0, 0] },
    ],
    edges: [
      { from: ['x', 'output'], to: ['layers', 'x'] },
      { from: ['layers', 'x'], to: ['again', 'x'] },
    ],
  });
  return { ...singleNode('constant', {}, []), main: 'Main', modules: [main, layer] };
}

test('paths are state_dict keys, in construction order', async () => {
  const { recipes, problems } = planWeights(await tinyVit({ depth: 1 }), 0);
  expect(problems).toEqual([]);
  expect([...recipes.keys()]).toEqual([
    'embeddings.patch_embedding.patch_embedding.weight',
    'embeddings.patch_embedding.patch_embedding.bias',
    'embeddings.position_embedding.weight',
    'blocks.0.norm1.weight',
    'blocks.0.norm1.bias',
    ...['q_proj', 'k_proj', 'v_proj', 'out_proj'].flatMap((name) => [
      `blocks.0.attention.${name}.weight`,
      `blocks.0.attention.${name}.bias`,
    ]),
    'blocks.0.norm2.weight',
    'blocks.0.norm2.bias',
    'blocks.0.mlp.fc1.weight',
    'blocks.0.mlp.fc1.bias',
    'blocks.0.mlp.fc2.weight',
    'blocks.0.mlp.fc2.bias',
    'norm.weight',
    'norm.bias',
  ]);
});

test('in any order, and one by one, weights are drawn as in one go', async () => {
  const recipes = [...planWeights(await tinyVit(), 7).recipes.values()];
  const inOrder = drawWeights(recipes);
  const drawer = new WeightDrawer();
  for (const recipe of recipes.toReversed()) expect(drawer.draw(recipe)).toEqual(inOrder.get(recipe.path));
  for (const recipe of recipes) expect(new WeightDrawer().draw(recipe)).toEqual(inOrder.get(recipe.path));
});

test('small normal draws leave half a pair behind, and later draws find it', () => {
  const table = (name: string) => ({
    id: name,
    name,
    type: 'position_embedding',
    params: { num_patches: 1, embed_dim: 3 },
    position: [0, 0],
  });
  const main = schemas().module.parse({
    name: 'Main',
    hyperparameters: [],
    nodes: [table('a'), table('b'), table('c')],
    edges: [],
  });
  const tree = treeOf({ ...singleNode('constant', {}, []), modules: [main] });
  const recipes = [...planWeights(tree, 3).recipes.values()];
  const inOrder = drawWeights(recipes);
  for (const recipe of recipes) expect(new WeightDrawer().draw(recipe)).toEqual(inOrder.get(recipe.path));
  expect(new Set([...inOrder.values()].flatMap((values) => [...values])).size).toBe(9);
});

test('keys follow the place in the draw: what stands before an edit keeps them', async () => {
  const keys = async (values: Partial<typeof TINY>, seed = 0) =>
    new Map([...planWeights(await tinyVit(values), seed).recipes].map(([path, { key }]) => [path, key]));
  const [before, wider, deeper, reseeded] = await Promise.all([
    keys({}),
    keys({ mlp_ratio: 3 }),
    keys({ depth: 4 }),
    keys({}, 1),
  ]);
  const same = (other: ReadonlyMap<string, string>, path: string) => other.get(path) === before.get(path);
  expect(same(wider, 'blocks.0.attention.out_proj.bias')).toBe(true);
  expect(same(wider, 'blocks.0.mlp.fc1.weight')).toBe(false);
  expect(same(wider, 'blocks.1.attention.q_proj.weight')).toBe(false);
  expect([...before.keys()].every((path) => path.startsWith('norm.') || same(deeper, path))).toBe(true);
  expect(same(reseeded, 'blocks.0.attention.out_proj.bias')).toBe(false);
});

test('a wire that is pulled out redraws nothing', async () => {
  const document = await vitTemplate();
  const unplugged = document.modules.map((module) => ({
    ...module,
    edges: module.edges.filter(({ to }) => to[0] !== 'norm1' && to[0] !== 'fc2'),
  }));
  const keys = (modules: PatchbayDocument['modules']) =>
    Array.from(planWeights(treeOf({ ...document, modules }, TINY), 0).recipes.values(), ({ path, key }) => path + key);
  expect(keys(unplugged)).toEqual(keys(document.modules));
});

test('a constant weight has one key wherever it stands', async () => {
  const { recipes } = planWeights(await tinyVit(), 0);
  expect(recipes.get('blocks.0.norm1.weight')!.key).toBe(recipes.get('norm.weight')!.key);
  expect(recipes.get('norm.weight')!.key).not.toBe(recipes.get('norm.bias')!.key);
});

test('who shares draws nothing; who does not fit is a problem at its place', () => {
  const sound = planWeights(treeOf(stacked()), 0);
  expect(sound.problems).toEqual([]);
  expect([...sound.recipes.keys()].some((path) => path.startsWith('again'))).toBe(false);
  const { problems } = planWeights(treeOf(stacked({ outFeatures: 5 })), 0);
  expect(problems).toMatchObject([{ code: 'weights.share', place: { path: 'again.fc' } }]);
  expect(problems[0]!.message).toContain('weight of layers.1.fc is [4, 4], and [5, 4] is wanted');
});

test('layers of a stack differ, copies have the numbers of the first and are drawn once', () => {
  const layers = (recipes: ReadonlyMap<string, WeightRecipe>) =>
    [0, 1, 2].map((layer) => recipes.get(`layers.${layer}.fc.weight`)!);
  const own = layers(planWeights(treeOf(stacked()), 0).recipes);
  const copied = layers(planWeights(treeOf(stacked({ copies: true })), 0).recipes);
  expect(new Set(own.map(({ key }) => key)).size).toBe(3);
  expect(new Set(copied.map(({ key }) => key)).size).toBe(1);
  expect(copied.map(({ path, owner }) => [path, owner])).toEqual(
    [0, 1, 2].map((layer) => [`layers.${layer}.fc.weight`, `layers.${layer}.fc`]),
  );
  expect(copied[0]!.key).toBe(own[0]!.key);
});

test('a draw that PyTorch throws away moves what follows, and is no weight', () => {
  const linear = NODES.get('linear')!;
  const wasteful: NodeDefinition = {
    ...linear,
    weights: (params) => linear.weights!(params).map((weight) => ({ ...weight, discarded: weight.name === 'weight' })),
  };
  const tree = treeOf(singleNode('linear', { in_features: 4, out_features: 4 }, ['input']));
  const usual = planWeights(tree, 0).recipes;
  const { recipes } = planWeights(tree, 0, new Map([['linear', wasteful]]));
  expect([...recipes.keys()]).toEqual(['node.bias']);
  expect(recipes.get('node.bias')!.key).toBe(usual.get('node.bias')!.key);
});

test('a bare parameter is named as its node, in the main module and inside', () => {
  const parameter = { id: 'p', name: 'in_proj_weight', type: 'parameter', params: { shape: '2, 3' }, position: [0, 0] };
  const inner = schemas().module.parse({ name: 'Inner', hyperparameters: [], nodes: [parameter], edges: [] });
  const main = schemas().module.parse({
    name: 'Main',
    hyperparameters: [],
    nodes: [
      { id: 't', name: 'temperature', type: 'parameter', params: { value: 2.5 }, position: [0, 0] },
      { id: 'attention', name: 'attention', module: 'Inner', position: [0, 0] },
      { id: 'again', name: 'again', module: 'Inner', shares: 'attention', position: [0, 0] },
    ],
    edges: [],
  });
  const tree = treeOf({ ...singleNode('constant', {}, []), modules: [main, inner] });
  const { recipes, problems } = planWeights(tree, 0);
  expect(problems).toEqual([]);
  expect([...recipes].map(([path, { shape }]) => [path, shape])).toEqual([
    ['temperature', []],
    ['attention.in_proj_weight', [2, 3]],
  ]);
  expect([...drawWeights(recipes.values()).get('temperature')!]).toEqual([2.5]);
});

test('offsets that start at zero take their place in the draw, also in layers that are copies', () => {
  const zeroed = (changes: Parameters<typeof stacked>[0]): PatchbayDocument => {
    const document = stacked(changes);
    const modules = document.modules.map((candidate) => ({
      ...candidate,
      nodes: candidate.nodes.map((node) =>
        node.id === 'fc' ? { ...node, params: { ...node.params, zero_bias: true } } : node,
      ),
    }));
    return { ...document, modules };
  };
  for (const copies of [false, true]) {
    const usual = planWeights(treeOf(stacked({ copies })), 0);
    const { recipes, problems } = planWeights(treeOf(zeroed({ copies })), 0);
    expect(problems).toEqual([]);
    expect([...recipes.keys()]).toEqual([...usual.recipes.keys()]);
    for (const [path, { key, from }] of recipes) {
      if (path.endsWith('bias')) expect(from).toMatchObject({ initializer: { kind: 'constant', value: 0 } });
      else expect(key).toBe(usual.recipes.get(path)!.key);
    }
  }
});

test('a checkpoint gives every weight, and its hash the keys', async () => {
  const tree = await tinyVit({ depth: 1 });
  const plan = planWeights(tree, 0);
  const complete = planCheckpoint(plan, tree, checkpointOf(plan.recipes.values(), 'model/'));
  expect(complete.problems).toEqual([]);
  const { key, from } = complete.recipes.get('norm.weight')!;
  expect(from).toEqual({ kind: 'file', entry: 'model/norm.weight' });
  expect(key).not.toBe(plan.recipes.get('norm.weight')!.key);
  expect(() => new WeightDrawer().draw(complete.recipes.get('norm.weight')!)).toThrow('read, not drawn');
});

test('a checkpoint that does not fit says what is missing, what is too much, and whose shape is wrong', async () => {
  const tree = await tinyVit({ depth: 1 });
  const plan = planWeights(tree, 0);
  const full = checkpointOf(plan.recipes.values(), '');
  const entries = new Map(full.entries);
  entries.delete('norm.weight');
  entries.delete('norm.bias');
  entries.set('blocks.0.norm1.bias', { shape: [7] });
  entries.set('head.weight', { shape: [2, 2] });
  const { problems, recipes } = planCheckpoint(plan, tree, { ...full, entries });
  expect(problems.map(({ code, message, place: { path } }) => [code, message, path])).toEqual([
    ['weights.shape', "file has blocks.0.norm1.bias as [7]; the graph's is [6]", 'blocks.0.norm1'],
    ['weights.missing', 'file lacks 2 weights: norm.weight, norm.bias', 'norm'],
    ['weights.unexpected', 'file has the weight head.weight, which the graph has no place for', ''],
  ]);
  expect(recipes.has('blocks.0.norm1.bias')).toBe(false);
});

test('what a checkpoint lacks is told once for each node as it is written, however many layers there are', async () => {
  const tree = await tinyVit({ depth: 3 });
  const shapes = weightShapes(tree);
  expect(shapes.map(({ path }) => path)).toEqual([...planWeights(tree, 0).recipes.keys()]);
  const checkpoint = { hash: 'abc', name: 'file', entries: new Map() };
  const problems = fitProblems(checkpointFit(shapes, checkpoint), tree, checkpoint);
  const definitions = new Set(shapes.map(({ owner }) => JSON.stringify(tree.byPath.get(owner)!.place)));
  expect(problems.map(({ place }) => JSON.stringify({ ...place, path: undefined }))).toEqual([...definitions]);
  const narrow = { ...checkpoint, entries: new Map(shapes.map(({ path }) => [path, { shape: [7] }])) };
  const misshapen = fitProblems(checkpointFit(shapes, narrow), tree, narrow);
  expect(misshapen).toHaveLength(definitions.size);
  expect(misshapen.find(({ place }) => place.path === 'blocks.0.norm1')?.message).toBe(
    "file has blocks.0.norm1.weight as [7]; the graph's is [6]; so it is with 5 more",
  );
  expect(problems.find(({ place }) => place.path === 'blocks.0.norm1')?.message).toBe(
    'file lacks 6 weights: blocks.0.norm1.weight, blocks.0.norm1.bias, blocks.1.norm1.weight, blocks.1.norm1.bias, blocks.2.norm1.weight and 1 more',
  );
});

test('rules give the names of a checkpoint; the rest of it they leave out, and no two may have one name', async () => {
  const tree = await tinyVit({ depth: 1 });
  const plan = planWeights(tree, 0);
  const theirs = (path: string) => path.replace(/^blocks\.(\d+)\./, 'encoder.layer.$1.').replace(/^norm\./, 'ln.');
  const entries = new Map(Array.from(plan.recipes.values(), ({ path, shape }) => [`vit.${theirs(path)}`, { shape }]));
  entries.set('classifier.weight', { shape: [2, 2] });
  const named = (...rules: string[]) =>
    planCheckpoint(plan, tree, { hash: 'abc', name: 'file', entries, rules: rules.map(parseRenamingRule) });

  const rules = ['classifier.**=', 'vit.encoder.layer.*.**=blocks.*.**', 'vit.ln.*=norm.*', 'vit.**=**'];
  const complete = named(...rules);
  expect(complete.problems).toEqual([]);
  expect([...complete.recipes.keys()]).toEqual([...plan.recipes.keys()]);
  expect(complete.recipes.get('norm.bias')!.from).toEqual({ kind: 'file', entry: 'vit.ln.bias' });

  const clash = named('vit.ln.bias=norm.weight', ...rules);
  expect(clash.problems.map(({ code, message }) => [code, message])).toEqual([
    ['weights.missing', 'file lacks the weight norm.bias'],
    ['weights.clash', 'the rules give the weight vit.ln.bias of file a name that another has already'],
  ]);
  entries.set('vit.ln.bias', { shape: [7] });
  expect(named(...rules).problems.map(({ message }) => message)).toEqual([
    "file has norm.bias, there vit.ln.bias, as [7]; the graph's is [6]",
  ]);
});

function checkpointOf(recipes: Iterable<WeightRecipe>, prefix: string): Checkpoint {
  const entries = new Map(Array.from(recipes, ({ path, shape }) => [prefix + path, { shape }]));
  if (prefix !== '') entries.set('input/pixel_values', { shape: [1] });
  return { hash: 'abc', name: 'file', entries, prefix };
}
