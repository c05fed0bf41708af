/** The CPU device: on random graphs, every op's results in ONNX Runtime against its own float64 evaluation of the operands that it got there. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printType } from '../../gpu/ir/printer.ts';
import type { Attributes, DType, Graph, Operation, ValueId } from '../../gpu/ir/types.ts';
import { createBuilder } from '../../gpu/ops/create-builder.ts';
import { recordOf } from '../../gpu/ops/infer.ts';
import type { HostTensor } from '../../gpu/ops/record.ts';
import { runPasses } from '../../gpu/passes/pipeline.ts';
import { tensor } from '../../gpu/testing/host.ts';
import { randomGraphs, type GraphWithLeaves } from '../../gpu/testing/random-graphs.ts';
import { runs } from '../../scripts/effort.ts';
import { OnnxEngine } from '../../export/onnx/run/engine.ts';
import type { Cut } from '../../export/onnx/run/pieces.ts';
import { openOnnxSession } from '../onnx-runtime.ts';
import { openCpuDevice } from './cpu.ts';
import type { LeafWords } from '../../export/target.ts';
import type { ComputedTensor } from '../../export/values.ts';

function vector(numbers: readonly number[], dtype: DType = 'f32'): HostTensor {
  return tensor([numbers.length], numbers, dtype);
}

test('every op means in ONNX Runtime what it means here, in one piece or in many', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomGraphs, fc.constantFrom<Cut>('whole', { flops: 1 }), async ({ graph, leaves }, cut) => {
      const values = await computeAll(graph, leaves, cut);
      for (const operation of graph.operations) checkOperation(operation, values);
    }),
    { numRuns: runs(60), seed: 5 },
  );
});

/** One op on these operands, in ONNX Runtime and by its own evaluation. */
async function both(op: string, operands: readonly HostTensor[], attributes: Attributes = {}) {
  const builder = createBuilder();
  const leaves = new Map(operands.map((operand, index) => [`x${index}`, operand]));
  const inputs = [...leaves].map(([name, { dtype, shape }]) =>
    builder.emit('input', [], { name, key: name, dtype, shape }),
  );
  const results = builder.emitAll(op, inputs, attributes);
  const values = await computeAll(builder.build(), leaves);
  return {
    got: results.map((result) => [...values.get(result)!.data]),
    want: recordOf(op).evaluate(operands, attributes),
  };
}

const EXTREMES = [NaN, Infinity, -Infinity, 3e9, -3e9, 2 ** 31, -(2 ** 31), 2147483520, 2.7, -2.7, -0];

test.each([
  ['numbers beyond i32 become the nearest', 'cast', [vector(EXTREMES)], { dtype: 'i32' }],
  ['what is not 0 is true', 'cast', [vector(EXTREMES)], { dtype: 'bool' }],
  [
    'a division of whole numbers by 0, and the one that overflows, give the dividend',
    'div',
    [vector([7, -7, 0, -(2 ** 31), -(2 ** 31), 7], 'i32'), vector([0, 2, 0, -1, 1, -1], 'i32')],
    {},
  ],
  ['whole numbers wrap', 'mul', [vector([2 ** 30, -7], 'i32'), vector([6, 3], 'i32')], {}],
  ['of equal elements the first is taken', 'top_k', [vector([1, 3, 3, 2, 3])], { k: 4 }],
  ['the first of the largest', 'argmax', [vector([1, 3, 3, 2])], { axis: 0 }],
  ['a sum of nothing', 'reduce_sum', [tensor([2, 0], [])], { axes: [1], keepdims: false }],
  ['a mean of nothing', 'reduce_mean', [tensor([2, 0], [])], { axes: [1], keepdims: true }],
  ['a product over nothing', 'matmul', [tensor([2, 0], []), tensor([0, 3], [])], {}],
])('%s', async (_, op, operands, attributes) => {
  const { got, want } = await both(op, operands, attributes);
  expect(got).toEqual(want.map(({ data }) => [...data]));
});

test('log(1 + x) of a small x keeps its digits', async () => {
  const { got, want } = await both('log1p', [vector([1e-9, -1e-7, 1e-3, 0.5, 1, 1e30, 0, -0.9])]);
  for (const [i, y] of want[0]!.data.entries())
    expect(Math.abs(got[0]![i]! - y)).toBeLessThanOrEqual(3e-7 * Math.abs(y));
});

test('a query whose keys are all shut out has weights of NaN', async () => {
  const [x, mask] = [tensor([2, 2], [1, 2, 3, 4]), tensor([2, 2], [1, 0, 0, 0], 'bool')];
  const { got, want } = await both('attention', [x, x, x, mask], { scale: 1 });
  expect(got).toEqual(want.map(({ data }) => [...data]));
});

test('values of a former run are not computed again, nor are their inputs asked for', async () => {
  const builder = createBuilder();
  const leaf = (name: string, key: string) => builder.emit('input', [], { name, key, dtype: 'f32', shape: [3] });
  const graph = (key: string): Graph => {
    const once = builder.emit('exp', [leaf('x', 'x')]);
    builder.output(`once ${key}`, once, 'tap');
    builder.output(`sum ${key}`, builder.emit('add', [once, leaf('y', key)]), 'output');
    const { outputs, ...built } = builder.build();
    return { ...built, outputs: outputs.filter(({ name }) => name.endsWith(key)) };
  };
  const asked: string[] = [];
  const device = openCpuDevice();
  const compute = (key: string) =>
    device.compute(runPasses(graph(key)), (_, name) => {
      asked.push(name);
      return Promise.resolve(Float32Array.of(0, 0, 0).fill(Number(name === 'y')));
    });
  const first = await compute('a');
  const second = await compute('b');
  expect(asked).toEqual(['x', 'y', 'y']);
  expect(second.tensors.map(({ data }) => data)).toEqual(first.tensors.map(({ data }) => data));
  const sum = second.tensors.find(({ name }) => name === 'sum b')!;
  expect([...sum.data]).toEqual([2, 2, 2]);
  device.dispose();
});

