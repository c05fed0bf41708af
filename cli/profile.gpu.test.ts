/** `patchbay profile` on a WebGPU adapter. */
import { expect, test } from 'vitest';
import { patchbay } from './testing/patchbay.ts';

const SMALL = ['--set', 'depth=3', '--set', 'embed_dim=12', '--set', 'num_heads=3', '--set', 'image_size=32'];

interface Row {
  readonly path: string;
  readonly milliseconds: number;
  readonly count: number;
  readonly children: readonly Row[];
}

test('a table of modules and nodes, with ceilings and what bounds each', async () => {
  const { code, stdout, stderr } = await patchbay(['profile', 'template:vit', ...SMALL]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ceilings +\S+ GFLOP\/s of multiply-adds, \S+ GB\/s of copying/m);
  expect(stdout).toMatch(/^ViT +\d+\.\d{3} +100 %/m);
  expect(stdout).toMatch(/^ {2}blocks {2}VisionTransformerBlock ×3 .*(arithmetic|memory|neither)/m);
  expect(stdout).toMatch(/^ {6}fc1 {2}linear ×3 /m);
});

test('--depth ends the table, --layers apart opens stacks', async () => {
  const { stdout } = await patchbay(['profile', 'template:vit', ...SMALL, '--depth', '2', '--layers', 'apart']);
  expect(stdout).toMatch(/^ {4}2 {2}VisionTransformerBlock /m);
  expect(stdout).not.toMatch(/fc1/);
});

test('--json gives the tree, whose parts sum up', async () => {
  const { stdout } = await patchbay(['profile', 'template:vit', ...SMALL, '--json']);
  const { tree, milliseconds, ceilings } = JSON.parse(stdout) as {
    tree: Row;
    milliseconds: number;
    ceilings: { flopsPerSecond: number };
  };
  expect(ceilings.flopsPerSecond).toBeGreaterThan(0);
  expect(tree.milliseconds).toBeCloseTo(milliseconds);
  expect(tree.children.reduce((sum, child) => sum + child.milliseconds, 0)).toBeCloseTo(milliseconds);
  expect(tree.children.find(({ path }) => path === 'blocks')!.count).toBe(3);
});

test.each([
  [['--layers', 'some'], '--layers some: there are folded and apart'],
  [['--depth', 'two'], '--depth two: it wants a whole number'],
])('%j is told what it wants', async (flags, message) => {
  const { code, stderr } = await patchbay(['profile', 'template:vit', ...flags]);
  expect(code).not.toBe(0);
  expect(stderr).toContain(message);
});
