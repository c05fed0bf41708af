/** What happens at the adapter's limits, with limits far below the real ones: grids fold, values are bound in windows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { elementCount, type Graph } from './ir/types.ts';
import { LimitError } from './limits.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { Engine } from './runtime/engine.ts';
import type { DeviceLimits } from './runtime/types.ts';
import {
  evaluateGraph,
  openTestEngine,
  randomNumbers,
  relativeError,
  runOnGpu,
  type Leaves,
} from './testing/on-gpu.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

function graphOf(
  op: string,
  shapes: readonly (readonly number[])[],
  attributes: Record<string, number | boolean | number[]> = {},
) {
  const builder = createBuilder();
  builder.origin = `the ${op}`;
  const leaves: Record<string, Float64Array> = {};
  const inputs = shapes.map((shape, index) => {
    const name = `x${index}`;
    leaves[name] = randomNumbers(elementCount(shape), index + 40);
    return builder.emit('input', [], { name, key: name, dtype: 'f32', shape });
  });
  builder.output('y', builder.emit(op, inputs, attributes), 'output');
  return { graph: builder.build(), leaves };
}

async function expectRight(graph: Graph, leaves: Leaves, limits: Partial<DeviceLimits>): Promise<void> {
  const got = await runOnGpu(engine, graph, leaves, { limits: { ...engine.info.limits, ...limits } });
  for (const [name, want] of evaluateGraph(graph, leaves)) {
    expect(got.get(name)!.shape).toEqual(want.shape);
    expect(relativeError(got.get(name)!, want)).toBeLessThan(1e-6);
  }
}

describe('more workgroups than one row of the grid has', () => {
  const limits = { maxComputeWorkgroupsPerDimension: 5 };
  test.each([
    ['add', [[1000], [1000]], {}],
    ['softmax', [[257, 3]], { axis: 1 }],
    ['reduce_sum', [[197, 5]], { axes: [1], keepdims: false }],
    [
      'matmul',
      [
        [2, 65, 7],
        [2, 7, 70],
      ],
      {},
    ],
    // 21 workgroups, in 5 rows of 5: four are beyond the batch.
    [
      'matmul',
      [
        [7, 3, 7],
        [7, 7, 70],
      ],
      {},
    ],
  ] as const)('%s', async (op, shapes, attributes) => {
    const { graph, leaves } = graphOf(op, shapes, structuredClone(attributes) as Record<string, number>);
    const plan = compile(graph, {
      limits: { ...engine.info.limits, ...limits },
      tuning: engine.tuning,
      keep: 'outputs',
    });
    for (const step of plan.steps)
      if (step.kind === 'dispatch') expect(Math.max(...step.workgroups)).toBeLessThanOrEqual(5);
    await expectRight(graph, leaves, limits);
  });

  test('and more than the grid has', () => {
    const { graph } = graphOf('add', [[10_000], [10_000]]);
    const options = { limits: { ...engine.info.limits, ...limits }, tuning: engine.tuning, keep: 'outputs' } as const;
    expect(() => compile(graph, options)).toThrow(LimitError);
    expect(() => compile(graph, options)).toThrow(/^the add: .* needs 157 workgroups, the adapter runs 5²\. Make /);
  });

  test('over 65,535 in earnest', async () => {
    const { graph, leaves } = graphOf('neg', [[65_535 * 64 + 17]]);
    await expectRight(graph, leaves, {});
  });
});

describe('values larger than one binding', () => {
  const limits = { maxStorageBufferBindingSize: 4096 };
  test.each([
    ['add', [[5000], [5000]], {}],
    ['gelu', [[3, 7, 500]], {}],
    ['softmax', [[300, 65]], { axis: 1 }],
    ['layer_norm', [[300, 65], [65], [65]], { epsilon: 1e-5 }],
    ['reduce_mean', [[300, 65]], { axes: [1], keepdims: true }],
    ['slice', [[500, 7]], { starts: [1, 0], stops: [499, 7], steps: [2, 1] }],
    ['linear', [[300, 20], [40, 20], [40]], {}],
    ['linear', [[3, 20], [900, 20], [900]], {}],
    [
      'matmul',
      [
        [9, 30, 20],
        [9, 20, 40],
      ],
      {},
    ],
    [
      'concat',
      [
        [40, 50],
        [60, 50],
      ],
      { axis: 0 },
    ],
  ] as const)('%s of %j', async (op, shapes, attributes) => {
    const { graph, leaves } = graphOf(op, shapes, structuredClone(attributes) as unknown as Record<string, number>);
    const plan = compile(graph, {
      limits: { ...engine.info.limits, ...limits },
      tuning: engine.tuning,
      keep: 'outputs',
    });
    expect(plan.steps.length).toBeGreaterThan(1);
    for (const step of plan.steps) {
      if (step.kind !== 'dispatch') continue;
      for (const { place, window } of step.bindings)
        expect(window?.byteLength ?? place.byteLength).toBeLessThanOrEqual(4096);
    }
    // Most parts of a kernel differ in numbers only, not in text.
    expect(plan.shaders.length).toBeLessThan(Math.max(plan.steps.length / 2, 6));
    await expectRight(graph, leaves, limits);
  });

  test.each([
    [[900, 7], 'f32'],
    [[3000], 'f32'],
    [[3000], 'i32'],
  ] as const)('a table of %j of %s is looked up in several bindings', async (shape, dtype) => {
    const builder = createBuilder();
    const table = builder.emit('input', [], { name: 'table', key: 'table', dtype, shape });
    const indices = builder.emit('input', [], { name: 'indices', key: 'indices', dtype: 'i32', shape: [31] });
    const rows = builder.emit('gather', [table, indices]);
    builder.output('rows', rows, 'output');
    builder.output('next', builder.emit('add', [rows, rows]), 'output');
    const leaves = {
      table: randomNumbers(elementCount(shape), 1, 100).map((x) => (dtype === 'i32' ? Math.round(x) : x)),
      indices: Float64Array.from({ length: 31 }, (_, i) => Math.floor((i * (shape[0] - 1)) / 30)),
    };
    await expectRight(builder.build(), leaves, limits);
  });

  test('a reduction over all of one has no windows, and says so before the run', () => {
    const { graph } = graphOf('reduce_sum', [[5000]], { axes: [0], keepdims: false });
    const options = { limits: { ...engine.info.limits, ...limits }, tuning: engine.tuning, keep: 'outputs' } as const;
    expect(() => compile(graph, options)).toThrow(
      /^the reduce_sum: reduce_sum reads or writes all of a f32\[5000\] at once, which takes 19\.5 KiB; the adapter binds 4\.0 KiB\. Make /,
    );
  });

  test('a value larger than a buffer is refused', () => {
    const { graph } = graphOf('neg', [[5000]]);
    const options = {
      limits: { ...engine.info.limits, maxBufferSize: 4096 },
      tuning: engine.tuning,
      keep: 'outputs',
    } as const;
    expect(() => compile(graph, options)).toThrow(
      /f32\[5000\] takes 19\.5 KiB; a buffer of the adapter holds 4\.0 KiB\. Make the batch or the sizes smaller\.$/,
    );
  });
});
