/** Attention in one kernel against its own evaluation, and against the three kernels that it is where somebody looks at its weights. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import { compile } from './compile.ts';
import type { Graph, ValueId } from './ir/types.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { Engine } from './runtime/engine.ts';
import { evaluateGraph, openTestEngine, randomNumbers, relativeError, runOnGpu } from './testing/on-gpu.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

interface Sizes {
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly depth: number;
  readonly width: number;
  readonly mask: 'none' | 'causal' | 'added' | 'some queries';
}

/** As nodes write it: heads side by side in one tensor, and the context back in that order. */
function graphOf({ batch, heads, queries, keys, depth, width, mask }: Sizes, tapped: boolean): Graph {
  const builder = createBuilder();
  const headsOf = (name: string, length: number, size: number, axes: readonly number[]): ValueId => {
    const shape = [batch, length, heads * size];
    const input = builder.emit('input', [], { name, key: name, dtype: 'f32', shape });
    return builder.emit('permute', [builder.emit('reshape', [input], { shape: [batch, length, heads, size] })], {
      axes,
    });
  };
  const shape = [batch, heads, queries, keys];
  const filled = (value: number): ValueId => builder.emit('constant', [], { value, dtype: 'f32', shape });
  const count = (axis: number): ValueId => builder.emit('iota', [], { axis, dtype: 'i32', shape });
  const q = headsOf('q', queries, depth, [0, 2, 1, 3]);
  const k = headsOf('k', keys, depth, [0, 2, 3, 1]);
  let scores = builder.emit('mul', [builder.emit('matmul', [q, k]), filled(depth ** -0.5)]);
  if (mask === 'causal')
    scores = builder.emit('select', [builder.emit('less_equal', [count(3), count(2)]), scores, filled(-Infinity)]);
  if (mask === 'some queries') {
    const third = builder.emit('constant', [], { value: 3, dtype: 'i32', shape });
    scores = builder.emit('select', [builder.emit('less', [count(2), third]), filled(-Infinity), scores]);
  }
  if (mask === 'added') {
    const bias = builder.emit('input', [], { name: 'bias', key: 'bias', dtype: 'f32', shape: [queries, keys] });
    const whole = builder.emit('expand', [builder.emit('reshape', [bias], { shape: [1, 1, queries, keys] })], {
      shape,
    });
    scores = builder.emit('add', [scores, whole]);
  }
  const weights = builder.emit('softmax', [scores], { axis: 3 });
  if (tapped) builder.output('weights', weights, 'tap');
  const context = builder.emit('matmul', [weights, headsOf('v', keys, width, [0, 2, 1, 3])]);
  const merged = builder.emit('reshape', [builder.emit('permute', [context], { axes: [0, 2, 1, 3] })], {
    shape: [batch, queries, heads * width],
  });
  builder.output('y', merged, 'output');
  return builder.build();
}

function leavesOf({ batch, heads, queries, keys, depth, width }: Sizes, scale = 1) {
  return {
    q: randomNumbers(batch * queries * heads * depth, 1, scale),
    k: randomNumbers(batch * keys * heads * depth, 2, scale),
    v: randomNumbers(batch * keys * heads * width, 3),
    bias: randomNumbers(queries * keys, 4, 3),
  };
}

/** Errors relative to the largest number, of the one kernel and of the three. */
async function errors(sizes: Sizes, scale = 1): Promise<{ fused: number; unfused: number }> {
  const leaves = leavesOf(sizes, scale);
  const want = evaluateGraph(graphOf(sizes, false), leaves).get('y')!;
  const error = async (tapped: boolean) =>
    relativeError((await runOnGpu(engine, graphOf(sizes, tapped), leaves)).get('y')!, want);
  return { fused: await error(false), unfused: await error(true) };
}

function kernelsOf(sizes: Sizes): number {
  const { limits } = engine.info;
  return compile(graphOf(sizes, false), { limits, tuning: engine.tuning, keep: 'outputs' }).steps.length;
}

