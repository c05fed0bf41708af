/** The runtime on this machine's adapter: what is kept and skipped, cancelling, a lost device, previews, timings. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { compile } from './compile.ts';
import type { Graph } from './ir/types.ts';
import { createBuilder } from './ops/create-builder.ts';
import { evaluateGraph, leafBytes, numbersOf, openTestEngine, randomNumbers, relativeError } from './testing/on-gpu.ts';
import { tuneEngine } from './tune-engine.ts';
import { MATMUL_TILES } from './wgsl/matmul/tiles.ts';
import { vitGraph, vitLeaf } from './testing/vit-graph.ts';
import { Engine } from './runtime/engine.ts';
import { MemoryError, NoAdapterError, ValueGoneError } from './runtime/errors.ts';
import { openNodeGpu } from './runtime/node-gpu.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());
afterEach(() => vi.restoreAllMocks());

const LEAVES = { x: randomNumbers(40 * 60, 1), w: randomNumbers(50 * 60, 2), v: randomNumbers(30 * 50, 3) };
/** More work than one submission takes on an adapter of unknown speed. */
const MIDDLE_VIT = { batch: 1, imageSize: 64, patchSize: 8, width: 192, depth: 2, heads: 4 };
const SMALL_VIT = { batch: 1, imageSize: 32, patchSize: 8, width: 64, depth: 2, heads: 4 };

/** y = x·wᵀ, tapped; z = y·vᵀ. `key` tells apart what should not be found again. */
function chain(key: string, secondKey = key): Graph {
  const builder = createBuilder();
  const leaf = (op: 'input' | 'weight', name: string, shape: number[], given: string) => {
    builder.origin = name;
    return builder.emit(op, [], {
      [op === 'input' ? 'name' : 'path']: name,
      key: `${name} ${given}`,
      dtype: 'f32',
      shape,
    });
  };
  const x = leaf('input', 'x', [40, 60], key);
  const w = leaf('weight', 'w', [50, 60], key);
  builder.origin = 'first';
  const y = builder.emit('linear', [x, w]);
  builder.output('y', y, 'tap');
  const v = leaf('weight', 'v', [30, 50], secondKey);
  builder.origin = 'second';
  builder.output('z', builder.emit('linear', [y, v]), 'output');
  return builder.build();
}

function planOf(graph: Graph) {
  return compile(graph, { limits: engine.info.limits, tuning: engine.tuning, keep: 'outputs' });
}

async function numbers(name: string) {
  const { type, data } = await engine.read(name);
  return { ...type, data: numbersOf(type, data) };
}

describe('what is kept', () => {
  test('a second run needs no step; a changed weight needs those behind it', async () => {
    const fetched: string[] = [];
    const run = (graph: Graph) => {
      fetched.length = 0;
      return engine.run({
        plan: planOf(graph),
        leaf: (leaf) => {
          fetched.push(leaf.name);
          return Promise.resolve(leafBytes(leaf, LEAVES));
        },
      });
    };
    expect((await run(chain('kept'))).stepsRun).toBe(2);
    expect(fetched).toEqual(['x', 'w', 'v']);
    expect((await run(chain('kept'))).stepsRun).toBe(0);
    expect(fetched).toEqual([]);
    expect(await run(chain('kept', 'other'))).toMatchObject({ stepsRun: 1, stepsTotal: 2 });
    expect(fetched).toEqual(['v']);
    const want = evaluateGraph(chain('kept'), LEAVES);
    for (const name of ['y', 'z']) expect(relativeError(await numbers(name), want.get(name)!)).toBeLessThan(1e-6);
  });

  test('only what is wanted runs', async () => {
    const plan = planOf(chain('wanted'));
    const leaf = (asked: Parameters<typeof leafBytes>[0]) => Promise.resolve(leafBytes(asked, LEAVES));
    expect((await engine.run({ plan, leaf, wanted: ['y'] })).stepsRun).toBe(1);
    await expect(engine.read('z')).rejects.toThrow(ValueGoneError);
    await expect(engine.run({ plan, leaf, wanted: ['nothing'] })).rejects.toThrow(RangeError);
  });

  test('of values alike the least recently used goes first, and a run that needs more than the budget says so', async () => {
    const small = await openTestEngine({ poolBudget: 64 * 1024 });
    try {
      const leaf = (asked: Parameters<typeof leafBytes>[0]) => Promise.resolve(leafBytes(asked, LEAVES));
      for (const key of ['a', 'b', 'c', 'd']) {
        const { pool } = await small.run({ plan: planOf(chain(key)), leaf });
        expect(pool.bytes).toBeLessThanOrEqual(pool.budget);
      }
      expect((await small.run({ plan: planOf(chain('d')), leaf })).stepsRun).toBe(0);
      expect((await small.run({ plan: planOf(chain('a')), leaf })).stepsRun).toBe(2);
      await expect(small.run({ plan: planOf(vitGraph(SMALL_VIT)), leaf: vitLeaf })).rejects.toThrow(MemoryError);
    } finally {
      small.dispose();
    }
  });
});

