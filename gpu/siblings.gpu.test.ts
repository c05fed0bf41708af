/** Matmuls of one left matrix in one dispatch, against their own evaluation, and against dispatches of their own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { elementCount, type Graph, type ValueId } from './ir/types.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { Plan, Tuning } from './plan.ts';
import { printPlan } from './print-plan.ts';
import type { Engine } from './runtime/engine.ts';
import { evaluateGraph, leafBytes, openTestEngine, randomNumbers, relativeError, runOnGpu } from './testing/on-gpu.ts';
import { vitGraph } from './testing/vit-graph.ts';
import { SHAPE_CLASSES } from './wgsl/matmul/choose.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

function tuningOf(tile: string): Tuning {
  return { adapter: '', matmul: Object.fromEntries(SHAPE_CLASSES.map((name) => [name, tile])) };
}
const TILE = 'shared 4x4';

interface Layer {
  readonly width: number;
  readonly bias: boolean;
  readonly gelu?: boolean;
}

interface Layers {
  readonly batch?: number;
  readonly rows: number;
  readonly depth: number;
  readonly layers: readonly Layer[];
  /** Right matrices [depth, width], one for each of the batch. */
  readonly batched?: boolean;
}

function build({ batch = 1, rows, depth, layers, batched = false }: Layers) {
  const builder = createBuilder();
  const leaves: Record<string, Float64Array> = {};
  const input = (name: string, shape: readonly number[]): ValueId => {
    leaves[name] = randomNumbers(elementCount(shape), Object.keys(leaves).length + 1);
    return builder.emit('input', [], { name, key: name, dtype: 'f32', shape });
  };
  const x = input('x', [batch, rows, depth]);
  for (const [index, { width, bias, gelu }] of layers.entries()) {
    const weight = input(`w${index}`, batched ? [batch, depth, width] : [width, depth]);
    const operands = [x, weight, ...(bias ? [input(`b${index}`, [width])] : [])];
    const y = builder.emit(batched ? 'matmul' : 'linear', operands);
    builder.output(`y${index}`, gelu ? builder.emit('gelu', [y]) : y, 'output');
  }
  return { graph: builder.build(), leaves };
}

function planOf(graph: Graph, tile = TILE, buffers = 10): Plan {
  const limits = { ...engine.info.limits, maxStorageBuffersPerShaderStage: buffers };
  return compile(graph, { limits, tuning: tuningOf(tile), keep: 'outputs' });
}

const biased = (...widths: number[]): Layer[] => widths.map((width) => ({ width, bias: true }));

