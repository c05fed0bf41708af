/** The tensor IR as plain data: SSA operations over values whose shapes and dtypes are known. */

/** Element types. `bool` is u32 in storage; f16 is storage only where the adapter has it. */
export type DType = 'f32' | 'f16' | 'i32' | 'bool';

export type Shape = readonly number[];

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Names one SSA value inside one graph. */
export type ValueId = number;

export type Attribute = number | string | boolean | readonly number[] | readonly string[];
export type Attributes = Readonly<Record<string, Attribute>>;

export interface Operation {
  /** Name of a record in gpu/ops. */
  readonly op: string;
  readonly inputs: readonly ValueId[];
  readonly attributes: Attributes;
  readonly results: readonly ValueId[];
  /** Path of the node instance that it was lowered from (`blocks.0.attention.q_proj`); for messages and timings. */
  readonly origin: string;
}

/** A value the outside asks for: an `output` of the model, or a `tap`, a value that somebody looks at. */
export interface GraphOutput {
  /** Outputs: the output's name. Taps: the port's path (`blocks.0.attention.softmax.output`). */
  readonly name: string;
  readonly value: ValueId;
  readonly kind: 'output' | 'tap';
}

/** Operations stand in an order in which every input is defined before it is used. */
export interface Graph {
  readonly operations: readonly Operation[];
  readonly types: ReadonlyMap<ValueId, TensorType>;
  readonly outputs: readonly GraphOutput[];
}

/** Number of elements of a shape; 1 for a scalar, 0 if any dimension is 0. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Strides in elements of a row-major tensor of this shape. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = Array.from<number>({ length: shape.length });
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}