test('two runs give the same bits', async () => {
  const plan = planOf(vitGraph(SMALL_VIT, true));
  const runs: Uint8Array[][] = [];
  for (let run = 0; run < 2; run++) {
    engine.forgetResults();
    await engine.run({ plan, leaf: vitLeaf });
    runs.push(await Promise.all(plan.outputs.map(async ({ name }) => (await engine.read(name)).data)));
  }
  expect(runs[0]).toEqual(runs[1]);
});

describe('pipelines', () => {
  test('only what a run needs is compiled, each once', async () => {
    const fresh = await openTestEngine();
    const compiling = vi.spyOn(GPUDevice.prototype, 'createComputePipelineAsync');
    const plan = planOf(chain('pipelines'));
    const leaf = (asked: Parameters<typeof leafBytes>[0]) => Promise.resolve(leafBytes(asked, LEAVES));
    await fresh.run({ plan, leaf, wanted: [] });
    expect(compiling).toHaveBeenCalledTimes(0);
    await fresh.run({ plan, leaf, wanted: ['y'] });
    expect(compiling).toHaveBeenCalledTimes(1);
    await fresh.run({ plan, leaf });
    expect(compiling).toHaveBeenCalledTimes(plan.shaders.length);
    fresh.dispose();
  });

  test('what was made ready is not compiled again by the run and its previews', async () => {
    const fresh = await openTestEngine();
    const compiling = vi.spyOn(GPUDevice.prototype, 'createComputePipelineAsync');
    const plan = planOf(vitGraph(SMALL_VIT, true));
    await fresh.warm(plan, new AbortController().signal);
    const made = compiling.mock.calls.length;
    expect(made).toBeGreaterThanOrEqual(plan.shaders.length);
    await fresh.run({ plan, leaf: vitLeaf });
    await fresh.preview(plan.outputs[0]!.name, { index: [], maxSide: 8, view: 'matrix' });
    expect(compiling).toHaveBeenCalledTimes(made);
    const stopped = fresh.warm(planOf(chain('stopped')), AbortSignal.abort());
    await expect(stopped).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    fresh.dispose();
  });
});

test.each([
  ['while it compiles', 0],
  ['between two submissions', 1e-9],
])('a run is cancelled %s, and the next one is whole', async (_, least) => {
  const plan = planOf(vitGraph(MIDDLE_VIT));
  const fresh = await openTestEngine();
  const controller = new AbortController();
  const progress: number[] = [];
  const cancelled = fresh.run({
    plan,
    leaf: vitLeaf,
    signal: controller.signal,
    onProgress: ({ done, total }) => {
      if (done / total < least) return;
      progress.push(done / total);
      controller.abort();
    },
  });
  await expect(cancelled).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  expect(progress).toHaveLength(1);
  expect(progress[0]).toBeLessThan(1);
  const { stepsRun, stepsTotal } = await fresh.run({ plan, leaf: vitLeaf });
  expect(stepsRun).toBe(stepsTotal);
  fresh.dispose();
});

test('an error of the leaf callback is the error of the run', async () => {
  const plan = planOf(chain('failing'));
  await expect(engine.run({ plan, leaf: () => Promise.reject(new Error('the file is gone')) })).rejects.toThrow(
    'the file is gone',
  );
  await expect(engine.run({ plan, leaf: () => Promise.resolve(new Uint8Array(4)) })).rejects.toThrow('x has 4 bytes');
});

