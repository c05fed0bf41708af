/** Tests of floats stored as f16, for any adapter: each way in which its shaders get at halves. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runs } from '../../scripts/effort.ts';
import { compile, type CompileOptions } from '../compile.ts';
import type { Builder } from '../ir/builder.ts';
import { elementCount, type Graph, type Shape, type ValueId } from '../ir/types.ts';
import { createBuilder } from '../ops/create-builder.ts';
import type { Engine } from '../runtime/engine.ts';
import { fromHalves, toHalves } from '../runtime/half.ts';
import { boundedGraph, CANCELLED, choices } from './bounded-graphs.ts';
import {
  evaluateGraph,
  leafBytes,
  numbersOf,
  openTestEngine,
  randomNumbers,
  relativeError,
  runOnGpu,
} from './on-gpu.ts';

/** What a model may lose by it, relative L2. */
const TOLERANCE = 5e-3;
/** A rounding to f16, and then sums in f32. */
const ROUNDING = 2 ** -11;

const PAIRS = { storage: 'f16', shaderF16: false } as const;

/** As the GPU has them. */
export function rounded(numbers: ArrayLike<number>): Float64Array {
  const halves = new Uint16Array(numbers.length);
  toHalves(new Uint32Array(Float32Array.from(numbers).buffer), halves);
  return Float64Array.from(fromHalves(halves));
}

type Leaves = Readonly<Record<string, Float64Array>>;

/** A graph under construction, with made-up numbers for its leaves. */
interface Sketch {
  readonly builder: Builder;
  readonly leaves: Record<string, Float64Array>;
  readonly input: (name: string, shape: Shape) => ValueId;
  readonly weight: (path: string, shape: Shape) => ValueId;
  readonly ids: (name: string, numbers: readonly number[]) => ValueId;
}

function newSketch(): Sketch {
  const builder = createBuilder();
  const leaves: Record<string, Float64Array> = {};
  const leaf = (op: 'input' | 'weight', name: string, shape: Shape): ValueId => {
    leaves[name] = randomNumbers(elementCount(shape), Object.keys(leaves).length + 5);
    const named = op === 'input' ? { name } : { path: name };
    return builder.emit(op, [], { ...named, key: `${name} ${shape.join(' ')}`, dtype: 'f32', shape });
  };
  return {
    builder,
    leaves,
    input: (name, shape) => leaf('input', name, shape),
    weight: (path, shape) => leaf('weight', path, shape),
    ids: (name, numbers) => {
      leaves[name] = Float64Array.from(numbers);
      return builder.emit('input', [], { name, key: name, dtype: 'i32', shape: [numbers.length] });
    },
  };
}

/** The graph whose output `y` is what `make` makes. */
function sketched(make: (sketch: Sketch) => ValueId): { graph: Graph; leaves: Leaves } {
  const sketch = newSketch();
  sketch.builder.output('y', make(sketch), 'output');
  return { graph: sketch.builder.build(), leaves: sketch.leaves };
}

/** Weights, what kernels read of them in each way, in odd and even sizes. */
const READERS: readonly [string, (sketch: Sketch) => ValueId][] = [
  ...[1, 3, 7, 8].flatMap((columns) =>
    [1, 3, 5, 8].map((depth): [string, (sketch: Sketch) => ValueId] => [
      `x · Wᵀ of ${columns} columns, ${depth} deep`,
      ({ builder, input, weight }) => builder.emit('linear', [input('x', [5, depth]), weight('w', [columns, depth])]),
    ]),
  ),
  ...[1, 3, 7, 12].map((columns): [string, (sketch: Sketch) => ValueId] => [
    `x · W of ${columns} columns`,
    ({ builder, input, weight }) => builder.emit('matmul', [input('x', [2, 9, 5]), weight('w', [2, 5, columns])]),
  ]),
  ['W · x', ({ builder, input, weight }) => builder.emit('matmul', [weight('w', [3, 8]), input('x', [8, 7])])],
  [
    'rows of a table',
    ({ builder, weight, ids }) => builder.emit('gather', [weight('table', [9, 3]), ids('ids', [8, 0, 3, 3, 1])]),
  ],
  [
    'a table whose rows are single numbers',
    ({ builder, weight, ids }) => builder.emit('gather', [weight('table', [9, 1]), ids('ids', [8, 0, 3, 3, 1])]),
  ],
  [
    'sums and norms along rows',
    ({ builder, weight }) => builder.emit('layer_norm', [weight('w', [5, 7])], { epsilon: 1e-3 }),
  ],
  ['the largest', ({ builder, weight }) => builder.emitAll('top_k', [weight('w', [3, 7])], { k: 2 })[0]!],
  [
    'elements in another order',
    ({ builder, weight }) => builder.emit('permute', [weight('w', [3, 5, 7])], { axes: [2, 0, 1] }),
  ],
  [
    'queries, keys and values',
    ({ builder, weight }) => {
      const operands = ['q', 'k', 'v'].map((name) => weight(name, [2, 66, 12]));
      return builder.emitAll('attention', operands, { scale: 0.3 })[0]!;
    },
  ],
  [
    'queries, keys and values of odd sizes',
    ({ builder, weight }) => {
      const operands = ['q', 'k', 'v'].map((name) => weight(name, [3, 65, 7]));
      return builder.emitAll('attention', operands, { scale: 0.3 })[0]!;
    },
  ],
  ...[3, 8].map((width): [string, (sketch: Sketch) => ValueId] => [
    `a recurrent step of width ${width}`,
    ({ builder, input, weight }) => {
      const [hidden, memory] = [input('h', [5, width]), input('c', [5, width])];
      const gates = input('gates', [5, 4 * width]);
      return builder.emitAll('lstm_step', [hidden, weight('u', [4 * width, width]), gates, memory])[0]!;
    },
  ]),
];

