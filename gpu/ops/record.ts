/** What an op is: one record that says how to check it, compute it on the CPU, and write it in WGSL and ONNX. */
import type { IndexCondition, IndexExpression } from '../ir/index-expression.ts';
import type { Attributes, DType, TensorType, ValueId } from '../ir/types.ts';
import type { OpOnnx } from './onnx.ts';
import type { Part } from './part.ts';

/** A tensor on the CPU, row-major; every dtype is held as float64 (bool as 0 and 1). */
export interface HostTensor extends TensorType {
  readonly data: Float64Array;
}

/**
 * Elementwise: one WGSL expression over the operands' scalars. A value of dtype bool is a WGSL `bool` here, as operand
 * and as result; storing it as u32 is the kernel's business.
 */
export interface ExpressionWgsl {
  readonly kind: 'expression';
  /** `operands` are WGSL scalar expressions, already in parentheses where needed; `dtype` is the first operand's. */
  emit(operands: readonly string[], attributes: Attributes, dtype: DType): string;
  /** WGSL functions that `emit` calls, by name, each included once per shader. */
  readonly functions?: Readonly<Record<string, string>>;
}

/** Where in which operand the element at `coordinates` of the result is read. */
export interface MovementSource {
  readonly operand: number;
  readonly coordinates: readonly IndexExpression[];
  /** Read this source only where this is true; the first source whose condition holds counts. Absent: always. */
  readonly condition?: IndexCondition;
}

/** Movement: no kernel of its own; index arithmetic in the kernel that reads. */
export interface MovementWgsl {
  readonly kind: 'movement';
  /** Where no source's condition holds, the value is `fill`. */
  sources(
    coordinates: readonly IndexExpression[],
    inputs: readonly TensorType[],
    attributes: Attributes,
  ): MovementSource[];
  fill?(attributes: Attributes): number;
}

/** Elements of operand 0 from the row that operand 1 names: a read in the kernel that uses them, none of its own. */
export interface GatherWgsl {
  readonly kind: 'gather';
}

/** A family of kernels in gpu/wgsl that is generated whole. */
export interface KernelWgsl {
  readonly kind: 'kernel';
  readonly family: 'reduce' | 'matmul' | 'softmax' | 'layer_norm' | 'attention' | 'patch_conv' | 'lstm_step' | 'top_k';
}

/** A leaf has no kernel: its bytes are uploaded (input, weight, literal), or it is written into the reader (constant, iota). */
export interface LeafWgsl {
  readonly kind: 'leaf';
  readonly leaf: 'input' | 'weight' | 'literal' | 'constant' | 'iota';
}

/** No kernel: `decompose` must be there, and is applied before code is generated. */
export interface DecomposedWgsl {
  readonly kind: 'decomposed';
}

export type OpWgsl = ExpressionWgsl | MovementWgsl | GatherWgsl | KernelWgsl | LeafWgsl | DecomposedWgsl;

/** What an attribute's value must be; `shape` is a list of integers that are at least 0. */
export type AttributeKind = 'integer' | 'number' | 'boolean' | 'string' | 'dtype' | 'integers' | 'numbers' | 'shape';

/** What a decomposition builds with; gpu/ir/builder.ts satisfies it. */
export interface Emitter {
  emit(op: string, inputs: readonly ValueId[], attributes?: Attributes): ValueId;
  emitAll(op: string, inputs: readonly ValueId[], attributes?: Attributes): ValueId[];
  typeOf(value: ValueId): TensorType;
}

/** What a part of a result takes: the parts of the operands (null: all of one) and the attributes that then hold. */
export interface Narrowed {
  readonly operands: readonly (Part | null)[];
  readonly attributes: Attributes;
}

export interface OpRecord {
  readonly name: string;
  /** One sentence: what it computes. */
  readonly summary: string;
  /** Every attribute, each of which must be given; checked before `infer`. */
  readonly attributes: Readonly<Record<string, AttributeKind>>;
  readonly wgsl: OpWgsl;
  readonly onnx: OpOnnx;
  /**
   * Result types.
   * @throws {IrError} where operands or attributes do not fit, naming the operand.
   */
  infer(inputs: readonly TensorType[], attributes: Attributes): TensorType[];
  /** Computes in float64: the oracle of the tests, the constant folder, and what runs where there is no GPU. */
  evaluate(inputs: readonly HostTensor[], attributes: Attributes): HostTensor[];
  /** `evaluate` with a pause every few milliseconds of work, for ops that may take long: whoever runs it may stop it there. */
  evaluateInSteps?(inputs: readonly HostTensor[], attributes: Attributes): Generator<void, HostTensor[]>;
  /** The same in terms of simpler ops; for composites. */
  decompose?(emitter: Emitter, inputs: readonly ValueId[], attributes: Attributes): ValueId[];
  /** How the first result's part is computed alone; undefined where that saves nothing. Elementwise ops need not say. */
  narrow?(part: Part, inputs: readonly TensorType[], attributes: Attributes): Narrowed | undefined;
  /** Floating point operations, a multiply-add as two. */
  flops(inputs: readonly TensorType[], attributes: Attributes): number;
}
