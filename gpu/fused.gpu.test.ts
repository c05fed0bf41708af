/** Random graphs, fused as fusion likes, against the ops' own evaluation. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runs } from '../scripts/effort.ts';
import type { Builder } from './ir/builder.ts';
import { elementCount, type Graph, type GraphOutput, type ValueId } from './ir/types.ts';
import { broadcastTo } from './ops/broadcast.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { Engine } from './runtime/engine.ts';
import { evaluateGraph, numbersOf, openTestEngine, randomNumbers, relativeError, runOnGpu } from './testing/on-gpu.ts';
import { vitGraph, vitLeaf } from './testing/vit-graph.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

/** One decision: which op, which earlier values, and a number for what else there is to choose. */
interface Choice {
  readonly kind: number;
  readonly first: number;
  readonly second: number;
  readonly detail: number;
  readonly tap: boolean;
}

const SHAPES = [[4, 6], [3, 5], [2, 3, 4], [7], [1, 9], [5, 1, 3], [70, 6]] as const;

/** Bounded functions only, so that errors do not grow along the way. */
const STEPS: readonly ((builder: Builder, x: ValueId, y: ValueId, detail: number) => ValueId)[] = [
  (builder, x) => builder.emit('tanh', [x]),
  (builder, x) => builder.emit('gelu', [builder.emit('sigmoid', [x])]),
  (builder, x, y) => builder.emit('tanh', [builder.emit('add', [x, shaped(builder, y, x)])]),
  (builder, x, y) => builder.emit('mul', [builder.emit('tanh', [x]), builder.emit('sigmoid', [shaped(builder, y, x)])]),
  (builder, x, y) => builder.emit('maximum', [x, shaped(builder, y, x)]),
  (builder, x, _, detail) => builder.emit('softmax', [x], { axis: detail % rank(builder, x) }),
  (builder, x) => builder.emit('layer_norm', [x], { epsilon: 0.1 }),
  (builder, x, _, detail) => {
    const mean = builder.emit('reduce_mean', [x], { axes: [detail % rank(builder, x)], keepdims: true });
    return builder.emit('sub', [x, broadcastTo(builder, mean, shape(builder, x))]);
  },
  (builder, x, _, detail) => builder.emit('reduce_max', [x], { axes: [detail % rank(builder, x)], keepdims: true }),
  (builder, x) =>
    builder.emit('permute', [x], {
      axes: shape(builder, x)
        .map((_, axis) => axis)
        .reverse(),
    }),
  (builder, x) => builder.emit('reshape', [x], { shape: [1, elementCount(shape(builder, x))] }),
  (builder, x, _, detail) => {
    const before = shape(builder, x).map((_, axis) => (axis === detail % rank(builder, x) ? 2 : 0));
    return builder.emit('pad', [x], { before, after: before, value: 0.5 });
  },
  (builder, x, y, detail) => builder.emit('concat', [x, shaped(builder, y, x)], { axis: detail % rank(builder, x) }),
  (builder, x) => {
    const sizes = shape(builder, x);
    const steps = sizes.map((size) => (size > 2 ? 2 : 1));
    return builder.emit('slice', [x], { starts: sizes.map(() => 0), stops: [...sizes], steps });
  },
  (builder, x) => {
    // x · xᵀ of its last two axes, scaled by its depth.
    const sizes = shape(builder, x);
    const matrix = sizes.length < 2 ? builder.emit('reshape', [x], { shape: [1, ...sizes] }) : x;
    const axes = shape(builder, matrix).map((_, axis) => axis);
    const swapped = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
    return builder.emit('tanh', [
      builder.emit('matmul', [matrix, builder.emit('permute', [matrix], { axes: swapped })]),
    ]);
  },
  (builder, x) => {
    // Attention of x to itself; one kernel, where it has rows enough.
    const sizes = shape(builder, x);
    const matrix = sizes.length < 2 ? builder.emit('reshape', [x], { shape: [...sizes, 1] }) : x;
    const axes = shape(builder, matrix).map((_, axis) => axis);
    const swapped = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
    const scores = builder.emit('matmul', [matrix, builder.emit('permute', [matrix], { axes: swapped })]);
    return builder.emit('matmul', [builder.emit('softmax', [scores], { axis: axes.length - 1 }), matrix]);
  },
  (builder, x) => {
    // The rows of x in reverse, as indices that are computed where they are used.
    const [rows] = shape(builder, x);
    const like = { dtype: 'i32', shape: [rows!] };
    const last = builder.emit('constant', [], { value: rows! - 1, ...like });
    const backwards = builder.emit('sub', [last, builder.emit('iota', [], { axis: 0, ...like })]);
    return builder.emit('gather', [x, backwards]);
  },
];

/**
 * Values less their mean may cancel to nothing, of which only rounding is left: errors are told relative to this root
 * mean square where a value has less. The inputs have about one.
 */
const CANCELLED = 0.1;

