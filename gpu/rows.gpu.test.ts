/** What is computed along rows in one kernel, against the ops' own evaluation. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import type { Builder } from './ir/builder.ts';
import { elementCount, type ValueId } from './ir/types.ts';
import { binary, constantLike } from './ops/broadcast.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { Engine } from './runtime/engine.ts';
import { evaluateGraph, openTestEngine, randomNumbers, relativeError, runOnGpu } from './testing/on-gpu.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

/** Each is one kernel, whatever the axis. */
const PROGRAMS: Readonly<Record<string, (builder: Builder, x: ValueId, axis: number) => ValueId>> = {
  'l2 normalise': (builder, x, axis) => {
    const squares = builder.emit('reduce_sum', [builder.emit('mul', [x, x])], { axes: [axis], keepdims: true });
    const norm = builder.emit('sqrt', [squares]);
    return binary(builder, 'div', x, builder.emit('maximum', [norm, constantLike(builder, norm, 1e-12)]));
  },
  'log softmax': (builder, x, axis) => {
    const along = { axes: [axis], keepdims: true };
    const below = binary(builder, 'sub', x, builder.emit('reduce_max', [x], along));
    const sum = builder.emit('reduce_sum', [builder.emit('exp', [below])], along);
    return binary(builder, 'sub', below, builder.emit('log', [sum]));
  },
  variance: (builder, x, axis) => {
    const centred = binary(builder, 'sub', x, builder.emit('reduce_mean', [x], { axes: [axis], keepdims: true }));
    return builder.emit('reduce_mean', [builder.emit('mul', [centred, centred])], { axes: [axis], keepdims: false });
  },
  'softmax and its largest weight': (builder, x, axis) => {
    const weights = builder.emit('softmax', [x], { axis });
    return binary(builder, 'sub', weights, builder.emit('reduce_max', [weights], { axes: [axis], keepdims: true }));
  },
};

const SHAPES = [
  [1, 1],
  [1, 33],
  [31, 1],
  [3, 7],
  [5, 32, 2],
  [2, 3, 65],
  [70, 6],
  [0, 4],
] as const;

/** Every axis that has elements. */
const CASES = SHAPES.flatMap((shape) => {
  return shape.flatMap((size, axis) => (size > 0 ? [{ shape, axis }] : []));
});

describe.each(Object.keys(PROGRAMS))('%s', (name) => {
  test.each(CASES)('of $shape along axis $axis', async ({ shape, axis }) => {
    const builder = createBuilder();
    const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape });
    builder.output('y', PROGRAMS[name]!(builder, x, axis), 'output');
    const graph = builder.build();
    const leaves = { x: randomNumbers(elementCount(shape), 5) };
    const options = { limits: engine.info.limits, tuning: engine.tuning, keep: 'outputs' } as const;
    expect(compile(graph, options).steps).toHaveLength(elementCount(shape) > 0 ? 1 : 0);
    const got = await runOnGpu(engine, graph, leaves);
    expect((await runOnGpu(engine, graph, leaves)).get('y')!.data).toEqual(got.get('y')!.data);
    const want = evaluateGraph(graph, leaves).get('y')!;
    expect(got.get('y')!.shape).toEqual(want.shape);
    expect(relativeError(got.get('y')!, want, 0.1)).toBeLessThan(2e-6);
  });
});
