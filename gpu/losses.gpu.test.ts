/** Losses in one dispatch, against the ops' own evaluation. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import type { Builder } from './ir/builder.ts';
import type { ValueId } from './ir/types.ts';
import { constantLike } from './ops/broadcast.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { Engine } from './runtime/engine.ts';
import { evaluateGraph, openTestEngine, randomNumbers, relativeError, runOnGpu } from './testing/on-gpu.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

const mean = (builder: Builder, x: ValueId, axes: number[]): ValueId => {
  return builder.emit('reduce_mean', [x], { axes, keepdims: false });
};

const turned = (builder: Builder, x: ValueId): ValueId => builder.emit('permute', [x], { axes: [1, 0] });

/** Of scores [size, size], of which the diagonal is right. */
const LOSSES: Readonly<Record<string, (builder: Builder, scores: ValueId, size: number) => ValueId>> = {
  'cross-entropy': (builder, scores, size) => {
    const labels = builder.emit('iota', [], { axis: 0, dtype: 'i32', shape: [size] });
    return mean(builder, builder.emit('cross_entropy', [scores, labels]), [0]);
  },
  CLIP: (builder, scores, size) => {
    const labels = builder.emit('iota', [], { axis: 0, dtype: 'i32', shape: [size] });
    const [one, other] = [scores, turned(builder, scores)].map((side) => {
      return mean(builder, builder.emit('cross_entropy', [side, labels]), [0]);
    }) as [ValueId, ValueId];
    const sum = builder.emit('add', [one, other]);
    return builder.emit('div', [sum, constantLike(builder, sum, 2)]);
  },
  SigLIP: (builder, scores, size) => {
    const like = { dtype: 'i32', shape: [size, size] };
    const [row, column] = [0, 1].map((axis) => builder.emit('iota', [], { axis, ...like })) as [ValueId, ValueId];
    const pairs = builder.emit('cast', [builder.emit('equal', [row, column])], { dtype: 'f32' });
    const sign = builder.emit('sub', [builder.emit('add', [pairs, pairs]), constantLike(builder, pairs, 1)]);
    const odds = builder.emit('log', [builder.emit('sigmoid', [builder.emit('mul', [sign, scores])])]);
    const sums = builder.emit('reduce_sum', [odds], { axes: [1], keepdims: false });
    return builder.emit('neg', [mean(builder, sums, [0])]);
  },
};

describe.each(Object.keys(LOSSES))('%s', (name) => {
  test.each([1, 7, 61])('of %i pairs is one dispatch', async (size) => {
    const builder = createBuilder();
    const scores = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [size, size] });
    builder.output('loss', LOSSES[name]!(builder, scores, size), 'output');
    const graph = builder.build();
    const leaves = { x: randomNumbers(size * size, 7, 4) };
    const { limits } = engine.info;
    expect(compile(graph, { limits, tuning: engine.tuning, keep: 'outputs' }).steps).toHaveLength(1);
    const got = (await runOnGpu(engine, graph, leaves)).get('loss')!;
    expect((await runOnGpu(engine, graph, leaves)).get('loss')!.data).toEqual(got.data);
    expect(relativeError(got, evaluateGraph(graph, leaves).get('loss')!, 0.1)).toBeLessThan(1e-6);
  });
});

test('a large batch is shared out among workgroups', async () => {
  const size = 300;
  const builder = createBuilder();
  const scores = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [size, size] });
  builder.output('loss', LOSSES['CLIP']!(builder, scores, size), 'output');
  const graph = builder.build();
  const plan = compile(graph, { limits: engine.info.limits, tuning: engine.tuning, keep: 'outputs' });
  expect(plan.steps.length).toBeLessThanOrEqual(5);
  expect(Math.max(...plan.steps.map((step) => (step.kind === 'dispatch' ? step.workgroups[0] : 0)))).toBeGreaterThan(
    10,
  );
  const leaves = { x: randomNumbers(size * size, 8, 4) };
  const got = (await runOnGpu(engine, graph, leaves)).get('loss')!;
  expect(relativeError(got, evaluateGraph(graph, leaves).get('loss')!)).toBeLessThan(1e-6);
});
