/** The float64 device: numbers, reuse of kept values, cancelling, progress, and what it says of bad leaves. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { elementCount, type Graph } from './ir/types.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { HostTensor } from './ops/record.ts';
import { runReference, type ReferenceLeaf } from './reference.ts';
import type { Progress } from './runtime/types.ts';
import { evaluateGraph, expectTensor, randomTensor } from './testing/host.ts';
import { randomGraphs } from './testing/random-graphs.ts';

/** y = gelu(x · wᵀ) and its sum, with a tap in between; the weight's key names its numbers. */
function model(weightKey: string): Graph {
  const builder = createBuilder();
  const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [3, 4] });
  const weight = builder.emit('weight', [], { path: 'fc.weight', key: weightKey, dtype: 'f32', shape: [5, 4] });
  builder.origin = 'norm';
  const normal = builder.emit('layer_norm', [x], { epsilon: 1e-5 });
  builder.origin = 'fc';
  const y = builder.emit('linear', [normal, weight]);
  builder.origin = 'activation';
  const active = builder.emit('gelu', [y]);
  builder.output('norm.output', normal, 'tap');
  builder.output('y', active, 'output');
  return builder.build();
}

const leafOf = async ({ type, key }: ReferenceLeaf): Promise<Float32Array> => {
  return Float32Array.from(randomTensor(type.shape, key.length).data);
};

test('it computes what the ops evaluate to', async () => {
  await fc.assert(
    fc.asyncProperty(randomGraphs, async ({ graph, leaves }) => {
      const { outputs, taps } = await runReference(graph, async ({ name }) => leaves.get(name)!.data);
      const want = evaluateGraph(graph, leaves);
      expectTensor(outputs.get('last')!, want.get('last')!, 0);
      expectTensor(taps.get('middle')!, want.get('middle')!, 0);
    }),
  );
});

test('an edit computes only what depends on it', async () => {
  const kept = new Map<string, HostTensor>();
  const first = await runReference(model('w'), leafOf, { kept });
  expect([first.stepsRun, first.stepsTotal]).toEqual([3, 3]);
  expect(kept.size).toBe(2);
  const asked: string[] = [];
  const leaf = (one: ReferenceLeaf) => {
    asked.push(one.name);
    return leafOf(one);
  };
  const again = await runReference(model('w'), leaf, { kept });
  expect([again.stepsRun, again.stepsTotal]).toEqual([0, 3]);
  expect(asked).toEqual([]);
  expect(again.outputs.get('y')).toBe(first.outputs.get('y'));
  const edited = await runReference(model('other weight'), leaf, { kept });
  expect(edited.stepsRun).toBe(2);
  expect(asked).toEqual(['fc.weight']);
  const fresh = await runReference(model('other weight'), leafOf);
  expectTensor(edited.outputs.get('y')!, fresh.outputs.get('y')!, 0);
});

test('a leaf that is asked for itself is fetched once', async () => {
  const builder = createBuilder();
  const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'i32', shape: [2] });
  builder.output('x', x, 'output');
  builder.output('twice', builder.emit('add', [x, x]), 'output');
  let fetched = 0;
  const { outputs } = await runReference(builder.build(), async () => {
    fetched++;
    return Int32Array.of(3, 4);
  });
  expect(fetched).toBe(1);
  expect([...outputs.get('x')!.data, ...outputs.get('twice')!.data]).toEqual([3, 4, 6, 8]);
});

test('progress rises to the whole, and time is told per origin', async () => {
  const seen: Progress[] = [];
  const report = await runReference(model('w'), leafOf, { onProgress: (progress) => seen.push(progress) });
  expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).sort((a, b) => a - b));
  expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total);
  expect([...report.timings.keys()]).toEqual(['norm', 'fc', 'activation']);
});

function bigProduct(): Graph {
  const builder = createBuilder();
  const a = builder.emit('constant', [], { value: 1, dtype: 'f32', shape: [700, 1500] });
  const b = builder.emit('constant', [], { value: 1, dtype: 'f32', shape: [1500, 700] });
  builder.output('y', builder.emit('matmul', [a, b]), 'output');
  return builder.build();
}

test('a run that is cancelled stops in the middle of a product', async () => {
  const controller = new AbortController();
  const done: number[] = [];
  const run = runReference(bigProduct(), leafOf, {
    signal: controller.signal,
    onProgress: (progress) => done.push(progress.done / progress.total),
  });
  setTimeout(() => controller.abort(new Error('cancelled')), 1);
  await expect(run).rejects.toThrow('cancelled');
  expect(Math.max(...done)).toBeLessThan(1);
});

test('a run that was cancelled before does nothing', async () => {
  const fetched: string[] = [];
  const leaf = (one: ReferenceLeaf) => {
    fetched.push(one.name);
    return leafOf(one);
  };
  await expect(runReference(model('w'), leaf, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
  expect(fetched).toEqual([]);
});

test('the event loop turns while it computes', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await runReference(bigProduct(), leafOf);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(1);
});

test('a leaf of the wrong size is an error with its place', async () => {
  await expect(runReference(model('w'), async () => new Float32Array(7))).rejects.toThrow(
    'input: x has 7 elements, its type [3,4] has 12',
  );
});

test('errors of fetching pass through', async () => {
  const failing = () => Promise.reject(new TypeError('no such file'));
  await expect(runReference(model('w'), failing)).rejects.toThrow(TypeError);
});

test('empty tensors and scalars run', async () => {
  const builder = createBuilder();
  const x = builder.emit('input', [], { name: 'x', key: 'x', dtype: 'f32', shape: [0, 4] });
  builder.output('rows', builder.emit('softmax', [x], { axis: 1 }), 'output');
  builder.output('sum', builder.emit('reduce_sum', [x], { axes: [0, 1], keepdims: false }), 'output');
  const { outputs } = await runReference(
    builder.build(),
    async ({ type }) => new Float32Array(elementCount(type.shape)),
  );
  expect(outputs.get('rows')!.data).toHaveLength(0);
  expect([...outputs.get('sum')!.data]).toEqual([0]);
});
