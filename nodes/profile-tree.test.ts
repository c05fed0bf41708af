/** Profiles as trees: sums, stacks folded and apart, order, what an edit has removed. */
import { expect, test } from 'vitest';
import type { InstanceWork, Profile } from '../gpu/profile.ts';
import { analyse } from '../graph/analyse.ts';
import type { InstanceTree } from '../graph/instance.ts';
import { inLayers, profileTree, walkProfile, type Layers, type ProfileNode } from './profile-tree.ts';
import { NODES } from './registry.ts';
import { vitTemplate } from './testing/graphs.ts';

const SMALL = { depth: 3, embed_dim: 12, num_heads: 3, image_size: 32 };

async function vitTree(values: Readonly<Record<string, number>> = SMALL): Promise<InstanceTree> {
  return analyse(await vitTemplate(), NODES, { values, preset: null }).tree;
}

function work(path: string, milliseconds: number, bound: 'compute' | 'memory' | 'neither' = 'compute'): InstanceWork {
  const boundBy = { compute: 0, memory: 0, neither: 0, [bound]: milliseconds };
  return { path, milliseconds, flops: 1000 * milliseconds, bytes: 10 * milliseconds, dispatches: 1, boundBy };
}

function profileOf(works: readonly InstanceWork[], known = true): Profile {
  const milliseconds = works.reduce((sum, one) => sum + one.milliseconds, 0);
  const ceilings = known ? { adapter: 'a', flopsPerSecond: 1e9, bytesPerSecond: 1e8 } : null;
  return { works, milliseconds, runs: 1, clock: 'timestamps', tick: 0, ceilings };
}

/** Every leaf of the tree takes 1, 2, 3 … ms. */
function everything({ execution }: InstanceTree): InstanceWork[] {
  return execution.map(({ path }, index) => work(path, index + 1));
}

function find(root: ProfileNode, path: string): ProfileNode | undefined {
  return [...walkProfile(root)].find(({ node }) => node.path === path)?.node;
}

test('nothing computed: a root without time', async () => {
  const root = profileTree(await vitTree(), profileOf([]), 'folded');
  expect(root).toMatchObject({ path: '', milliseconds: 0, share: 0, children: [], bound: 'neither' });
});

test.each(['folded', 'apart'] as const)('parts sum up to what contains them, layers %s', async (layers: Layers) => {
  const tree = await vitTree();
  const profile = profileOf(everything(tree));
  const root = profileTree(tree, profile, layers);
  expect(root.milliseconds).toBeCloseTo(profile.milliseconds);
  expect(root.share).toBeCloseTo(1);
  for (const { node } of walkProfile(root)) {
    if (node.children.length === 0) continue;
    for (const name of ['milliseconds', 'flops', 'bytes', 'dispatches', 'share'] as const)
      expect(node.children.reduce((sum, child) => sum + child[name], 0)).toBeCloseTo(node[name]);
  }
});

test('folded, the layers of a stack are one of their kind; apart, each is there', async () => {
  const tree = await vitTree();
  const works = [0, 1, 2].map((layer) => work(`blocks.${layer}.norm1`, 1 + layer));
  const folded = profileTree(tree, profileOf(works), 'folded');
  expect(find(folded, 'blocks')).toMatchObject({ count: 3, milliseconds: 6 });
  expect(find(folded, 'blocks')!.children).toMatchObject([{ name: 'norm1', count: 3, milliseconds: 6, dispatches: 3 }]);
  const apart = profileTree(tree, profileOf(works), 'apart');
  expect(find(apart, 'blocks')).toMatchObject({ count: 1, milliseconds: 6 });
  expect(find(apart, 'blocks')!.children.map(({ path, milliseconds }) => [path, milliseconds])).toEqual([
    ['blocks.0', 1],
    ['blocks.1', 2],
    ['blocks.2', 3],
  ]);
  expect(find(apart, 'blocks.1.norm1')).toMatchObject({ name: 'norm1', count: 1, milliseconds: 2 });
});

test('a layer’s own work stays with its stack', async () => {
  const tree = await vitTree();
  const root = profileTree(tree, profileOf([work('blocks.1', 5), work('blocks.0.norm1', 1)]), 'folded');
  expect(find(root, 'blocks')).toMatchObject({ milliseconds: 6, dispatches: 2 });
});

test('parts stand in the order in which they compute, and what does not compute is left out', async () => {
  const root = profileTree(await vitTree(), profileOf([work('norm', 1), work('blocks.0.norm2', 1)]), 'folded');
  expect(root.children.map(({ name }) => name)).toEqual(['norm', 'blocks']);
  expect(find(root, 'blocks')!.children.map(({ name }) => name)).toEqual(['norm2']);
});

test('what an edit has removed is the root’s own', async () => {
  const root = profileTree(await vitTree(), profileOf([work('gone.linear', 3), work('norm', 1)]), 'folded');
  expect(root).toMatchObject({ milliseconds: 4, dispatches: 2 });
  expect(root.children.map(({ name, milliseconds }) => [name, milliseconds])).toEqual([['norm', 1]]);
});

test('a module is bound by what most of its time is', async () => {
  const works = [
    work('blocks.0.norm1', 2, 'memory'),
    work('blocks.0.mlp.fc1', 3, 'compute'),
    work('blocks.1.norm1', 2, 'memory'),
    work('norm', 9, 'neither'),
  ];
  const root = profileTree(await vitTree(), profileOf(works), 'folded');
  expect(find(root, 'blocks')!.bound).toBe('memory');
  expect(root.bound).toBe('neither');
  expect(find(root, 'norm')!.reach).toMatchObject({ compute: 0.001 });
});

test('without ceilings there are times alone', async () => {
  const root = profileTree(await vitTree(), profileOf([work('norm', 1)], false), 'folded');
  expect(root).toMatchObject({ bound: null, reach: null, milliseconds: 1 });
});

test('a path leads into the same node of another layer', async () => {
  const tree = await vitTree();
  const first = (path: string) => inLayers(tree, path, () => 0);
  expect(first('blocks.2.mlp.fc1')).toBe('blocks.0.mlp.fc1');
  expect(first('blocks')).toBe('blocks');
  expect(first('')).toBe('');
  expect(first('norm')).toBe('norm');
  expect(inLayers(tree, 'blocks.0.norm1', (stack) => (stack === 'blocks' ? 2 : 7))).toBe('blocks.2.norm1');
  expect(inLayers(tree, 'blocks.1.norm1', () => null)).toBe('blocks.1.norm1');
});
