/** Every op that PyTorch has too against PyTorch in float64 (golden.json, made by golden.py). */
import { expect, test } from 'vitest';
import type { Attributes, DType } from '../ir/types.ts';
import { evaluateGraph, evaluateOp, expectTensor, tensor } from '../testing/host.ts';
import { createBuilder } from './create-builder.ts';
import golden from './golden.json' with { type: 'json' };
import { recordOf } from './infer.ts';
import type { HostTensor } from './record.ts';

interface Case {
  readonly op: string;
  readonly attributes: Attributes;
  readonly inputs: readonly Numbers[];
  readonly outputs: readonly Numbers[];
}

interface Numbers {
  /** f32 where it is missing. */
  readonly dtype?: DType;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

/** JSON writes the last digit of what was computed; functions may differ in theirs. */
const TOLERANCE = 2e-15;

const cases = golden.cases as unknown as readonly Case[];
const tensorOf = ({ dtype, shape, values }: Numbers): HostTensor => tensor(shape, values.map(Number), dtype);

test.each(cases.map((one) => [`${one.op} ${JSON.stringify(one.attributes)}`, one] as const))('%s', (_, one) => {
  const inputs = one.inputs.map(tensorOf);
  const results = evaluateOp(one.op, inputs, one.attributes);
  expect(results).toHaveLength(one.outputs.length);
  for (const [index, output] of one.outputs.entries()) expectRelative(results[index]!, tensorOf(output));
});

/** Elementwise functions are held to relative errors of their own size; sums of many, to those of the largest term. */
function expectRelative(got: HostTensor, want: HostTensor): void {
  expectTensor(got, want, 1e-13);
  for (let i = 0; i < want.data.length; i++) {
    const [a, b] = [got.data[i]!, want.data[i]!];
    if (!Number.isFinite(b) || a === b || want.data.length !== LINE) continue;
    if (Math.abs(a - b) > TOLERANCE * Math.abs(b) + Number.MIN_VALUE) expect.fail(`element ${i} is ${a}, wanted ${b}`);
  }
}

/** Length of the list of arguments that unary functions are tried on. */
const LINE = 32;

test.each(cases.filter(({ op }) => 'decompose' in recordOf(op)).map((one) => [one.op, one] as const))(
  '%s decomposed gives the same',
  (_, { op, attributes, inputs, outputs }) => {
    const builder = createBuilder();
    const leaves = new Map(inputs.map((input, index) => [`in${index}`, tensorOf(input)]));
    const operands = [...leaves].map(([name, { dtype, shape }]) =>
      builder.emit('input', [], { name, key: name, dtype, shape }),
    );
    const results = recordOf(op).decompose!(builder, operands, attributes);
    for (const [index, result] of results.entries()) builder.output(`out${index}`, result, 'output');
    const values = evaluateGraph(builder.build(), leaves);
    for (const [index, output] of outputs.entries()) expectTensor(values.get(`out${index}`)!, tensorOf(output), 1e-12);
  },
);
