/** A model under construction: what the records of gpu/ops write into. Values have numbers; names come last. */
import { broadcastShape } from '../../gpu/ops/broadcast.ts';
import { sameShape } from '../../gpu/ops/checks.ts';
import type { OnnxAttributes, OnnxDType, OnnxType, OnnxValue, OnnxWriter } from '../../gpu/ops/onnx.ts';
import { elementCount, type Shape } from '../../gpu/ir/types.ts';
import type { OnnxInitializer } from './model.ts';

export interface DraftNode {
  readonly operator: string;
  readonly inputs: readonly (OnnxValue | undefined)[];
  readonly outputs: readonly OnnxValue[];
  readonly attributes: OnnxAttributes;
  /** Path of the instance that it was lowered from. */
  readonly origin: string;
}

export interface DraftInitializer {
  readonly value: OnnxValue;
  readonly from: OnnxInitializer['from'];
}

export interface DraftInput {
  readonly name: string;
  readonly value: OnnxValue;
}

export class Draft implements OnnxWriter {
  /** Path of the instance that the next nodes come from. */
  origin = '';

  readonly inputs: DraftInput[] = [];
  readonly nodesInOrder: DraftNode[] = [];
  readonly initializers: DraftInitializer[] = [];

  /** How whole numbers cross the model's border. */
  readonly #border: 'i32' | 'i64';
  readonly #constants = new Map<string, OnnxValue>();
  readonly #whole = new Map<string, OnnxValue>();
  readonly #results = new Set<number>();
  #count = 0;

  constructor(border: 'i32' | 'i64') {
    this.#border = border;
  }

  input(name: string, type: OnnxType): OnnxValue {
    const outside = this.#value({ ...type, dtype: this.#borderOf(type.dtype) });
    this.inputs.push({ name, value: outside });
    return outside.dtype === type.dtype ? outside : this.elementwise('Cast', [outside], type.dtype);
  }

  weight(path: string, type: OnnxType): OnnxValue {
    return this.#initializer(type, { kind: 'weight', path });
  }

  number(value: number, { dtype, shape }: OnnxType): OnnxValue {
    return this.broadcast(this.literal([value], { dtype, shape: [] }), shape);
  }

  literal(numbers: readonly number[], type: OnnxType): OnnxValue {
    // −0 is 0 in text, and another number.
    const texts = numbers.map((number) => (Object.is(number, -0) ? '-0' : String(number)));
    const key = `${type.dtype}[${type.shape.join()}]${texts.join()}`;
    const known = this.#constants.get(key);
    if (known) return known;
    const value = this.#initializer(type, { kind: 'numbers', numbers });
    this.#constants.set(key, value);
    return value;
  }

  integers(values: readonly number[]): OnnxValue {
    return this.literal(values, { dtype: 'i64', shape: [values.length] });
  }

  broadcast(value: OnnxValue, shape: Shape): OnnxValue {
    return { ...value, shape };
  }

  elementwise(operator: string, operands: readonly OnnxValue[], dtype = operands.at(-1)!.dtype): OnnxValue {
    const attributes: OnnxAttributes = operator === 'Cast' ? { to: ELEMENT_TYPES[dtype] } : {};
    const shapeOf = (key: 'shape' | 'stored'): Shape => operands.map((operand) => operand[key]).reduce(broadcastShape);
    const [shape, stored] = [shapeOf('shape'), shapeOf('stored')];
    if (isEmpty(shape)) return this.literal([], { dtype, shape });
    const result = { ...this.#value({ dtype, shape: stored }), shape };
    this.#push(operator, operands, [result], attributes);
    return result;
  }

  node(
    operator: string,
    operands: readonly (OnnxValue | undefined)[],
    type: OnnxType,
    attributes: OnnxAttributes = {},
  ): OnnxValue {
    return this.nodes(operator, operands, [type], attributes)[0]!;
  }

  nodes(
    operator: string,
    operands: readonly (OnnxValue | undefined)[],
    types: readonly OnnxType[],
    attributes: OnnxAttributes = {},
  ): OnnxValue[] {
    if (types.every(({ shape }) => isEmpty(shape))) return types.map((type) => this.literal([], type));
    const results = types.map((type) => this.#value(type));
    this.#push(
      operator,
      operands.map((operand) => operand && this.whole(operand)),
      results,
      attributes,
    );
    return results;
  }

  /** The value as a tensor of its own shape. */
  whole(value: OnnxValue): OnnxValue {
    const { shape, stored } = value;
    if (sameShape(stored, shape)) return value;
    const key = `${value.id}[${shape.join()}]`;
    const known = this.#whole.get(key);
    if (known) return known;
    if (isEmpty(shape)) return this.literal([], { dtype: value.dtype, shape });
    const operator = elementCount(stored) === elementCount(shape) ? 'Reshape' : 'Expand';
    const result = this.#value({ dtype: value.dtype, shape });
    this.#push(operator, [{ ...value, shape: stored }, this.integers(shape)], [result], {});
    this.#whole.set(key, result);
    return result;
  }

  /** The value as it leaves the model: whole, and whole numbers in the border's width. */
  output(value: OnnxValue): OnnxValue {
    const whole = this.whole(value);
    const dtype = this.#borderOf(whole.dtype);
    return dtype === whole.dtype ? whole : this.elementwise('Cast', [whole], dtype);
  }

  /** Whether a node gives the value: it is no input and no initializer. */
  isResult({ id }: OnnxValue): boolean {
    return this.#results.has(id);
  }

  /** The same under a number of its own, whatever its size. */
  identity(value: OnnxValue): OnnxValue {
    const result = this.#value(value);
    this.#push('Identity', [value], [result], {});
    return result;
  }

  #borderOf(dtype: OnnxDType): OnnxDType {
    return dtype === 'i32' ? this.#border : dtype;
  }

  #value({ dtype, shape }: OnnxType): OnnxValue {
    return { id: this.#count++, dtype, shape, stored: shape };
  }

  #initializer(type: OnnxType, from: OnnxInitializer['from']): OnnxValue {
    const value = this.#value(type);
    this.initializers.push({ value, from });
    return value;
  }

  #push(
    operator: string,
    inputs: readonly (OnnxValue | undefined)[],
    outputs: readonly OnnxValue[],
    attributes: OnnxAttributes,
  ): void {
    for (const { id } of outputs) this.#results.add(id);
    this.nodesInOrder.push({ operator, inputs, outputs, attributes, origin: this.origin });
  }
}

/** Results of no elements are written out: some operators of ONNX Runtime end the process over them. */
function isEmpty(shape: Shape): boolean {
  return elementCount(shape) === 0;
}

/** TensorProto.DataType. */
export const ELEMENT_TYPES: Readonly<Record<OnnxDType, number>> = { f32: 1, f16: 10, i32: 6, i64: 7, bool: 9 };
