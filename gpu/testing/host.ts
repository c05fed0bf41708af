/** What tests on the CPU share: tensors made and compared, graphs evaluated op by op without any pass or device. */
import { expect } from 'vitest';
import { printType } from '../ir/printer.ts';
import { elementCount, type Attributes, type DType, type Graph, type Shape, type ValueId } from '../ir/types.ts';
import { inferTypes, recordOf } from '../ops/infer.ts';
import type { HostTensor } from '../ops/record.ts';

export function tensor(shape: Shape, numbers: ArrayLike<number>, dtype: DType = 'f32'): HostTensor {
  return { dtype, shape, data: Float64Array.from(numbers) };
}

/** Numbers in (−2, 2) without a pattern that an error of indexing could hide in; the same for the same seed. */
export function randomTensor(shape: Shape, seed: number, dtype: DType = 'f32'): HostTensor {
  const numbers = Float64Array.from({ length: elementCount(shape) }, (_, index) => {
    const hash = Math.imul(Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b), 0xc2b2ae35);
    return (hash ^ (hash >>> 15)) / 2 ** 30;
  });
  return {
    dtype,
    shape,
    data: dtype === 'f32' ? numbers : numbers.map((x) => (dtype === 'bool' ? Number(x > 0) : Math.trunc(x * 10))),
  };
}

/** One op: types inferred and checked, then evaluated; the results must be of those types. */
export function evaluateOp(op: string, inputs: readonly HostTensor[], attributes: Attributes = {}): HostTensor[] {
  const types = inferTypes(op, inputs, attributes);
  const results = recordOf(op).evaluate(inputs, attributes);
  expect(results.map(printType)).toEqual(types.map(printType));
  for (const { data, shape } of results) expect(data).toHaveLength(elementCount(shape));
  return results;
}

/** Every output and tap by name; leaves by input's name or weight's path. */
export function evaluateGraph(graph: Graph, leaves: ReadonlyMap<string, HostTensor>): Map<string, HostTensor> {
  const values = new Map<ValueId, HostTensor>();
  for (const { op, inputs, attributes, results } of graph.operations) {
    const name = op === 'input' ? attributes['name'] : attributes['path'];
    const leaf = op === 'input' || op === 'weight' ? leaves.get(String(name)) : undefined;
    const operands = inputs.map((input) => values.get(input)!);
    const tensors = leaf ? [leaf] : evaluateOp(op, operands, attributes);
    for (const [index, result] of results.entries()) values.set(result, tensors[index]!);
  }
  return new Map(graph.outputs.map(({ name, value }) => [name, values.get(value)!]));
}

/** Equal types, and numbers that differ by no more than `tolerance` of the larger of 1 and the wanted one; NaN equals NaN. */
export function expectTensor(got: HostTensor, want: HostTensor, tolerance = 1e-12): void {
  expect(printType(got)).toBe(printType(want));
  for (let i = 0; i < want.data.length; i++) {
    const [a, b] = [got.data[i]!, want.data[i]!];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    if (!(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)))) expect.fail(`element ${i} is ${a}, wanted ${b}`);
  }
}
