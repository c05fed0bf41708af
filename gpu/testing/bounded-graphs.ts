/** For tests: random graphs of bounded functions, whose errors do not grow along the way. */
import fc from 'fast-check';
import type { Builder } from '../ir/builder.ts';
import { elementCount, type ValueId } from '../ir/types.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { createBuilder } from '../ops/create-builder.ts';
import { randomNumbers } from './on-gpu.ts';

/** One decision: which op, which earlier values, and a number for what else there is to choose. */
export interface Choice {
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
export const CANCELLED = 0.1;

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

/** @param leaf What the graph begins with. */
export function boundedGraph(choices: readonly Choice[], leaf: 'input' | 'weight' = 'input') {
  const builder = createBuilder();
  const leaves: Record<string, Float64Array> = {};
  const values = SHAPES.map((sizes, index) => {
    const name = `x${index}`;
    leaves[name] = randomNumbers(elementCount(sizes), index + 60);
    return builder.emit(leaf, [], {
      [leaf === 'input' ? 'name' : 'path']: name,
      key: name,
      dtype: 'f32',
      shape: sizes,
    });
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

export const choices: fc.Arbitrary<Choice[]> = fc.array(choice, { minLength: 3, maxLength: 14 });
