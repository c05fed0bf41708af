/** Matmuls by every tile there is, against their own evaluation in float64, and against themselves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import { compile, type CompileOptions } from './compile.ts';
import { elementCount, type Graph, type ValueId } from './ir/types.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { AdapterTraits, Tuning } from './plan.ts';
import type { Engine } from './runtime/engine.ts';
import {
  evaluateGraph,
  openTestEngine,
  randomNumbers,
  relativeError,
  runOnGpu,
  type Leaves,
} from './testing/on-gpu.ts';
import { COMMON_TILES, productGraph, type Product } from './testing/products.ts';
import { SHAPE_CLASSES } from './wgsl/matmul/choose.ts';
import { MATMUL_TILES } from './wgsl/matmul/tiles.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

function tuningOf(tile: string, traits?: AdapterTraits): Tuning {
  return {
    ...engine.tuning,
    matmul: Object.fromEntries(SHAPE_CLASSES.map((name) => [name, tile])),
    ...(traits && { traits }),
  };
}

const PRODUCTS: readonly [string, Product][] = [
  ['one of everything', { rows: 1, depth: 1, columns: 1 }],
  ['a row', { rows: 1, depth: 64, columns: 96 }],
  ['a row of odd sizes', { rows: 1, depth: 61, columns: 37, epilogue: true }],
  ['a row by columns', { rows: 1, depth: 64, columns: 96, columnsTogether: true, epilogue: true }],
  ['a row by columns of odd sizes', { rows: 1, depth: 67, columns: 41, columnsTogether: true }],
  ['three rows, more steps than lanes', { rows: 3, depth: 1028, columns: 20 }],
  ['four rows, many columns', { rows: 4, depth: 128, columns: 1030 }],
  ['two rows for each of a batch', { batch: 3, rows: 2, depth: 20, columns: 12, batched: true, epilogue: true }],
  ['a column for each of a batch', { batch: 5, rows: 3, depth: 7, columns: 1, batched: true, columnsTogether: true }],
  [
    'a row for each of a batch, by columns',
    { batch: 7, rows: 1, depth: 24, columns: 36, batched: true, columnsTogether: true },
  ],
  ['odd sizes', { rows: 67, depth: 131, columns: 71, epilogue: true }],
  ['odd sizes by columns', { rows: 13, depth: 29, columns: 17, columnsTogether: true }],
  ['large', { rows: 130, depth: 96, columns: 132, columnsTogether: true }],
  ['large over a batch', { batch: 2, rows: 65, depth: 64, columns: 68, batched: true, epilogue: true }],
  ['no step', { rows: 3, depth: 0, columns: 5 }],
];

// Those that cut sums into parts are the same kernels for products as short as these.
const WHOLE = COMMON_TILES.filter((name) => MATMUL_TILES[name]!.parts === undefined);

/**
 * What a usual run tries of the tiles in workgroup memory, since a software adapter takes seconds for each pipeline with barriers. Larger
 * blocks are the same kernel with other numbers.
 */
const FEW: Readonly<Record<number, readonly string[]>> = {
  4: ['one of everything', 'odd sizes', 'large', 'no step'],
  8: ['odd sizes', 'large over a batch'],
};

function productsOf(tile: string): readonly (readonly [string, Product])[] {
  const { family, rows } = MATMUL_TILES[tile]!;
  return FULL || family !== 'shared' ? PRODUCTS : PRODUCTS.filter(([name]) => FEW[rows]!.includes(name));
}

describe.each(WHOLE)('%s', (tile) => {
  test.each(productsOf(tile))('%s', async (_, product) => {
    const { graph, leaves } = productGraph(product);
    await expectRight(graph, leaves, { tuning: tuningOf(tile) });
  });
});

test.each(['vector 2', 'vector 4 subgroups', 'shared 4x4', 'shared 4x4 double', 'shared 4x4 in 4 parts'])(
  'a right matrix stored as f16 by %s',
  async (tile) => {
    for (const columnsTogether of [false, true]) {
      const { graph, leaves } = productGraph({ rows: 3, depth: 512, columns: 20, columnsTogether, epilogue: true });
      const options = { tuning: tuningOf(tile), storage: 'f16', shaderF16: engine.info.shaderF16 ?? false } as const;
      const got = await runOnGpu(engine, graph, leaves, options);
      const error = relativeError(got.get('y')!, evaluateGraph(graph, leaves).get('y')!);
      expect(error).toBeLessThan(1e-3);
      // It was rounded.
      expect(error).toBeGreaterThan(1e-5);
    }
  },
);

