/** What is computed along rows in one kernel, against the ops' own evaluation. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import type { Builder } from './ir/builder.ts';
import { elementCount, type ValueId } from './ir/types.ts';
import { binary, constantLike } from './ops/broadcast.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { AdapterTraits, Tuning } from './plan.ts';
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
  [3, 1000],
  [0, 4],
] as const;

/** What a GPU says of itself; where nothing is said, one invocation takes a row. */
const ADAPTERS: Readonly<Record<string, AdapterTraits | undefined>> = {
  'an invocation a row': undefined,
  'a workgroup a row': { software: false, subgroups: false, subgroupSize: 0 },
  'subgroups that share a row': { software: false, subgroups: true, subgroupSize: 32 },
};
const LONG_ROW = 32;

/** Every axis that has elements. */
const CASES = SHAPES.flatMap((shape) => {
  return shape.flatMap((size, axis) => (size > 0 ? [{ shape, axis }] : []));
});

const KINDS = Object.keys(PROGRAMS).flatMap((name) => Object.keys(ADAPTERS).map((kind) => ({ name, kind })));

describe.each(KINDS)('$name by $kind', ({ name, kind }) => {
  const traits = ADAPTERS[kind];
  const cases = traits ? CASES.filter(({ shape, axis }) => shape[axis]! >= LONG_ROW) : CASES;

  test.each(cases)('of $shape along axis $axis', async ({ shape, axis }) => {
    const builder = createBuilder();
    const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape });
    builder.output('y', PROGRAMS[name]!(builder, x, axis), 'output');
    const graph = builder.build();
    const leaves = { x: randomNumbers(elementCount(shape), 5) };
    const tuning: Tuning = { adapter: '', matmul: {}, ...(traits && { traits }) };
    const options = { limits: engine.info.limits, tuning, keep: 'outputs' } as const;
    const { steps, shaders } = compile(graph, options);
    expect(steps).toHaveLength(elementCount(shape) > 0 ? 1 : 0);
    for (const { wgsl } of shaders) {
      expect([wgsl.includes('workgroupBarrier'), wgsl.includes('subgroupAdd')]).toEqual([
        traits !== undefined,
        traits?.subgroups === true,
      ]);
    }
    const got = await runOnGpu(engine, graph, leaves, options);
    expect((await runOnGpu(engine, graph, leaves, options)).get('y')!.data).toEqual(got.get('y')!.data);
    const want = evaluateGraph(graph, leaves).get('y')!;
    expect(got.get('y')!.shape).toEqual(want.shape);
    expect(relativeError(got.get('y')!, want, 0.1)).toBeLessThan(2e-6);
  });
});

test.each([true, false])(
  'small kernels in one dispatch share out long rows too, with subgroups: %s',
  async (subgroups) => {
    const builder = createBuilder();
    const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [7, 70] });
    const largest = builder.emit('reduce_max', [x], { axes: [1], keepdims: true });
    const below = builder.emit('softmax', [binary(builder, 'sub', x, largest)], { axis: 0 });
    const weighted = builder.emit('mul', [below, x]);
    const columns = builder.emit('reduce_mean', [weighted], { axes: [0], keepdims: false });
    builder.output('y', builder.emit('layer_norm', [columns], { epsilon: 1e-5 }), 'output');
    const graph = builder.build();
    const leaves = { x: randomNumbers(490, 3) };
    const traits = { software: false, subgroups, subgroupSize: subgroups ? 32 : 0 };
    const options = {
      limits: engine.info.limits,
      tuning: { adapter: '', matmul: {}, traits },
      keep: 'outputs',
    } as const;
    const { steps, shaders } = compile(graph, options);
    expect(steps).toHaveLength(1);
    expect(shaders[0]!.wgsl.includes('subgroupAdd')).toBe(subgroups);
    const got = await runOnGpu(engine, graph, leaves, options);
    expect((await runOnGpu(engine, graph, leaves, options)).get('y')!.data).toEqual(got.get('y')!.data);
    expect(relativeError(got.get('y')!, evaluateGraph(graph, leaves).get('y')!)).toBeLessThan(5e-6);
  },
);