function shape(builder: Builder, value: ValueId): readonly number[] {
  return builder.typeOf(value).shape;
}

function rank(builder: Builder, value: ValueId): number {
  return shape(builder, value).length;
}

/** y in the shape of x: cut or repeated. */
function shaped(builder: Builder, y: ValueId, x: ValueId): ValueId {
  const wanted = shape(builder, x);
  if (wanted.join() === shape(builder, y).join()) return y;
  const count = elementCount(wanted);
  const flat = builder.emit('reshape', [y], { shape: [elementCount(shape(builder, y))] });
  const size = shape(builder, flat)[0]!;
  if (size >= count) {
    const cut = builder.emit('slice', [flat], { starts: [0], stops: [count], steps: [1] });
    return builder.emit('reshape', [cut], { shape: wanted });
  }
  const one = builder.emit('slice', [flat], { starts: [size - 1], stops: [size], steps: [1] });
  return broadcastTo(builder, builder.emit('reshape', [one], { shape: wanted.map(() => 1) }), wanted);
}

function build(choices: readonly Choice[]) {
  const builder = createBuilder();
  const leaves: Record<string, Float64Array> = {};
  const values = SHAPES.map((sizes, index) => {
    const name = `x${index}`;
    leaves[name] = randomNumbers(elementCount(sizes), index + 60);
    return builder.emit('input', [], { name, key: name, dtype: 'f32', shape: sizes });
  });
  for (const [index, { kind, first, second, detail, tap }] of choices.entries()) {
    // Values made lately are taken more often, so that chains get long.
    const x = values.at(-1 - (first % Math.min(values.length, 4)))!;
    const value = STEPS[kind % STEPS.length]!(builder, x, values[second % values.length]!, detail);
    if (elementCount(shape(builder, value)) > 2000) continue;
    values.push(value);
    if (tap) builder.output(`tap${index}`, value, 'tap');
  }
  builder.output('last', values.at(-1)!, 'output');
  return { graph: builder.build(), leaves };
}

const choice: fc.Arbitrary<Choice> = fc.record({
  kind: fc.nat(STEPS.length - 1),
  first: fc.nat(3),
  second: fc.nat(20),
  detail: fc.nat(5),
  tap: fc.boolean(),
});

test.each([
  { batch: 3, imageSize: 35, patchSize: 7, width: 65, depth: 1, heads: 5 },
  { batch: 1, imageSize: 48, patchSize: 8, width: 96, depth: 4, heads: 6 },
  { batch: 2, imageSize: 28, patchSize: 4, width: 64, depth: 2, heads: 1 },
])('a vision transformer of batch $batch, width $width, $heads heads, with every attention tapped', async (sizes) => {
  const graph = vitGraph(sizes, true);
  const leaves: Record<string, Float64Array> = {};
  for (const { op, attributes, results } of graph.operations) {
    if (op !== 'input' && op !== 'weight') continue;
    const name = String(attributes['name'] ?? attributes['path']);
    const type = graph.types.get(results[0]!)!;
    leaves[name] = numbersOf(type, await vitLeaf({ kind: op, name, key: name, type }));
  }
  const got = await runOnGpu(engine, graph, leaves);
  for (const [name, want] of evaluateGraph(graph, leaves)) {
    expect(got.get(name)!.shape).toEqual(want.shape);
    expect(relativeError(got.get(name)!, want)).toBeLessThan(1e-6);
  }
});

/** The same graph with every value looked at: each op has a kernel of its own, whose result is stored. */
function unfused(graph: Graph): Graph {
  const values = graph.operations.filter(({ inputs }) => inputs.length > 0).flatMap(({ results }) => results);
  const taps = values.map((value): GraphOutput => ({ name: `value ${value}`, kind: 'tap', value }));
  return { ...graph, outputs: [...graph.outputs, ...taps] };
}

test('random graphs compute what their ops do, fused and each op by itself', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(choice, { minLength: 3, maxLength: 14 }),
      fc.constantFrom(4, 8),
      async (choices, buffers) => {
        const { graph, leaves } = build(choices);
        const limits = { ...engine.info.limits, maxStorageBuffersPerShaderStage: buffers };
        const got = await runOnGpu(engine, graph, leaves, { limits });
        const again = await runOnGpu(engine, graph, leaves, { limits });
        const apart = await runOnGpu(engine, unfused(graph), leaves, { limits });
        for (const [name, want] of evaluateGraph(graph, leaves)) {
          expect(got.get(name)!.shape).toEqual(want.shape);
          expect(again.get(name)!.data).toEqual(got.get(name)!.data);
          const error = relativeError(got.get(name)!, want, CANCELLED);
          const errorApart = relativeError(apart.get(name)!, want, CANCELLED);
          expect(Math.max(error, errorApart)).toBeLessThan(5e-6);
          expect(error).toBeLessThanOrEqual(2 * errorApart + 5e-7);
        }
      },
    ),
    { numRuns: runs(30), seed: 20_261 },
  );
});
