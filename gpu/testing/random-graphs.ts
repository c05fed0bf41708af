/** Random well-formed graphs for property tests of passes: every op, odd shapes, shared values, dead ends. */
import * as fc from 'fast-check';
import type { Builder } from '../ir/builder.ts';
import { elementCount, type Attributes, type Graph, type Shape, type TensorType, type ValueId } from '../ir/types.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { createBuilder } from '../ops/create-builder.ts';
import type { HostTensor } from '../ops/record.ts';
import { randomTensor } from './host.ts';

export interface GraphWithLeaves {
  readonly graph: Graph;
  readonly leaves: ReadonlyMap<string, HostTensor>;
}

/** Shrinks towards fewer steps and smaller choices. */
export const randomGraphs: fc.Arbitrary<GraphWithLeaves> = fc
  .array(fc.array(fc.nat(255), { minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 24 })
  .map((steps) => buildGraph(steps));

function buildGraph(steps: readonly (readonly number[])[]): GraphWithLeaves {
  const builder = createBuilder();
  const leaves = new Map<string, HostTensor>();
  const growing: Growing = { builder, values: [], leaves };
  addLeaf(growing, [2, 3, 4], 0);
  for (const [index, choices] of steps.entries()) {
    builder.origin = `step${index}`;
    const tape = new Tape(choices);
    STEPS[tape.below(STEPS.length)]!(growing, tape);
  }
  const { values } = growing;
  builder.output('last', values.at(-1)!, 'output');
  builder.output('middle', values[values.length >> 1]!, 'tap');
  return { graph: builder.build(), leaves };
}

interface Growing {
  readonly builder: Builder;
  readonly values: ValueId[];
  readonly leaves: Map<string, HostTensor>;
}

type Step = (growing: Growing, tape: Tape) => void;

/** Choices read one after the other; at its end it gives 0. */
class Tape {
  readonly #choices: readonly number[];
  #at = 0;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  below(limit: number): number {
    return (this.#choices[this.#at++] ?? 0) % limit;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const UNARY = [
  'neg',
  'abs',
  'exp',
  'tanh',
  'erf',
  'sigmoid',
  'relu',
  'gelu',
  'log1p',
  'reciprocal',
  'sqrt',
  'log',
  'rsqrt',
] as const;
const BINARY = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'pow'] as const;
const COMPARE = ['equal', 'not_equal', 'less', 'less_equal', 'greater', 'greater_equal'] as const;
const REDUCE = ['reduce_sum', 'reduce_mean', 'reduce_max', 'reduce_min'] as const;
const NUMBERS = [0, 1, 2, -1, 0.5, -7] as const;

function addLeaf({ builder, values, leaves }: Growing, shape: Shape, kind: number): void {
  const name = `leaf${leaves.size}`;
  const attributes = { key: name, dtype: 'f32', shape };
  values.push(
    kind % 2 === 0
      ? builder.emit('input', [], { name, ...attributes })
      : builder.emit('weight', [], { path: name, ...attributes }),
  );
  leaves.set(name, randomTensor(shape, leaves.size));
}

/** A value of type f32. */
function operand({ builder, values }: Growing, tape: Tape): { value: ValueId; shape: Shape } {
  const value = values[values.length - 1 - tape.below(values.length)]!;
  return { value, shape: builder.typeOf(value).shape };
}

function like({ builder }: Growing, value: ValueId, number: number): ValueId {
  const type: TensorType = builder.typeOf(value);
  return builder.emit('constant', [], { value: number, ...type });
}

/** Another operand of the same shape: a value, or a constant. */
function partner(growing: Growing, value: ValueId, tape: Tape): ValueId {
  const shape = growing.builder.typeOf(value).shape;
  const fitting = growing.values.filter((other) => String(growing.builder.typeOf(other).shape) === String(shape));
  return tape.below(3) === 0 ? like(growing, value, tape.pick(NUMBERS)) : tape.pick(fitting);
}

function push(growing: Growing, op: string, inputs: readonly ValueId[], attributes?: Attributes): void {
  growing.values.push(growing.builder.emit(op, inputs, attributes));
}

const STEPS: readonly Step[] = [
  (growing, tape) => addLeaf(growing, tape.pick([[], [1], [3], [2, 3], [4, 1, 3], [2, 3, 4], [3, 0]]), tape.below(2)),
  (growing, tape) => {
    const [value, shape] = [tape.pick(NUMBERS), tape.pick([[], [3], [2, 3], [40, 40]])];
    push(growing, 'constant', [], { value, dtype: 'f32', shape });
  },
  (growing, tape) => push(growing, 'literal', [], { values: [1, 0, tape.below(9)], dtype: 'f32', shape: [3] }),
  (growing, tape) => push(growing, 'iota', [], { axis: tape.below(2), dtype: 'f32', shape: [2, 3] }),
  (growing, tape) => push(growing, tape.pick(UNARY), [operand(growing, tape).value]),
  (growing, tape) => {
    const { value } = operand(growing, tape);
    const other = partner(growing, value, tape);
    push(growing, tape.pick(BINARY), tape.below(2) === 0 ? [value, other] : [other, value]);
  },
  (growing, tape) => {
    const { builder } = growing;
    const { value } = operand(growing, tape);
    const other = partner(growing, value, tape);
    const first = builder.emit(tape.pick(COMPARE), [value, other]);
    const second = builder.emit('not', [
      builder.emit(tape.pick(['and', 'or']), [first, builder.emit('less', [other, value])]),
    ]);
    push(growing, 'select', [tape.below(2) === 0 ? first : second, value, other]);
  },
  (growing, tape) => {
    const { value } = operand(growing, tape);
    const dtype = tape.pick(['f32', 'i32', 'bool']);
    push(growing, 'cast', [growing.builder.emit('cast', [value], { dtype })], { dtype: 'f32' });
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    const count = elementCount(shape);
    const shapes = [
      [count],
      [1, count],
      [count, 1],
      shape.filter((size) => size !== 1),
      [...shape].reverse(),
      [1, ...shape],
    ];
    push(growing, 'reshape', [value], { shape: tape.pick(shapes) });
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    const axes = [...shape.keys()];
    const rotated = axes.map((axis) => axes[(axis + 1) % axes.length]!);
    push(growing, 'permute', [value], { axes: tape.pick([axes, rotated, [...axes].reverse()]) });
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    if (elementCount(shape) > 200) return;
    growing.values.push(
      broadcastTo(growing.builder, value, [tape.below(4), ...shape.map((size) => (size === 1 ? 2 : size))]),
    );
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    const backwards = shape.map(() => tape.below(3) === 0);
    push(growing, 'slice', [value], {
      starts: shape.map((size, axis) => (backwards[axis] ? size - 1 : Math.min(size, 1))),
      stops: shape.map((size, axis) => (backwards[axis] ? -1 : size)),
      steps: shape.map((_, axis) => (backwards[axis] ? -1 : 1 + (axis % 2))),
    });
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    if (elementCount(shape) > 200) return;
    const [before, after] = [shape.map(() => tape.below(2)), shape.map(() => tape.below(2))];
    push(growing, 'pad', [value], { before, after, value: tape.pick(NUMBERS) });
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    if (shape.length === 0 || elementCount(shape) > 200) return;
    const inputs = tape.below(4) === 0 ? [value] : [value, partner(growing, value, tape)];
    push(growing, 'concat', inputs, { axis: tape.below(shape.length) });
  },
  (growing, tape) => {
    const { builder } = growing;
    const { value, shape } = operand(growing, tape);
    const [rows] = shape;
    if (!rows || elementCount(shape) > 200) return;
    const positions = builder.emit('iota', [], { axis: 0, dtype: 'i32', shape: tape.pick([[rows], [rows, 2]]) });
    const last = like(growing, positions, rows - 1);
    const backwards = builder.emit('sub', [last, positions]);
    push(growing, 'gather', [value, builder.emit('maximum', [backwards, like(growing, positions, 0)])]);
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    const axes = [...shape.keys()].filter(() => tape.below(2) === 0);
    push(growing, tape.pick(REDUCE), [value], { axes, keepdims: tape.below(2) === 0 });
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    if (shape.length < 1) return;
    push(growing, 'softmax', [value], { axis: tape.below(shape.length) });
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    if (shape.length < 1) return;
    const weight = growing.builder.emit('constant', [], {
      value: tape.pick(NUMBERS),
      dtype: 'f32',
      shape: shape.slice(-1),
    });
    push(growing, 'layer_norm', [[value], [value, weight], [value, weight, weight]][tape.below(3)]!, { epsilon: 0.1 });
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    if (shape.length < 2) return;
    const axes = [...shape.keys()];
    const swapped = growing.builder.emit('permute', [value], {
      axes: [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!],
    });
    push(growing, 'matmul', tape.below(2) === 0 ? [value, swapped] : [swapped, value]);
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    if (shape.length < 1) return;
    addLeaf(growing, [2, shape.at(-1)!], 1);
    const weight = growing.values.at(-1)!;
    const bias = growing.builder.emit('literal', [], { values: [0.5, -1], dtype: 'f32', shape: [2] });
    push(growing, 'linear', tape.below(2) === 0 ? [value, weight] : [value, weight, bias]);
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    if (shape.length < 2) return;
    const square = { shape: [shape.at(-2)!, shape.at(-2)!] };
    const [row, column] = [0, 1].map((axis) => growing.builder.emit('iota', [], { axis, dtype: 'i32', ...square }));
    const causal = growing.builder.emit('less_equal', [column!, row!]);
    const operands = tape.below(2) === 0 ? [value, value, value] : [value, value, value, causal];
    const [output, weights] = growing.builder.emitAll('attention', operands, { scale: 0.5 });
    growing.values.push(tape.below(2) === 0 ? output! : weights!);
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    if (shape.length < 2 || elementCount(shape) > 200 || shape.slice(0, -1).includes(0)) return;
    const width = shape.at(-1)!;
    const x = growing.builder.emit('reshape', [value], { shape: [1, elementCount(shape) / Math.max(width, 1), width] });
    if (growing.builder.typeOf(x).shape[1] === 0) return;
    addLeaf(growing, [8, width], 1);
    addLeaf(growing, [8, 2], 1);
    const results = growing.builder.emitAll('lstm', [x, ...growing.values.slice(-2)]);
    growing.values.push(tape.pick(results));
    const gates = growing.builder.emit('literal', [], {
      values: [1, 0, 2, -1, 0, 0, 1, 3],
      dtype: 'f32',
      shape: [1, 8],
    });
    const [, state, memory] = results as [ValueId, ValueId, ValueId];
    const step = growing.builder.emitAll('lstm_step', [state, growing.values.at(-2)!, gates, memory]);
    if (tape.below(2) === 0) growing.values.push(tape.pick(step));
  },
  (growing, tape) => {
    const { value, shape } = operand(growing, tape);
    if (shape.length < 1) return;
    const weight = growing.builder.emit('constant', [], { value: 2, dtype: 'f32', shape: shape.slice(-1) });
    push(growing, 'rms_norm', tape.below(2) === 0 ? [value] : [value, weight], { epsilon: 0.1 });
  },
  (growing, tape) => {
    const { builder } = growing;
    const { value, shape } = operand(growing, tape);
    if (!shape.at(-1)) return;
    const [values, positions] = builder.emitAll('top_k', [value], { k: 1 + tape.below(shape.at(-1)!) });
    const where = [positions!, builder.emit('argmax', [value], { axis: shape.length - 1 })];
    growing.values.push(values!, builder.emit('cast', [tape.pick(where)], { dtype: 'f32' }));
  },
  (growing, tape) => {
    const { builder } = growing;
    const { value, shape } = operand(growing, tape);
    if (shape.length < 2 || elementCount(shape) === 0) return;
    const logits = builder.emit('reshape', [value], { shape: [elementCount(shape.slice(0, -1)), shape.at(-1)!] });
    const largest = builder.emit('argmax', [logits], { axis: 1 });
    push(growing, 'cross_entropy', [logits, largest]);
  },
  (growing, tape) => {
    addLeaf(growing, [1 + tape.below(2), 2, 5, 4], 0);
    const image = growing.values.at(-1)!;
    addLeaf(growing, [3, 2, 2, 2], 1);
    push(growing, 'patch_conv', [image, growing.values.at(-1)!], { stride: 2 });
  },
];
