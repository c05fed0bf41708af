/** Random graphs through ONNX Runtime: every op's results against its own float64 evaluation of the operands that it got there. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printType } from '../../gpu/ir/printer.ts';
import type { Graph, Operation, ValueId } from '../../gpu/ir/types.ts';
import { recordOf } from '../../gpu/ops/infer.ts';
import type { HostTensor } from '../../gpu/ops/record.ts';
import { runPasses } from '../../gpu/passes/pipeline.ts';
import { randomGraphs, type GraphWithLeaves } from '../../gpu/testing/random-graphs.ts';
import { runs } from '../../scripts/effort.ts';
import { openCpuDevice } from './cpu.ts';
import type { ComputedTensor, LeafData } from './device.ts';

test('every op means in ONNX Runtime what it means here', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomGraphs, async ({ graph, leaves }) => {
      const values = await computeAll(graph, leaves);
      for (const operation of graph.operations) checkOperation(operation, values);
    }),
    { numRuns: runs(60), seed: 5 },
  );
});

/** Every value of the graph, as taps. */
async function computeAll(graph: Graph, leaves: GraphWithLeaves['leaves']): Promise<ReadonlyMap<ValueId, HostTensor>> {
  const ids = [...graph.types.keys()];
  const tapped: Graph = { ...graph, outputs: ids.map((value) => ({ name: `%${value}`, value, kind: 'tap' })) };
  const device = openCpuDevice();
  const { tensors } = await device
    .compute(runPasses(tapped), (_, name) => Promise.resolve(wordsOf(leaves.get(name)!)))
    .finally(() => device.dispose());
  for (const [index, { type }] of tensors.entries()) {
    expect(printType(type)).toBe(printType(graph.types.get(ids[index]!)!));
  }
  return new Map(tensors.map((tensor, index) => [ids[index]!, hostOf(tensor)]));
}

function wordsOf({ dtype, data }: HostTensor): LeafData {
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
