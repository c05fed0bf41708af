/** Of a value only what is read is computed. */
import { expect, test } from 'vitest';
import type { Builder } from '../ir/builder.ts';
import { printGraph } from '../ir/printer.ts';
import { elementCount, type Graph, type Shape, type ValueId } from '../ir/types.ts';
import { createBuilder } from '../ops/create-builder.ts';
import { recordOf } from '../ops/infer.ts';
import type { HostTensor } from '../ops/record.ts';
import { evaluateGraph, expectTensor, randomTensor } from '../testing/host.ts';
import { narrow } from './narrow.ts';

function start(shapes: Readonly<Record<string, Shape>>) {
  const builder = createBuilder();
  const leaves = new Map<string, HostTensor>();
  const values = Object.entries(shapes).map(([name, shape], index) => {
    leaves.set(name, randomTensor(shape, index));
    return builder.emit('input', [], { name, key: name, dtype: 'f32', shape });
  });
  return { builder, values, leaves };
}

/** The last row of the axis. */
function last(builder: Builder, value: ValueId, axis: number): ValueId {
  const { shape } = builder.typeOf(value);
  return builder.emit('slice', [value], {
    starts: shape.map((size, at) => (at === axis ? size - 1 : 0)),
    stops: [...shape],
    steps: shape.map(() => 1),
  });
}

function flops({ operations, types }: Graph): number {
  return operations.reduce((sum, { op, inputs, attributes }) => {
    const operands = inputs.map((input) => types.get(input)!);
    return sum + recordOf(op).flops(operands, attributes);
  }, 0);
}

function shapesOf(graph: Graph, op: string): string[] {
  return graph.operations
    .filter((one) => one.op === op)
    .map(({ results }) => String(graph.types.get(results[0]!)!.shape));
}

test('the logits of the last position cost one row, from the last attention on', () => {
  const [batch, length, heads, width, vocabulary] = [2, 6, 2, 8, 19];
  const { builder, values, leaves } = start({
    x: [batch, length, width],
    qkv: [width, width],
    up: [4 * width, width],
    down: [width, 4 * width],
    head: [vocabulary, width],
  });
  const [x, qkv, up, down, head] = values as [ValueId, ValueId, ValueId, ValueId, ValueId];
  const projected = builder.emit('linear', [x, qkv]);
  const split = builder.emit('reshape', [projected], { shape: [batch, length, heads, width / heads] });
  const each = builder.emit('permute', [split], { axes: [0, 2, 1, 3] });
  const [row, column] = [0, 1].map((axis) => {
    return builder.emit('iota', [], { axis, dtype: 'i32', shape: [length, length] });
  });
  const causal = builder.emit('less_equal', [column!, row!]);
  const [context] = builder.emitAll('attention', [each, each, each, causal], { scale: 0.5 });
  const together = builder.emit('permute', [context!], { axes: [0, 2, 1, 3] });
  const joined = builder.emit('reshape', [together], { shape: [batch, length, width] });
  const residual = builder.emit('layer_norm', [builder.emit('add', [x, joined])], { epsilon: 1e-5 });
  const hidden = builder.emit('gelu', [builder.emit('linear', [residual, up])]);
  const y = builder.emit('add', [residual, builder.emit('linear', [hidden, down])]);
  builder.output('logits', last(builder, builder.emit('linear', [y, head]), 1), 'output');
  const graph = builder.build();
  const narrowed = narrow(graph);
  expect(shapesOf(narrowed, 'linear')).toEqual(['2,6,8', '2,1,32', '2,1,8', '2,1,19']);
  expect(shapesOf(narrowed, 'attention')).toEqual(['2,2,1,4']);
  expect(flops(narrowed)).toBeLessThan(flops(graph) / 3);
  const [got, want] = [evaluateGraph(narrowed, leaves), evaluateGraph(graph, leaves)];
  expectTensor(got.get('logits')!, want.get('logits')!);
});

test('readers of different parts, and a tap, want the whole', () => {
  const { builder, values } = start({ x: [4, 3] });
  const shared = builder.emit('exp', [values[0]!]);
  builder.output('last', last(builder, shared, 0), 'output');
  builder.output('column', last(builder, shared, 1), 'output');
  const tapped = builder.emit('tanh', [values[0]!]);
  builder.output('tapped', tapped, 'tap');
  builder.output('row', last(builder, tapped, 0), 'output');
  const graph = narrow(builder.build());
  expect([...shapesOf(graph, 'exp'), ...shapesOf(graph, 'tanh')]).toEqual(['4,3', '4,3']);
});

test('a part of a part, and rows of a table', () => {
  const { builder, values, leaves } = start({ table: [9, 5] });
  const ids = builder.emit('literal', [], { values: [3, 1, 4, 1, 5, 8], dtype: 'i32', shape: [6] });
  const rows = builder.emit('gather', [values[0]!, ids]);
  const evenRows = builder.emit('slice', [rows], { starts: [5, 0], stops: [-1, 5], steps: [-2, 1] });
  builder.output('y', last(builder, builder.emit('relu', [evenRows]), 0), 'output');
  const graph = builder.build();
  const narrowed = narrow(graph);
  expect(shapesOf(narrowed, 'gather')).toEqual(['1,5']);
  expectTensor(evaluateGraph(narrowed, leaves).get('y')!, evaluateGraph(graph, leaves).get('y')!);
  expect(elementCount(narrowed.types.get(narrowed.outputs[0]!.value)!.shape)).toBe(5);
});

test('what cannot be cut is sliced after it is computed', () => {
  const { builder, values } = start({ x: [4, 3] });
  const softmax = builder.emit('softmax', [values[0]!], { axis: 0 });
  builder.output('y', last(builder, softmax, 0), 'output');
  const graph = builder.build();
  expect(printGraph(narrow(graph))).toBe(printGraph(graph));
});