/** Depth and columns of products; the first alone where a tile is tried for its edges only. */
const PRODUCTS = [
  [7, 12],
  [8, 37],
  [12, 3],
] as const;

export interface Thoroughness {
  /** Names of the matmul tiles that are tried. */
  readonly tiles: readonly string[];
  /** Those of them that are tried at all sizes. */
  readonly ofAllSizes: readonly string[];
  /** Kernels of a GPU that are left out. */
  readonly without?: readonly string[];
  /** How many random graphs are. */
  readonly graphs: number;
}

/** On the adapter that the environment offers. */
export function storageTests({ tiles, ofAllSizes, without = [], graphs }: Thoroughness): void {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTestEngine();
  });
  afterAll(() => engine.dispose());

  const native = (): Partial<CompileOptions> => ({ storage: 'f16', shaderF16: engine.info.shaderF16 === true });

  const result = async (graph: Graph, leaves: Leaves, options: Partial<CompileOptions>) => {
    return (await runOnGpu(engine, graph, leaves, options)).get('y')!;
  };

  /** In pairs: the bits of f32 with the rounded numbers. As f16: near them. */
  const expectRounded = async (graph: Graph, leaves: Leaves, options: Partial<CompileOptions> = {}) => {
    const weights = new Set(graph.operations.map(({ attributes }) => attributes['path']));
    const known = Object.fromEntries(
      Object.entries(leaves).map(([name, numbers]) => [name, weights.has(name) ? rounded(numbers) : numbers]),
    );
    const want = await result(graph, known, { ...options, storage: 'f32' });
    expect(relativeError(want, evaluateGraph(graph, known).get('y')!)).toBeLessThan(2e-6);
    expect((await result(graph, leaves, { ...options, ...PAIRS })).data).toEqual(want.data);
    const got = await result(graph, leaves, { ...options, ...native() });
    expect(got.shape).toEqual(want.shape);
    expect(relativeError(got, want)).toBeLessThan(2 * ROUNDING);
  };

  test.each(READERS)('%s', async (_, make) => {
    const { graph, leaves } = sketched(make);
    await expectRounded(graph, leaves);
  });

  test.each(tiles)('matmuls of the tile %s', async (tile) => {
    const tuning = { ...engine.tuning, matmul: { thin: tile, small: tile, large: tile } };
    for (const [depth, columns] of ofAllSizes.includes(tile) ? PRODUCTS : PRODUCTS.slice(0, 1)) {
      const { graph, leaves } = sketched(({ builder, input, weight }) => {
        const x = input('x', [35, depth]);
        const [one, other] = ['a', 'b'].map((name) => builder.emit('linear', [x, weight(name, [columns, depth])]));
        return builder.emit('mul', [one!, other!]);
      });
      await expectRounded(graph, leaves, { tuning });
    }
  });

  describe('kernels of a GPU', () => {
    const tuning = { adapter: '', matmul: {}, traits: { software: false, subgroups: false, subgroupSize: 0 } };
    const kernels: readonly [string, RegExp, (sketch: Sketch) => ValueId][] = [
      [
        'one row',
        /workgroupBarrier/,
        ({ builder, input, weight }) => builder.emit('linear', [input('x', [1, 96]), weight('w', [37, 96])]),
      ],
      [
        'one row by columns of odd sizes',
        /workgroupBarrier/,
        ({ builder, input, weight }) => builder.emit('matmul', [input('x', [1, 61]), weight('w', [61, 7])]),
      ],
      [
        'long sums in parts',
        /let part = /,
        ({ builder, input, weight }) => {
          const product = builder.emit('linear', [input('x', [17, 4099]), weight('w', [11, 4099])]);
          return builder.emit('tanh', [product]);
        },
      ],
      [
        'siblings in workgroup memory',
        /member == 2u/,
        ({ builder, input, weight }) => {
          const x = input('x', [35, 24]);
          const parts = ['q', 'k', 'v'].map((name) => builder.emit('linear', [x, weight(name, [20, 24])]));
          return builder.emit('concat', parts, { axis: 1 });
        },
      ],
      [
        'a long row by all lanes',
        /of_lanes/,
        ({ builder, weight }) => {
          const normed = builder.emit('layer_norm', [weight('w', [3, 1001])], { epsilon: 1e-3 });
          return builder.emit('softmax', [normed], { axis: 1 });
        },
      ],
    ];
    test.each(kernels.filter(([name]) => !without.includes(name)))('%s', async (_, text, make) => {
      const { graph, leaves } = sketched(make);
      const plan = compile(graph, { limits: engine.info.limits, tuning, keep: 'outputs', ...native() });
      expect(plan.shaders.map(({ wgsl }) => wgsl).join()).toMatch(text);
      await expectRounded(graph, leaves, { tuning });
    });
  });

  describe('values larger than one binding', () => {
    const limits = () => ({ ...engine.info.limits, maxStorageBufferBindingSize: 4096 });
    const wide: readonly [string, (sketch: Sketch) => ValueId][] = [
      [
        'a table',
        ({ builder, weight, ids }) =>
          builder.emit('gather', [weight('t', [900, 7]), ids('i', [0, 899, 450, 292, 293])]),
      ],
      [
        'a matrix',
        ({ builder, input, weight }) => builder.emit('linear', [input('x', [3, 20]), weight('w', [901, 20])]),
      ],
      [
        'what is computed on the way',
        ({ builder, input, weight }) => {
          const x = builder.emit('linear', [input('x', [301, 20]), weight('w', [39, 20])]);
          return builder.emit('softmax', [builder.emit('tanh', [x])], { axis: 1 });
        },
      ],
    ];
    test.each(wide)('%s', async (_, make) => {
      const { graph, leaves } = sketched(make);
      const plan = compile(graph, { limits: limits(), tuning: engine.tuning, keep: 'outputs', ...native() });
      for (const step of plan.steps) {
        if (step.kind !== 'dispatch') continue;
        for (const { place, window } of step.bindings)
          expect(window?.byteLength ?? place.byteLength).toBeLessThanOrEqual(4096);
      }
      await expectRounded(graph, leaves, { limits: limits() });
    });
  });

  // lavapipe compiles each of a full run's programs for seconds.
  test('random graphs stay near their numbers, and two runs give the same bits', { timeout: 1_800_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(choices, fc.boolean(), async (made, pairs) => {
        const { graph, leaves } = boundedGraph(made, 'weight');
        const options = pairs ? PAIRS : native();
        const got = await runOnGpu(engine, graph, leaves, options);
        const again = await runOnGpu(engine, graph, leaves, options);
        for (const [name, want] of evaluateGraph(graph, leaves)) {
          expect(got.get(name)!.shape).toEqual(want.shape);
          expect(again.get(name)!.data).toEqual(got.get(name)!.data);
          expect(relativeError(got.get(name)!, want, CANCELLED)).toBeLessThan(TOLERANCE);
        }
      }),
      { numRuns: runs(graphs), seed: 20_262 },
    );
  });

  test('what is kept of a run in f32 is not taken for one in f16, nor the other way round', async () => {
    const { graph, leaves } = sketched(({ builder, input, weight }) => {
      const x = builder.emit('linear', [input('x', [5, 8]), weight('w', [7, 8])]);
      builder.output('seen', x, 'tap');
      return builder.emit('tanh', [x]);
    });
    const run = async (options: Partial<CompileOptions>) => {
      const plan = compile(graph, { limits: engine.info.limits, tuning: engine.tuning, keep: 'outputs', ...options });
      const { stepsRun } = await engine.run({ plan, leaf: (leaf) => Promise.resolve(leafBytes(leaf, leaves)) });
      const read = await engine.read('y');
      return { stepsRun, numbers: numbersOf(read.type, read.data) };
    };
    engine.forgetAll();
    const [full, half, fullAgain, halfAgain] = [await run({}), await run(native()), await run({}), await run(native())];
    expect([full, half, fullAgain, halfAgain].map(({ stepsRun }) => stepsRun > 0)).toEqual([true, true, false, false]);
    expect(fullAgain.numbers).toEqual(full.numbers);
    expect(halfAgain.numbers).toEqual(half.numbers);
    expect(half.numbers).not.toEqual(full.numbers);
  });

  describe('what is looked at', () => {
    /** Of odd length, so that parts begin in the middle of a word. */
    const SHAPE = [3, 5, 7];
    const seen = async () => {
      const { graph, leaves } = sketched(({ builder, weight }) => {
        const w = weight('w', SHAPE);
        builder.output('weight', w, 'tap');
        const normed = builder.emit('layer_norm', [w], { epsilon: 1e-3 });
        builder.output('normed', normed, 'tap');
        return builder.emit('reduce_sum', [builder.emit('tanh', [normed])], { axes: [2], keepdims: false });
      });
      const plan = compile(graph, {
        limits: engine.info.limits,
        tuning: engine.tuning,
        keep: 'outputs',
        ...native(),
      });
      expect(plan.outputs[0]!.place.storage).toBe('f16');
      expect(plan.outputs[1]!.place.storage).toBe(engine.info.shaderF16 ? 'f16' : undefined);
      engine.forgetAll();
      await engine.run({ plan, leaf: (leaf) => Promise.resolve(leafBytes(leaf, leaves)) });
      const numbers = async (name: string, index: readonly number[] = []) => {
        const { type, data } = await engine.read(name, index);
        return numbersOf(type, data);
      };
      return { numbers, leaves };
    };

    test('is read back in f32, whole and in parts', async () => {
      const { numbers, leaves } = await seen();
      const whole = rounded(leaves['w']!);
      expect(await numbers('weight')).toEqual(whole);
      for (const index of [[0], [1], [2], [0, 1], [1, 2], [2, 4], [1, 0, 0], [1, 0, 1], [2, 4, 6]]) {
        for (const name of ['weight', 'normed']) {
          const all = await numbers(name);
          const strides = [35, 7, 1];
          const from = index.reduce((sum, at, axis) => sum + at * strides[axis]!, 0);
          const count = strides[index.length - 1]!;
          expect(await numbers(name, index)).toEqual(all.slice(from, from + count));
        }
      }
    });

    test('has a preview of the numbers that are there', async () => {
      const { numbers } = await seen();
      for (const name of ['weight', 'normed']) {
        const all = await numbers(name);
        const { statistics, thumbnail } = await engine.preview(name, { index: [1], maxSide: 64, view: 'matrix' });
        expect(statistics.count).toBe(105);
        expect(statistics.min).toBe(Math.min(...all));
        expect(statistics.max).toBe(Math.max(...all));
        expect(statistics.mean).toBeCloseTo(all.reduce((sum, x) => sum + x, 0) / 105, 5);
        const part = all.slice(35, 70);
        expect([thumbnail.width, thumbnail.height]).toEqual([7, 5]);
        expect([thumbnail.min, thumbnail.max]).toEqual([Math.min(...part), Math.max(...part)]);
      }
    });
  });

  test('a weight that is too large is told, at every run that has it', async () => {
    const { graph, leaves } = sketched(({ builder, input, weight }) =>
      builder.emit('linear', [input('x', [2, 4]), weight('head.weight', [3, 4])]),
    );
    leaves['head.weight']!.set([7e4, -1e5], 5);
    const run = async (options: Partial<CompileOptions>) => {
      const plan = compile(graph, { limits: engine.info.limits, tuning: engine.tuning, keep: 'outputs', ...options });
      return engine.run({ plan, leaf: (leaf) => Promise.resolve(leafBytes(leaf, leaves)) });
    };
    engine.forgetAll();
    const warnings = [
      'weight head.weight: 2 of its 12 numbers are too large for f16 (100000; it ends at 65504) and became infinite; store floats in f32',
    ];
    expect((await run(native())).warnings).toEqual(warnings);
    expect((await run(native())).warnings).toEqual(warnings);
    expect((await run({})).warnings).toBeUndefined();
  });
}