/** exp(x), tapped, and its sum with a value of this key. */
function sumGraph(key: string): Graph {
  const builder = createBuilder();
  const leaf = (name: string, leafKey: string) =>
    builder.emit('input', [], { name, key: leafKey, dtype: 'f32', shape: [3] });
  const once = builder.emit('exp', [leaf('x', 'x')]);
  builder.output('once', once, 'tap');
  builder.output('sum', builder.emit('add', [once, leaf(key, key)]), 'output');
  return runPasses(builder.build());
}

const sumLeaf = ({ name }: { readonly name: string }) =>
  Promise.resolve(Float32Array.of(0, 1, 2).fill(name === 'a' ? 1 : 0, 1));

test('a graph that is run again after another one computes nothing, or the same where it is not kept', async () => {
  const stepsOf = async (budget?: number): Promise<number[]> => {
    const engine = new OnnxEngine({ open: openOnnxSession, cut: 'whole', ...(budget !== undefined && { budget }) });
    const first = await engine.run(sumGraph('a'), sumLeaf);
    const other = await engine.run(sumGraph('b'), sumLeaf);
    const again = await engine.run(sumGraph('a'), sumLeaf);
    const fresh = await engine.run(sumGraph('a'), sumLeaf, { fresh: true });
    expect(fresh.tensors).toEqual(first.tensors);
    expect(fresh.stepsRun).toBe(2);
    expect(other.tensors).not.toEqual(first.tensors);
    expect(again.tensors).toEqual(first.tensors);
    await engine.dispose();
    return [first, other, again].map(({ stepsRun }) => stepsRun);
  };
  expect(await stepsOf()).toEqual([2, 1, 0]);
  expect(await stepsOf(0)).toEqual([2, 2, 2]);
});

test('a run that was cancelled keeps no more than the budget', async () => {
  const engine = new OnnxEngine({ open: openOnnxSession, cut: { flops: 1 }, budget: 0 });
  const stop = new AbortController();
  const running = engine.run(sumGraph('a'), sumLeaf, {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('cancelled')),
  });
  await expect(running).rejects.toThrow('cancelled');
  expect(engine.pool.bytes).toBe(0);
  await engine.dispose();
});

/** Every value of the graph, as taps. */
async function computeAll(
  graph: Graph,
  leaves: GraphWithLeaves['leaves'],
  cut: Cut = 'whole',
): Promise<ReadonlyMap<ValueId, HostTensor>> {
  const ids = [...graph.types.keys()];
  const tapped: Graph = { ...graph, outputs: ids.map((value) => ({ name: `%${value}`, value, kind: 'tap' })) };
  const engine = new OnnxEngine({ open: openOnnxSession, cut });
  const { tensors } = await engine.run(runPasses(tapped), ({ name }) => Promise.resolve(wordsOf(leaves.get(name)!)));
  await engine.dispose();
  for (const [index, { type }] of tensors.entries()) {
    expect(printType(type)).toBe(printType(graph.types.get(ids[index]!)!));
  }
  return new Map(tensors.map((tensor, index) => [ids[index]!, hostOf(tensor)]));
}

function wordsOf({ dtype, data }: HostTensor): LeafWords {
  return dtype === 'f32' ? Float32Array.from(data) : Int32Array.from(data);
}

function hostOf({ type, data }: ComputedTensor): HostTensor {
  return { ...type, data: Float64Array.from(data) };
}

/** Beyond this float32 has no digits left to compare sums of products by. */
const LARGEST_OPERAND = 1e3;

function checkOperation(operation: Operation, values: ReadonlyMap<ValueId, HostTensor>): void {
  const { op, inputs, attributes, results } = operation;
  if (op === 'input' || op === 'weight') return;
  const record = recordOf(op);
  const operands = inputs.map((input) => values.get(input)!);
  const largest = operands.flatMap(({ data }) => [...data]).reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  const isExact = record.wgsl.kind === 'expression' || record.wgsl.kind === 'movement' || operands.length === 0;
  if (!isExact && !(largest <= LARGEST_OPERAND)) return;
  // An error of a rounding of the largest product; an elementwise op has no sum to lose digits in.
  const scale = isExact ? 1 : largest * largest;
  for (const [index, want] of record.evaluate(operands, attributes).entries()) {
    compare(values.get(results[index]!)!, want, scale, `${op} ${operands.map(describe).join(' ')}`);
  }
}

function compare(got: HostTensor, want: HostTensor, scale: number, place: string): void {
  for (const [i, exact] of want.data.entries()) {
    const [a, b] = [got.data[i]!, want.dtype === 'f32' ? Math.fround(exact) : exact];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    if (!(Math.abs(a - b) <= 4e-6 * Math.max(scale, Math.abs(b))))
      expect.fail(`${place}: element ${i} is ${a}, wanted ${b}`);
  }
}

function describe({ data, ...type }: HostTensor): string {
  return `${printType(type)}(${[...data.subarray(0, 12)].join(' ')})`;
}
