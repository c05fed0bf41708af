/** What depends on constants alone is computed now, through the ops' own evaluation. */
import { elementCount, type DType, type TensorType, type ValueId } from '../../ir/types.ts';
import { inferTypes, recordOf } from '../../ops/infer.ts';
import type { HostTensor } from '../../ops/record.ts';
import { replaced, splatOf, type Candidate, type Rule, type View } from './rule.ts';

/** Larger results are not worth writing out: the kernel that reads them computes them from less. */
const MOST_ELEMENTS = 1024;

/** Elementwise over constants: one number stands for all of them, however many. */
const elementwise: Rule = ({ op, inputs, attributes }, view) => {
  if (recordOf(op).wgsl.kind !== 'expression') return undefined;
  const operands: HostTensor[] = [];
  for (const input of inputs) {
    const value = splatOf(view, input);
    if (value === undefined) return undefined;
    operands.push({ dtype: view.typeOf(input).dtype, shape: [], data: Float64Array.of(value) });
  }
  const [result] = recordOf(op).evaluate(operands, attributes);
  const { shape } = view.typeOf(inputs[0]!);
  return holds(result!) ? view.constant(result!.data[0]!, { dtype: result!.dtype, shape }) : undefined;
};

/** Movement of a constant is a constant, if nothing else is mixed in. */
const movement: Rule = ({ op, inputs, attributes }, view) => {
  const record = recordOf(op);
  if (record.wgsl.kind !== 'movement') return undefined;
  const values = new Set(inputs.map((input) => splatOf(view, input)));
  if (record.wgsl.fill) values.add(record.wgsl.fill(attributes));
  const [value] = values;
  if (values.size !== 1 || value === undefined) return undefined;
  return view.constant(
    value,
    inferTypes(
      op,
      inputs.map((input) => view.typeOf(input)),
      attributes,
    )[0]!,
  );
};

/** Anything over small constants and literals. */
const small: Rule = ({ op, inputs, attributes }, view) => {
  const record = recordOf(op);
  if (record.wgsl.kind === 'leaf' || inputs.length === 0) return undefined;
  const operands: HostTensor[] = [];
  for (const input of inputs) {
    const tensor = smallTensor(input, view);
    if (!tensor) return undefined;
    operands.push(tensor);
  }
  const type = inferTypes(op, operands, attributes)[0]!;
  if (elementCount(type.shape) > MOST_ELEMENTS) return undefined;
  const [result] = record.evaluate(operands, attributes);
  return holds(result!) ? leafOf(result!, type, view) : undefined;
};

function smallTensor(value: ValueId, view: View): HostTensor | undefined {
  const producer = view.producerOf(value);
  if (producer?.op !== 'constant' && producer?.op !== 'literal') return undefined;
  if (elementCount(view.typeOf(value).shape) > MOST_ELEMENTS) return undefined;
  return recordOf(producer.op).evaluate([], producer.attributes)[0];
}

function leafOf({ data }: HostTensor, { dtype, shape }: TensorType, view: View): Candidate | ValueId {
  const [first = 0] = data;
  if (data.every((value) => Object.is(value, first))) return view.constant(first, { dtype, shape });
  return replaced('literal', [], { values: [...data], dtype, shape });
}

/** Whether every number can be written into a shader: no infinity and no NaN, which WGSL rejects in constants. */
function holds({ data, dtype }: HostTensor): boolean {
  return data.every((value) => Math.abs(value) <= LARGEST[dtype]);
}

const LARGEST: Readonly<Record<DType, number>> = { f32: 3.4028234663852886e38, f16: 65504, i32: 2 ** 31, bool: 1 };

export const CONSTANT_RULES: readonly Rule[] = [elementwise, movement, small];