test('a matrix by itself is one buffer where the adapter binds no more, by numbers and by vectors', async () => {
  const builder = createBuilder();
  const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [23, 20] });
  builder.output('y', builder.emit('linear', [x, x]), 'output');
  const leaves = { x: randomNumbers(460, 1) };
  const tuning = tuningOf('register 11x6 subgroups', { software: true, subgroups: true, subgroupSize: 4 });
  const buffersOf = (most: number): number => {
    const limits = { ...engine.info.limits, maxStorageBuffersPerShaderStage: most };
    return compile(builder.build(), { limits, tuning, keep: 'outputs' }).steps.flatMap((step) => {
      return step.kind === 'dispatch' ? step.bindings : [];
    }).length;
  };
  expect(buffersOf(8)).toBe(3);
  expect(buffersOf(2)).toBe(2);
  const limits = { ...engine.info.limits, maxStorageBuffersPerShaderStage: 2 };
  await expectRight(builder.build(), leaves, { limits });
});

describe('sums in parts', () => {
  test.each<[string, Product, string, string]>([
    [
      'of even parts',
      { rows: 8, depth: 512, columns: 12, epilogue: true },
      'shared 4x4 in 4 parts',
      'matmul in 4 parts',
    ],
    [
      'of an odd depth',
      { rows: 5, depth: 1031, columns: 7, epilogue: true },
      'shared 4x4 in 8 parts',
      'matmul in 8 parts',
    ],
    ['fewer than were asked for', { rows: 3, depth: 389, columns: 5 }, 'shared 4x4 in 16 parts', 'matmul in 3 parts'],
    [
      'by columns, over a batch',
      { batch: 3, rows: 70, depth: 300, columns: 9, batched: true, columnsTogether: true, epilogue: true },
      'shared 4x4 in 4 parts',
      'matmul in 2 parts',
    ],
    [
      'of a row by columns',
      { rows: 1, depth: 1030, columns: 68, columnsTogether: true, epilogue: true },
      'vector 4 subgroups',
      'matmul in 8 parts',
    ],
  ])('%s', async (_, product, tile, label) => {
    const { graph, leaves } = productGraph(product);
    const tuning = tuningOf(tile);
    const { steps } = compile(graph, { limits: engine.info.limits, tuning, keep: 'outputs' });
    expect(steps).toHaveLength(2);
    expect(steps[0]!.label).toBe(label);
    await expectRight(graph, leaves, { tuning });
    // In a grid of several rows.
    await expectRight(graph, leaves, {
      tuning,
      limits: { ...engine.info.limits, maxComputeWorkgroupsPerDimension: 11 },
    });
  });

  test('of values larger than one binding', async () => {
    const { graph, leaves } = productGraph({ rows: 8, depth: 512, columns: 12, epilogue: true });
    const tuning = tuningOf('shared 4x4 in 4 parts');
    const limits = { ...engine.info.limits, maxStorageBufferBindingSize: 8192 };
    expect(compile(graph, { limits, tuning, keep: 'outputs' }).steps.length).toBeGreaterThan(2);
    await expectRight(graph, leaves, { tuning, limits });
  });

  test('are not cut where there are enough workgroups, or few steps', () => {
    const stepsOf = (product: Product): number => {
      const tuning = tuningOf('shared 4x4 in 8 parts');
      return compile(productGraph(product).graph, { limits: engine.info.limits, tuning, keep: 'outputs' }).steps.length;
    };
    expect(stepsOf({ rows: 512, depth: 1024, columns: 1024 })).toBe(1);
    expect(stepsOf({ rows: 64, depth: 255, columns: 64 })).toBe(1);
    expect(stepsOf({ rows: 64, depth: 256, columns: 64 })).toBe(2);
  });

  test('of one left matrix are one dispatch, and one after the other where one reads the other', async () => {
    const builder = createBuilder();
    const leaves: Record<string, Float64Array> = {};
    const input = (name: string, shape: readonly number[]): ValueId => {
      leaves[name] = randomNumbers(elementCount(shape), Object.keys(leaves).length + 1, 0.1);
      return builder.emit('input', [], { name, key: name, dtype: 'f32', shape });
    };
    const x = input('x', [6, 512]);
    const [q, k] = ['q', 'k'].map((name) => builder.emit('linear', [x, input(name, [512, 512])])) as [ValueId, ValueId];
    const y = builder.emit('linear', [builder.emit('add', [q, k]), input('w', [10, 512])]);
    builder.output('q', q, 'tap');
    builder.output('y', y, 'output');
    const graph = builder.build();
    const tuning = tuningOf('shared 4x4 in 4 parts');
    const { steps } = compile(graph, { limits: engine.info.limits, tuning, keep: 'outputs' });
    expect(steps.map(({ label }) => label)).toEqual([
      'matmul in 4 parts ×2',
      'sum of 4 parts',
      'sum of 4 parts+add',
      'matmul in 4 parts',
      'sum of 4 parts',
    ]);
    await expectRight(graph, leaves, { tuning });
  });
});

