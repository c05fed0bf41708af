/** Builds a graph operation by operation; types are inferred and checked at once, so that an error names its place. */
import { IrError } from './errors.ts';
import type { Attributes, Graph, GraphOutput, Operation, TensorType, ValueId } from './types.ts';

/** Result types of an op; gpu/ops gives it. @throws {IrError} where operands or attributes do not fit. */
export type InferTypes = (op: string, inputs: readonly TensorType[], attributes: Attributes) => TensorType[];

const NO_ATTRIBUTES: Attributes = {};

/** A graph under construction; `build` gives the finished one. */
export class Builder {
  /** Path of the node instance that the next operations come from. */
  origin = '';

  readonly #infer: InferTypes;
  readonly #operations: Operation[] = [];
  readonly #types = new Map<ValueId, TensorType>();
  readonly #outputs: GraphOutput[] = [];

  constructor(infer: InferTypes) {
    this.#infer = infer;
  }

  /**
   * Appends an operation of one result.
   * @throws {IrError} with origin and op, where operands or attributes do not fit.
   */
  emit(op: string, inputs: readonly ValueId[], attributes: Attributes = NO_ATTRIBUTES): ValueId {
    const results = this.emitAll(op, inputs, attributes);
    if (results.length !== 1) throw this.#error(op, `has ${results.length} results; use emitAll`);
    return results[0]!;
  }

  /**
   * Appends an operation and gives all its results.
   * @throws {IrError} with origin and op, where operands or attributes do not fit.
   */
  emitAll(op: string, inputs: readonly ValueId[], attributes: Attributes = NO_ATTRIBUTES): ValueId[] {
    const operands = inputs.map((input) => this.#types.get(input) ?? this.#unknown(op, input));
    let types: TensorType[];
    try {
      types = this.#infer(op, operands, attributes);
    } catch (error) {
      throw error instanceof IrError ? IrError.located(error, { op, origin: this.origin }) : error;
    }
    const first = this.#types.size;
    const results = types.map((_, index) => first + index);
    for (const [index, result] of results.entries()) this.#types.set(result, types[index]!);
    this.#operations.push({ op, inputs: [...inputs], attributes, results, origin: this.origin });
    return results;
  }

  /** @throws {IrError} if the value is not of this graph. */
  typeOf(value: ValueId): TensorType {
    return this.#types.get(value) ?? this.#unknown('typeOf', value);
  }

  /** Asks for a value from outside, under a name that no other output of the kind has. */
  output(name: string, value: ValueId, kind: GraphOutput['kind']): void {
    this.typeOf(value);
    if (this.#outputs.some((output) => output.name === name && output.kind === kind)) {
      throw this.#error('output', `there are two ${kind}s named ${name}`);
    }
    this.#outputs.push({ name, value, kind });
  }

  build(): Graph {
    return { operations: [...this.#operations], types: new Map(this.#types), outputs: [...this.#outputs] };
  }

  #unknown(op: string, value: ValueId): never {
    throw this.#error(op, `%${value} is no value of this graph`);
  }

  #error(op: string, reason: string): IrError {
    return new IrError(reason, { op, origin: this.origin });
  }
}