describe('a lost device', () => {
  test('between two runs: weights are fetched again', async () => {
    const fresh = await openTestEngine();
    const leaf = (asked: Parameters<typeof leafBytes>[0]) => Promise.resolve(leafBytes(asked, LEAVES));
    await fresh.run({ plan: planOf(chain('lost')), leaf });
    fresh.loseDevice();
    expect((await fresh.run({ plan: planOf(chain('lost')), leaf })).stepsRun).toBe(2);
    const want = evaluateGraph(chain('lost'), LEAVES).get('z')!;
    const { type, data } = await fresh.read('z');
    expect(relativeError({ ...type, data: numbersOf(type, data) }, want)).toBeLessThan(1e-6);
    fresh.dispose();
  });

  test('in the middle of a run: the run starts over and ends well', async () => {
    const fresh = await openTestEngine();
    const plan = planOf(vitGraph(MIDDLE_VIT));
    let lost = false;
    const { stepsRun, stepsTotal } = await fresh.run({
      plan,
      leaf: vitLeaf,
      onProgress: () => {
        if (!lost) fresh.loseDevice();
        lost = true;
      },
    });
    expect(lost).toBe(true);
    expect(stepsRun).toBe(stepsTotal);
    expect((await fresh.read('features')).data.byteLength).toBeGreaterThan(0);
    fresh.dispose();
  });
});

test('no adapter is an error of its own', async () => {
  const gpu = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
  await expect(Engine.create(gpu)).rejects.toThrow(NoAdapterError);
});

test('profiling gives every instance its time', async () => {
  const plan = planOf(vitGraph(SMALL_VIT));
  engine.forgetResults();
  const { timings } = await engine.run({ plan, leaf: vitLeaf, profile: true });
  const origins = new Set(plan.steps.flatMap((step) => step.origins));
  expect(new Set(timings.keys())).toEqual(origins);
  for (const milliseconds of timings.values()) expect(milliseconds).toBeGreaterThanOrEqual(0);
});

