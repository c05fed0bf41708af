/**
 * A sequence that grows by one must find its pipelines compiled: shaders tell structure, sizes are uniforms. A length that
 * equals another size, so that two positions are one expression, may have a shader of its own.
 */
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { compile } from './compile.ts';
import type { Builder } from './ir/builder.ts';
import type { Graph, ValueId } from './ir/types.ts';
import { createBuilder } from './ops/create-builder.ts';

const [BATCH, VOCABULARY, WIDTH, HEADS] = [2, 37, 24, 3];

function weight(builder: Builder, path: string, shape: readonly number[]): ValueId {
  return builder.emit('weight', [], { path, key: path, dtype: 'f32', shape });
}

function embedded(builder: Builder, length: number): ValueId {
  const ids = builder.emit('input', [], { name: 'ids', key: `ids ${length}`, dtype: 'i32', shape: [BATCH, length] });
  return builder.emit('gather', [weight(builder, 'embedding', [VOCABULARY, WIDTH]), ids]);
}

/** Embedding, causal attention of several heads, a norm, logits and the next token of every position. */
function decoder(length: number): Graph {
  const builder = createBuilder();
  const x = embedded(builder, length);
  const heads = (name: string): ValueId => {
    const projected = builder.emit('linear', [x, weight(builder, name, [WIDTH, WIDTH])]);
    const split = builder.emit('reshape', [projected], { shape: [BATCH, length, HEADS, WIDTH / HEADS] });
    return builder.emit('permute', [split], { axes: [0, 2, 1, 3] });
  };
  const [row, column] = [0, 1].map((axis) => {
    return builder.emit('iota', [], { axis, dtype: 'i32', shape: [length, length] });
  });
  const causal = builder.emit('less_equal', [column!, row!]);
  const [context, weights] = builder.emitAll('attention', [heads('q'), heads('k'), heads('v'), causal], {
    scale: 0.35,
  });
  const joined = builder.emit('reshape', [builder.emit('permute', [context!], { axes: [0, 2, 1, 3] })], {
    shape: [BATCH, length, WIDTH],
  });
  const norm = builder.emit('layer_norm', [builder.emit('add', [x, joined])], { epsilon: 1e-5 });
  const logits = builder.emit('linear', [norm, weight(builder, 'head', [VOCABULARY, WIDTH])]);
  builder.output('logits', logits, 'output');
  builder.output('next', builder.emit('argmax', [logits], { axis: 2 }), 'output');
  builder.output('weights', weights!, 'tap');
  return builder.build();
}

/** Embedding, LSTM, its last state. */
function recurrent(length: number): Graph {
  const builder = createBuilder();
  const weights = [[4 * WIDTH, WIDTH], [4 * WIDTH, WIDTH], [4 * WIDTH], [4 * WIDTH]];
  const operands = weights.map((shape, index) => weight(builder, `lstm ${index}`, shape));
  const [, last] = builder.emitAll('lstm', [embedded(builder, length), ...operands]);
  builder.output('last', last!, 'output');
  return builder.build();
}

const shadersOf = (graph: Graph): Set<string> => {
  const { shaders } = compile(graph, { limits: DEFAULT_LIMITS, tuning: { adapter: '', matmul: {} }, keep: 'outputs' });
  return new Set(shaders.map(({ wgsl }) => wgsl));
};

test('a decoder has the same shaders at every length', () => {
  const first = shadersOf(decoder(6));
  for (const length of [7, 9, 10, 15, 16, 17, 63, 64, 65]) expect(shadersOf(decoder(length))).toEqual(first);
});

test('an LSTM has the same shaders at every length', () => {
  const first = shadersOf(recurrent(3));
  for (const length of [4, 5, 20, 64]) expect(shadersOf(recurrent(length))).toEqual(first);
});
