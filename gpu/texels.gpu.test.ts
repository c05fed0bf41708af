/** Weights that shaders have as textures: what is uploaded, kept, split and recovered, against the ops' own evaluation. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { fitsTexels, texelBytes } from './texels.ts';
import type { Graph } from './ir/types.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { Plan, Tuning } from './plan.ts';
import type { Engine } from './runtime/engine.ts';
import {
  evaluateGraph,
  leafBytes,
  numbersOf,
  openTestEngine,
  randomNumbers,
  relativeError,
  runOnGpu,
  type Leaves,
} from './testing/on-gpu.ts';
import { SHAPE_CLASSES } from './wgsl/matmul/choose.ts';

let engine: Engine;
let tuning: Tuning;
beforeAll(async () => {
  engine = await openTestEngine();
  tuning = {
    adapter: engine.fingerprint,
    matmul: Object.fromEntries(SHAPE_CLASSES.map((name) => [name, 'register 4x8 texels'])),
    // Any adapter can run it; it serves those of four lanes.
    traits: { software: true, subgroups: false, subgroupSize: 4 },
  };
});
afterAll(() => engine.dispose());

interface Sizes {
  readonly rows?: number;
  readonly depth: number;
  readonly columns: number;
}

/** @param isSeen Whether the weight is looked at as well, which takes a buffer. */
function linear({ rows = 2, depth, columns }: Sizes, isSeen = false): { graph: Graph; leaves: Leaves } {
  const builder = createBuilder();
  const shapes = { x: [rows, depth], weight: [columns, depth] };
  const x = builder.emit('input', [], { name: 'x', key: `x ${shapes.x.join()}`, dtype: 'f32', shape: shapes.x });
  const key = `weight ${shapes.weight.join()}`;
  const weight = builder.emit('weight', [], { path: 'weight', key, dtype: 'f32', shape: shapes.weight });
  builder.output('y', builder.emit('linear', [x, weight]), 'output');
  if (isSeen) builder.output('seen', builder.emit('gelu', [weight]), 'tap');
  const leaves = { x: randomNumbers(rows * depth, 1), weight: randomNumbers(columns * depth, 2) };
  return { graph: builder.build(), leaves };
}

function planOf(graph: Graph): Plan {
  return compile(graph, { limits: engine.info.limits, tuning, keep: 'outputs' });
}

function formsOf({ leaves }: Plan, name: string): boolean[] {
  return leaves.filter((leaf) => leaf.name === name).map(({ texels }) => texels ?? false);
}

test.each<[string, Sizes]>([
  ['one row', { rows: 1, depth: 64, columns: 128 }],
  ['a row and one texel', { depth: 4, columns: 2049 }],
  ['whole rows', { depth: 1024, columns: 32 }],
  ['rows and a part of one', { depth: 132, columns: 301 }],
  ['more than one chunk of upload', { depth: 1028, columns: 4999 }],
])('%s', async (_, sizes) => {
  const { graph, leaves } = linear(sizes);
  expect(formsOf(planOf(graph), 'weight')).toEqual([true]);
  expect(formsOf(planOf(graph), 'x')).toEqual([false]);
  const got = await runOnGpu(engine, graph, leaves, { tuning });
  expect(relativeError(got.get('y')!, evaluateGraph(graph, leaves).get('y')!)).toBeLessThan(5e-6);
});

test('a weight that is looked at is there both ways', async () => {
  const { graph, leaves } = linear({ depth: 36, columns: 300 }, true);
  const plan = planOf(graph);
  expect(formsOf(plan, 'weight')).toEqual([false, true]);
  expect(plan.memory.weightBytes).toBe(4 * 36 * 300 + texelBytes(4 * 36 * 300));
  const got = await runOnGpu(engine, graph, leaves, { tuning });
  for (const [name, want] of evaluateGraph(graph, leaves)) {
    expect(relativeError(got.get(name)!, want)).toBeLessThan(5e-6);
  }
});

test('textures count as what they take, stay for the next run, and come back after a loss of the device', async () => {
  const { graph, leaves } = linear({ depth: 36, columns: 300 });
  const plan = planOf(graph);
  const fetched: string[] = [];
  const run = async (): Promise<Float64Array> => {
    engine.forgetResults();
    await engine.run({
      plan,
      leaf: (leaf) => {
        fetched.push(leaf.name);
        return Promise.resolve(leafBytes(leaf, leaves));
      },
    });
    const { type, data } = await engine.read('y');
    return numbersOf(type, data);
  };
  engine.forgetAll();
  const first = await run();
  const { pool } = await engine.run({ plan, leaf: (leaf) => Promise.resolve(leafBytes(leaf, leaves)) });
  expect(pool.bytes).toBe(texelBytes(4 * 36 * 300) + 4 * 2 * 36 + 4 * 2 * 300);
  expect(await run()).toEqual(first);
  expect(fetched).toEqual(['x', 'weight']);
  engine.loseDevice();
  expect(await run()).toEqual(first);
  expect(fetched).toEqual(['x', 'weight', 'x', 'weight']);
});

describe('what is no texture', () => {
  test('a value of which a part is bound at a time', async () => {
    const { graph, leaves } = linear({ depth: 512, columns: 40 });
    const limits = { ...engine.info.limits, maxStorageBufferBindingSize: 16_384 };
    const plan = compile(graph, { limits, tuning, keep: 'outputs' });
    expect(plan.steps.length).toBeGreaterThan(1);
    expect(formsOf(plan, 'weight')).toEqual([false]);
    const got = await runOnGpu(engine, graph, leaves, { tuning, limits });
    expect(relativeError(got.get('y')!, evaluateGraph(graph, leaves).get('y')!)).toBeLessThan(5e-6);
  });

  test('rows that are no whole vectors', () => {
    expect(formsOf(planOf(linear({ depth: 30, columns: 1024 }).graph), 'weight')).toEqual([false]);
  });

  test('halves, and adapters of more lanes', () => {
    const { graph } = linear({ depth: 36, columns: 300 });
    const { limits } = engine.info;
    expect(formsOf(compile(graph, { limits, tuning, keep: 'outputs', storage: 'f16' }), 'weight')).toEqual([false]);
    const wide = { ...tuning, traits: { software: true, subgroups: true, subgroupSize: 8 } };
    expect(formsOf(compile(graph, { limits, tuning: wide, keep: 'outputs' }), 'weight')).toEqual([false]);
  });

  test('too few numbers or too many, none, and other dtypes', () => {
    expect(fitsTexels({ dtype: 'f32', shape: [8192, 8192] })).toBe(true);
    expect(fitsTexels({ dtype: 'f32', shape: [8193, 8192] })).toBe(false);
    expect(fitsTexels({ dtype: 'f32', shape: [64, 128] })).toBe(true);
    expect(fitsTexels({ dtype: 'f32', shape: [2047, 4] })).toBe(false);
    expect(fitsTexels({ dtype: 'f32', shape: [0, 4] })).toBe(false);
    expect(fitsTexels({ dtype: 'i32', shape: [256, 256] })).toBe(false);
  });
});