describe('previews', () => {
  async function previewOf(
    data: ArrayLike<number>,
    shape: number[],
    dtype: 'f32' | 'i32' | 'bool',
    view: 'matrix' | 'image' | 'grid',
    index: number[] = [],
    maxSide = 64,
  ) {
    const builder = createBuilder();
    const x = builder.emit('input', [], {
      name: 'x',
      key: `${dtype} ${shape.join(' ')} ${Array.from(data).slice(0, 9).join(' ')}`,
      dtype,
      shape,
    });
    builder.output('x', x, 'output');
    await engine.run({
      plan: planOf(builder.build()),
      leaf: (leaf) => Promise.resolve(leafBytes(leaf, { x: Float64Array.from(data) })),
    });
    return engine.preview('x', { index, maxSide, view });
  }

  test('statistics and histogram', async () => {
    const data = randomNumbers(70 * 90, 9, 3).map((x) => x + 1);
    const { statistics, histogram } = await previewOf(data, [70, 90], 'f32', 'matrix');
    const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
    const variance = data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length;
    expect(statistics).toMatchObject({ count: 6300, nonFinite: 0, min: Math.min(...data), max: Math.max(...data) });
    expect(statistics.mean).toBeCloseTo(mean, 5);
    expect(statistics.standardDeviation).toBeCloseTo(Math.sqrt(variance), 5);
    expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(6300);
    const width = (statistics.max - statistics.min) / 64;
    const first = data.filter((x) => x < statistics.min + width).length;
    expect(Math.abs(histogram[0]! - first)).toBeLessThanOrEqual(1);
  });

  test('a small matrix is shown as it is', async () => {
    const { thumbnail } = await previewOf([0, 1, 2, 3, 4, 5, 10, 10, 10, 10, 10, 12], [2, 2, 3], 'f32', 'matrix', [0]);
    expect(thumbnail).toEqual({
      width: 3,
      height: 2,
      channels: 1,
      codes: Uint8Array.of(0, 51, 102, 153, 204, 255),
      min: 0,
      max: 5,
    });
  });

  test('a large matrix by the means of its cells', async () => {
    const data = Float64Array.from({ length: 128 * 128 }, (_, i) => (i % 128 < 64 ? 2 : 4));
    const { thumbnail } = await previewOf(data, [128, 128], 'f32', 'matrix', [], 16);
    expect(thumbnail).toMatchObject({ width: 16, height: 16, min: 2, max: 4 });
    const row = Uint8Array.from({ length: 16 }, (_, x) => (x < 8 ? 0 : 255));
    expect(thumbnail.codes.slice(0, 16)).toEqual(row);
  });

  test('an image has its channels last', async () => {
    const { thumbnail } = await previewOf([0, 1, 2, 3, 4, 5], [3, 1, 2], 'f32', 'image');
    expect(thumbnail).toMatchObject({
      width: 2,
      height: 1,
      channels: 3,
      codes: Uint8Array.of(0, 102, 204, 51, 153, 255),
    });
  });

  test('patches as a grid, a class token left out', async () => {
    const patches = [
      [9, 9],
      [0, 2],
      [4, 4],
      [7, 9],
      [1, 1],
    ];
    const { thumbnail } = await previewOf(patches.flat(), [1, 5, 2], 'f32', 'grid');
    expect(thumbnail).toMatchObject({ width: 2, height: 2, min: 1, max: 8 });
    expect([...thumbnail.codes]).toEqual([0, 109, 255, 0]);
  });

  test('numbers that are not finite are counted and take part in nothing', async () => {
    const { statistics, thumbnail } = await previewOf([NaN, Infinity, -Infinity, 1, 3], [5], 'f32', 'matrix');
    expect(statistics).toMatchObject({ count: 5, nonFinite: 3, min: 1, max: 3, mean: 2, standardDeviation: 1 });
    expect(thumbnail).toMatchObject({ min: 1, max: 3 });
    expect((await previewOf([NaN, NaN], [2], 'f32', 'matrix')).statistics.mean).toBeNaN();
  });

  test('of i32, bool, one number, and nothing', async () => {
    expect((await previewOf([-5, 7, 1], [3], 'i32', 'matrix')).statistics).toMatchObject({ min: -5, max: 7, mean: 1 });
    expect((await previewOf([0, 1, 1, 1], [4], 'bool', 'matrix')).statistics).toMatchObject({
      min: 0,
      max: 1,
      mean: 0.75,
    });
    expect((await previewOf([4], [], 'f32', 'image')).thumbnail).toMatchObject({ width: 1, height: 1, min: 4, max: 4 });
    expect((await previewOf([], [0, 4], 'f32', 'grid')).thumbnail).toMatchObject({ width: 0, height: 0 });
  });

  test('of huge numbers', async () => {
    const { statistics, thumbnail } = await previewOf([-3e38, 3e38, 0].map(Math.fround), [3], 'f32', 'matrix');
    expect(statistics.nonFinite).toBe(0);
    expect([...thumbnail.codes]).toEqual([0, 255, 128]);
  });
});

test('tuning measures every class, is kept, and leaves the pool as it was', async () => {
  const fresh = await openTestEngine();
  const leaf = (asked: Parameters<typeof leafBytes>[0]) => Promise.resolve(leafBytes(asked, LEAVES));
  const { pool } = await fresh.run({ plan: planOf(chain('tuned')), leaf });
  const tuning = await tuneEngine(fresh);
  expect(tuning.adapter).toBe(fresh.fingerprint);
  expect(Object.keys(tuning.matmul).sort()).toEqual(['deep', 'large', 'small', 'thin']);
  for (const tile of Object.values(tuning.matmul)) expect(MATMUL_TILES).toHaveProperty([tile]);
  expect(await tuneEngine(fresh)).toBe(tuning);
  const both = await tuneEngine(fresh, { storage: 'f16' });
  expect(both.matmul).toMatchObject(tuning.matmul);
  expect(Object.keys(both.matmul).sort()).toEqual([
    'deep',
    'deep f16',
    'large',
    'large f16',
    'small',
    'small f16',
    'thin',
    'thin f16',
  ]);
  expect(await tuneEngine(fresh, { storage: 'f16' })).toBe(both);
  const after = await fresh.run({ plan: planOf(chain('tuned')), leaf });
  expect(after).toMatchObject({ stepsRun: 0, pool });
  fresh.dispose();
});

test('opening Dawn twice in one process works', async () => {
  const second = await Engine.create(await openNodeGpu());
  expect(second.info.limits).toEqual(engine.info.limits);
  second.dispose();
});
