/** For tests: a graph of one op, run on the adapter and by the op's own `evaluate`. */
import { expect } from 'vitest';
import type { Builder } from '../ir/builder.ts';
import type { Attributes, DType, Graph, ValueId } from '../ir/types.ts';
import { createBuilder } from '../ops/create-builder.ts';
import type { HostTensor } from '../ops/record.ts';
import type { Engine } from '../runtime/engine.ts';
import { evaluateGraph, runOnGpu, type Leaves } from './on-gpu.ts';

export interface Operand {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** A graph of one op over inputs `in0`, `in1`, …, and outputs `out0`, …. */
export function oneOp(
  op: string,
  operands: readonly Operand[],
  attributes: Attributes,
): { graph: Graph; leaves: Leaves } {
  const builder = createBuilder();
  builder.origin = op;
  const inputs = operands.map(({ dtype, shape }, index) => input(builder, `in${index}`, dtype, shape));
  const results = builder.emitAll(op, inputs, attributes);
  for (const [index, result] of results.entries()) builder.output(`out${index}`, result, 'output');
  const leaves: Leaves = Object.fromEntries(operands.map(({ data }, index) => [`in${index}`, Float64Array.from(data)]));
  return { graph: builder.build(), leaves };
}

function input(builder: Builder, name: string, dtype: DType, shape: readonly number[]): ValueId {
  return builder.emit('input', [], { name, key: `${name} ${shape.join(' ')}`, dtype, shape });
}

/** Each result on the adapter, and as it should be. */
export async function both(
  engine: Engine,
  op: string,
  operands: readonly Operand[],
  attributes: Attributes = {},
): Promise<[HostTensor, HostTensor][]> {
  const { graph, leaves } = oneOp(op, operands, attributes);
  const got = await runOnGpu(engine, graph, leaves);
  return [...evaluateGraph(graph, leaves)].map(([name, want]) => [got.get(name)!, want]);
}

/** Each element within the error that WGSL grants its functions, and infinite where float32 overflows. */
export function expectClose(got: HostTensor, want: HostTensor, tolerance: number, absolute = 1.2e-38): void {
  expect(got.shape).toEqual(want.shape);
  expect(got.data.length).toBe(want.data.length);
  for (let i = 0; i < want.data.length; i++) {
    const [a, b] = [got.data[i]!, Math.fround(want.data[i]!)];
    if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    // Numbers below float32's normal range may be flushed to zero.
    const allowed = tolerance * Math.abs(b) + absolute;
    if (!(Math.abs(a - b) <= allowed)) expect.fail(`element ${i} is ${a}, wanted ${b}`);
  }
}

export const f32 = (shape: readonly number[], data: ArrayLike<number>): Operand => ({ dtype: 'f32', shape, data });

export const i32 = (shape: readonly number[], data: ArrayLike<number>): Operand => ({ dtype: 'i32', shape, data });