async function expectRight(graph: Graph, leaves: Leaves, options: Partial<CompileOptions>): Promise<void> {
  const got = await runOnGpu(engine, graph, leaves, options);
  const again = await runOnGpu(engine, graph, leaves, options);
  for (const [name, want] of evaluateGraph(graph, leaves)) {
    expect(got.get(name)!.shape).toEqual(want.shape);
    expect(relativeError(got.get(name)!, want)).toBeLessThan(5e-6);
    expect(again.get(name)!.data).toEqual(got.get(name)!.data);
  }
}

test('where nothing was measured, the kind of adapter and the shape decide', () => {
  const shaderOf = (traits: AdapterTraits | undefined, rows: number): string => {
    const tuning: Tuning = { adapter: '', matmul: {}, ...(traits && { traits }) };
    const { graph } = productGraph({ rows, depth: 768, columns: 768 });
    return compile(graph, { limits: engine.info.limits, tuning, keep: 'outputs' }).shaders[0]!.wgsl;
  };
  const software: AdapterTraits = { software: true, subgroups: true, subgroupSize: 16 };
  for (const traits of [undefined, software]) {
    for (const rows of [1, 4, 64, 1024]) expect(shaderOf(traits, rows)).not.toMatch(/workgroupBarrier|subgroup/);
  }
  const ofFour = { ...software, subgroupSize: 4 };
  for (const rows of [1, 4]) expect(shaderOf(ofFour, rows)).not.toMatch(/workgroupBarrier|subgroup/);
  for (const rows of [64, 1024]) expect(shaderOf(ofFour, rows)).toMatch(/sums: array<f32, 66>[^]*subgroupBroadcast/);
  const ofEight = { ...software, subgroupSize: 8 };
  for (const rows of [1, 4, 64]) expect(shaderOf(ofEight, rows)).not.toMatch(/workgroupBarrier|subgroup/);
  expect(shaderOf(ofEight, 1024)).toMatch(/8, 1, 1[^]*sums: array<f32, 168>[^]*subgroupBroadcast/);
  expect(shaderOf(ofFour, 30_000)).toMatch(/sums: array<f32, 320>[^]*subgroupBroadcast/);
  const gpu: AdapterTraits = { software: false, subgroups: true, subgroupSize: 32 };
  expect(shaderOf(gpu, 1)).toContain('subgroupAdd');
  const without = shaderOf({ software: false, subgroups: false, subgroupSize: 0 }, 1);
  expect(without).toContain('workgroupBarrier');
  expect(without).not.toContain('subgroup');
  expect(shaderOf(gpu, 64)).toContain('left_block');
  expect(shaderOf(gpu, 256)).toMatch(/16, 16, 1[^]*sums: array<f32, 16>/);
  expect(shaderOf(gpu, 4096)).toMatch(/16, 16, 1[^]*sums: array<f32, 64>/);
});

test('tiles in workgroup memory share out what they load evenly, and fit every adapter', () => {
  for (const tile of Object.values(MATMUL_TILES)) {
    expect(tile.across * tile.down * (tile.family === 'vector' ? tile.lanes : 1)).toBeLessThanOrEqual(256);
    if (tile.family !== 'shared') continue;
    const sizes = [tile.rows * tile.down, tile.columns * tile.across];
    for (const size of sizes) expect((size * tile.depth) % (4 * tile.across * tile.down)).toBe(0);
    const numbers = sizes.reduce((sum, size) => sum + size * tile.depth * tile.buffers, 0);
    expect(4 * numbers).toBeLessThanOrEqual(16_384);
  }
});

test('a long sum of few results is cut into parts on a GPU, and on no other adapter', () => {
  const stepsOf = (traits: AdapterTraits | undefined): number => {
    const { graph } = productGraph({ rows: 32, depth: 4096, columns: 64 });
    const tuning: Tuning = { adapter: '', matmul: {}, ...(traits && { traits }) };
    return compile(graph, { limits: engine.info.limits, tuning, keep: 'outputs' }).steps.length;
  };
  expect(stepsOf({ software: false, subgroups: false, subgroupSize: 0 })).toBe(2);
  expect(stepsOf({ software: true, subgroups: true, subgroupSize: 4 })).toBe(1);
  expect(stepsOf(undefined)).toBe(1);
});