const SIZES = { batch: 1, heads: 2, queries: 65, keys: 65, depth: 16, width: 16, mask: 'none' } as const;

describe('attention in one kernel', () => {
  test.each<Partial<Sizes>>([
    {},
    { queries: 196, keys: 196, depth: 64, width: 64, heads: 3 },
    { queries: 64, keys: 1 },
    { queries: 64, keys: 7 },
    { queries: 1, keys: 33, heads: 64 },
    { batch: 3, queries: 33, keys: 129, depth: 5, width: 7 },
    { depth: 1, width: 1 },
    { depth: 24, width: 256, queries: 70, keys: 9 },
    { mask: 'causal' },
    { mask: 'causal', queries: 70, keys: 20 },
    { mask: 'added', queries: 67, keys: 41, batch: 2 },
  ])('%j', async (given) => {
    const sizes = { ...SIZES, ...given };
    expect(kernelsOf(sizes)).toBe(1);
    const { fused, unfused } = await errors(sizes);
    expect(fused).toBeLessThan(5e-6);
    expect(fused).toBeLessThanOrEqual(2 * unfused + 5e-7);
  });

  test('scores that differ by hundreds, in any order of the keys', async () => {
    const { fused, unfused } = await errors({ ...SIZES, keys: 200 }, 30);
    expect(fused).toBeLessThanOrEqual(2 * unfused + 5e-7);
  });

  test('a query without keys gives NaN, as in PyTorch, and no other does', async () => {
    const sizes: Sizes = { ...SIZES, mask: 'some queries' };
    expect(kernelsOf(sizes)).toBe(1);
    const leaves = leavesOf(sizes);
    const graph = graphOf(sizes, false);
    const { data } = (await runOnGpu(engine, graph, leaves)).get('y')!;
    const row = sizes.heads * sizes.width;
    const isNan = Array.from(data, (x) => Number.isNaN(x));
    expect(isNan).toEqual(isNan.map((_, index) => index < 3 * row));
  });

  test('at random sizes no worse than in three kernels', { timeout: 600_000 }, async () => {
    const sizes = fc.record({
      batch: fc.integer({ min: 1, max: 3 }),
      heads: fc.integer({ min: 1, max: 4 }),
      queries: fc.integer({ min: 64, max: 90 }),
      keys: fc.integer({ min: 1, max: 90 }),
      depth: fc.integer({ min: 1, max: 40 }),
      width: fc.integer({ min: 1, max: 40 }),
      mask: fc.constantFrom('none', 'causal', 'added'),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async (sizes) => {
        const { fused, unfused } = await errors(sizes);
        expect(fused).toBeLessThan(5e-6);
        expect(fused).toBeLessThanOrEqual(2 * unfused + 5e-7);
      }),
      { numRuns: runs(5) },
    );
  });

  test('queries that are more than one binding holds are taken in parts', async () => {
    const sizes: Sizes = { ...SIZES, batch: 3, keys: 20, depth: 8, width: 8, mask: 'causal' };
    const graph = graphOf(sizes, false);
    const limits = { ...engine.info.limits, maxStorageBufferBindingSize: 4096 };
    const plan = compile(graph, { limits, tuning: engine.tuning, keep: 'outputs' });
    expect(plan.steps.length).toBeGreaterThan(3);
    const leaves = leavesOf(sizes);
    const got = (await runOnGpu(engine, graph, leaves, { limits })).get('y')!;
    expect(relativeError(got, evaluateGraph(graph, leaves).get('y')!)).toBeLessThan(5e-6);
  });

  test('two runs give the same bits', async () => {
    const graph = graphOf(SIZES, false);
    const run = async () => (await runOnGpu(engine, graph, leavesOf(SIZES))).get('y')!.data;
    expect(await run()).toEqual(await run());
  });
});
