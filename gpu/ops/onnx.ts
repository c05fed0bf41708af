/**
 * How ops are written in ONNX, operator set 17: each record says it in its `onnx`, over the writer here, which
 * export/onnx/ implements. Elementwise operators of ONNX broadcast as NumPy's do, so a value may stand smaller than it is.
 */
import type { Attributes, DType, Shape } from '../ir/types.ts';
import { dtypeOf } from './attributes.ts';
import { NUMBERS } from './checks.ts';

/** ONNX counts and indexes in 64 bits. */
export type OnnxDType = DType | 'i64';

export interface OnnxType {
  readonly dtype: OnnxDType;
  readonly shape: Shape;
}

/** A value in the model under construction. */
export interface OnnxValue extends OnnxType {
  readonly id: number;
  /** The shape it stands in; where it is not `shape` itself, it broadcasts to that. */
  readonly stored: Shape;
}

/** A whole number or several, a text, or a floating point number. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

/** Builds the model; every method gives values to go on with. Results of no elements need no operator: the writer sees to them. */
export interface OnnxWriter {
  input(name: string, type: OnnxType): OnnxValue;
  /** A parameter, by its path in the state_dict. */
  weight(path: string, type: OnnxType): OnnxValue;
  /** One number everywhere; it stands as a scalar. */
  number(value: number, type: OnnxType): OnnxValue;
  /** Numbers written out, row-major. */
  literal(values: readonly number[], type: OnnxType): OnnxValue;
  /** Sizes, axes or positions: a vector of i64. */
  integers(values: readonly number[]): OnnxValue;
  /** The value under a shape that it broadcasts to; nothing is written while its readers broadcast. */
  broadcast(value: OnnxValue, shape: Shape): OnnxValue;
  /** An operator whose operands broadcast, and which has no attributes but `to`. Its dtype is the last operand's, unless given. */
  elementwise(operator: string, operands: readonly OnnxValue[], dtype?: OnnxDType): OnnxValue;
  /** An operator of one result that sees its operands in full; an operand may be left out. */
  node(
    operator: string,
    operands: readonly (OnnxValue | undefined)[],
    type: OnnxType,
    attributes?: OnnxAttributes,
  ): OnnxValue;
  /** The same with several results. */
  nodes(
    operator: string,
    operands: readonly (OnnxValue | undefined)[],
    types: readonly OnnxType[],
    attributes?: OnnxAttributes,
  ): OnnxValue[];
}

/** Writes an op; its results as values of the model. */
export type WriteOnnx = (writer: OnnxWriter, operands: readonly OnnxValue[], attributes: Attributes) => OnnxValue[];

/** `decomposed`: by what it is made of. */
export type OpOnnx = 'decomposed' | WriteOnnx;

/** An elementwise operator of ONNX that does what the op does. */
export function onnxElementwise(operator: string, dtype?: OnnxDType): WriteOnnx {
  return (writer, operands) => [writer.elementwise(operator, operands, dtype)];
}

/** The negation of an operator that compares. */
export function onnxNot(operator: string): WriteOnnx {
  return (writer, operands) => [writer.elementwise('Not', [writer.elementwise(operator, operands, 'bool')])];
}

/** The number as an operand beside `like`. */
export function onnxNumber(writer: OnnxWriter, value: number, like: OnnxType): OnnxValue {
  return writer.number(value, { dtype: like.dtype, shape: [] });
}

/** The value in another dtype, where it is not in it already. */
export function onnxCast(writer: OnnxWriter, value: OnnxValue, dtype: OnnxDType): OnnxValue {
  return value.dtype === dtype ? value : writer.elementwise('Cast', [value], dtype);
}

/** The same elements under another shape. */
export function onnxReshape(writer: OnnxWriter, value: OnnxValue, shape: Shape): OnnxValue {
  return writer.node('Reshape', [value, writer.integers(shape)], { dtype: value.dtype, shape });
}

/** A product of matrices; where they have nothing in common, a sum of nothing. */
export function onnxMatmul(writer: OnnxWriter, a: OnnxValue, b: OnnxValue, shape: Shape): OnnxValue {
  const type = { dtype: a.dtype, shape };
  return a.shape.at(-1) === 0 ? writer.number(0, type) : writer.node('MatMul', [a, b], type);
}

/** ONNX leaves open what becomes of numbers beyond i32; WGSL, and so the IR, takes the nearest, and 0 for NaN. */
export function onnxToInteger(writer: OnnxWriter, x: OnnxValue): OnnxValue {
  const beyond = writer.elementwise('GreaterOrEqual', [x, onnxNumber(writer, 2 ** 31, x)], 'bool');
  const below = writer.elementwise('Less', [x, onnxNumber(writer, -(2 ** 31), x)], 'bool');
  const unusual = writer.elementwise('Or', [
    writer.elementwise('Or', [beyond, below]),
    writer.elementwise('IsNaN', [x], 'bool'),
  ]);
  const usual = writer.elementwise('Where', [unusual, onnxNumber(writer, 0, x), x]);
  const number = (value: number): OnnxValue => writer.number(value, { dtype: 'i32', shape: [] });
  const truncated = writer.elementwise('Cast', [usual], 'i32');
  const raised = writer.elementwise('Where', [below, number(-(2 ** 31)), truncated]);
  return writer.elementwise('Where', [beyond, number(2 ** 31 - 1), raised]);
}

/** A conversion as the op `cast` means it. */
export function onnxConvert(writer: OnnxWriter, x: OnnxValue, attributes: Attributes): OnnxValue {
  const dtype = dtypeOf(attributes, 'dtype');
  const fromFloat = NUMBERS.includes(x.dtype as DType) && x.dtype !== 'i32';
  return dtype === 'i32' && fromFloat ? onnxToInteger(writer, x) : onnxCast(writer, x, dtype);
}