describe('matmuls of one left matrix', () => {
  test.each<[string, Layers, number, number]>([
    ['three of one width', { rows: 65, depth: 24, layers: biased(70, 70, 70) }, 10, 1],
    ['three, where two can be bound', { rows: 65, depth: 24, layers: biased(70, 70, 70) }, 8, 2],
    ['of other widths, the first narrow', { rows: 67, depth: 12, layers: biased(2, 130, 65) }, 10, 1],
    ['of odd sizes', { rows: 3, depth: 7, layers: biased(5, 3, 11) }, 10, 1],
    ['of one row, one step, one column', { rows: 1, depth: 1, layers: biased(1, 1) }, 8, 1],
    ['over a batch', { batch: 3, rows: 33, depth: 16, layers: biased(64, 66) }, 8, 1],
    [
      'one without a bias, one that goes on',
      {
        rows: 40,
        depth: 17,
        layers: [
          { width: 9, bias: true },
          { width: 70, bias: false },
          { width: 9, bias: true, gelu: true },
        ],
      },
      10,
      1,
    ],
    [
      'with a right matrix for each of the batch',
      {
        batch: 3,
        rows: 20,
        depth: 9,
        batched: true,
        layers: [
          { width: 70, bias: false },
          { width: 31, bias: false },
        ],
      },
      8,
      1,
    ],
  ])('%s', async (_, layers, buffers, dispatches) => {
    const { graph, leaves } = build(layers);
    const options = {
      limits: { ...engine.info.limits, maxStorageBuffersPerShaderStage: buffers },
      tuning: tuningOf(TILE),
    };
    expect(planOf(graph, TILE, buffers).steps).toHaveLength(dispatches);
    const got = await runOnGpu(engine, graph, leaves, options);
    const again = await runOnGpu(engine, graph, leaves, options);
    for (const [name, want] of evaluateGraph(graph, leaves)) {
      expect(got.get(name)!.shape).toEqual(want.shape);
      expect(relativeError(got.get(name)!, want)).toBeLessThan(5e-6);
      expect(again.get(name)!.data).toEqual(got.get(name)!.data);
    }
  });

  test('give the same bits as in dispatches of their own', async () => {
    const { graph, leaves } = build({ rows: 65, depth: 24, layers: biased(70, 70, 70) });
    const run = (buffers: number) => {
      const limits = { ...engine.info.limits, maxStorageBuffersPerShaderStage: buffers };
      return runOnGpu(engine, graph, leaves, { limits, tuning: tuningOf(TILE) });
    };
    expect(planOf(graph, TILE, 4).steps).toHaveLength(3);
    expect(await run(10)).toEqual(await run(4));
  });

  test('a grid of several rows, with more workgroups than are wanted', async () => {
    const { graph, leaves } = build({
      batch: 7,
      rows: 20,
      depth: 9,
      batched: true,
      layers: [
        { width: 70, bias: false },
        { width: 31, bias: false },
      ],
    });
    // 14 + 7 workgroups in 5 rows of 5.
    const limits = { ...engine.info.limits, maxComputeWorkgroupsPerDimension: 5 };
    const options = { limits, tuning: tuningOf(TILE), keep: 'outputs' } as const;
    const [step, ...others] = compile(graph, options).steps;
    expect([step, others.length]).toMatchObject([{ workgroups: [5, 5, 1] }, 0]);
    const got = await runOnGpu(engine, graph, leaves, options);
    for (const [name, want] of evaluateGraph(graph, leaves)) {
      expect(relativeError(got.get(name)!, want)).toBeLessThan(5e-6);
    }
  });

  test('where only one is wanted, or was lost, all are computed, and nothing else', async () => {
    const { graph, leaves } = build({ rows: 5, depth: 8, layers: biased(6, 7) });
    const tapped = { ...graph, outputs: graph.outputs.map((output) => ({ ...output, kind: 'tap' as const })) };
    const plan = planOf(tapped);
    engine.forgetAll();
    const leaf = (wanted: Plan['leaves'][number]) => Promise.resolve(leafBytes(wanted, leaves));
    expect((await engine.run({ plan, leaf, wanted: ['y1'] })).stepsRun).toBe(1);
    const before = (await engine.read('y1')).data;
    expect((await engine.run({ plan, leaf })).stepsRun).toBe(0);
    expect((await engine.read('y1')).data).toEqual(before);
  });
});

describe('a vision transformer', () => {
  const SIZES = { batch: 1, imageSize: 32, patchSize: 8, width: 48, depth: 12, heads: 4 };

  test('has seven dispatches a block, few pipelines, and an arena that holds little more than what lives at once', () => {
    const { steps, shaders, memory } = planOf(vitGraph(SIZES));
    expect(shaders.length).toBeLessThanOrEqual(12);
    expect(memory.arenaBytes).toBeLessThanOrEqual(1.2 * memory.livePeakBytes);
    for (let block = 0; block < SIZES.depth; block++) {
      const own = steps.filter(({ origins }) => origins.some((origin) => origin.startsWith(`blocks.${block}.`)));
      expect(own).toHaveLength(7);
    }
  });

  test('with tiles in registers keeps them apart, and says why', () => {
    const plan = planOf(vitGraph({ ...SIZES, depth: 1 }), 'register 8x4');
    const text = printPlan(plan);
    expect(text.match(/not one with the matmul before it: this tile would be written out for each/g)).toHaveLength(2);
    expect(printPlan(planOf(vitGraph({ ...SIZES, depth: 1 })))).not.toContain('not one with');
  });
});
