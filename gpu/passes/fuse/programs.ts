/** Writes programs of scalars: follows a value back through movement and elementwise ops to what is in a buffer. */
import { flatten } from '../../ir/index-arithmetic.ts';
import { printIndex, type IndexExpression } from '../../ir/index-expression.ts';
import type { Scalar } from '../../ir/kernel.ts';
import { elementCount, type Attributes, type DType, type Operation, type ValueId } from '../../ir/types.ts';
import { FusionError } from './errors.ts';
import { movementSources, type GraphView } from './view.ts';

/** Values that are loaded from a buffer rather than computed. */
export type IsStored = (value: ValueId) => boolean;

export class ProgramBuilder {
  readonly scalars: Scalar[] = [];
  readonly #view: GraphView;
  readonly #isStored: IsStored;
  /** By value and coordinates. */
  readonly #known = new Map<string, number>();
  /** Values of the kernel itself at the point that it computes. */
  readonly #own = new Map<ValueId, number>();
  /** Writes what the core made of a value, where it is wanted. */
  readonly #writers = new Map<ValueId, (builder: ProgramBuilder) => number>();

  constructor(view: GraphView, isStored: IsStored) {
    this.#view = view;
    this.#isStored = isStored;
  }

  push(scalar: Scalar): number {
    return this.scalars.push(scalar) - 1;
  }

  /** Says which scalar a value of the kernel is. */
  own(value: ValueId, scalar: number): void {
    this.#own.set(value, scalar);
  }

  /** Says how a value of the kernel is written at the point that it computes. */
  define(value: ValueId, write: (builder: ProgramBuilder) => number): void {
    this.#writers.set(value, write);
  }

  /** The scalar that is the value's element at these coordinates. */
  element(value: ValueId, coordinates: readonly IndexExpression[]): number {
    const own = this.#own.get(value);
    if (own !== undefined) return own;
    const write = this.#writers.get(value);
    if (write) {
      const written = write(this);
      this.#own.set(value, written);
      return written;
    }
    const key = `${value} ${coordinates.map((coordinate) => printIndex(coordinate)).join(' ')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const scalar = this.#write(value, coordinates);
    this.#known.set(key, scalar);
    return scalar;
  }

  /** Loads the element, even of a value that would otherwise be computed again. */
  load(value: ValueId, coordinates: readonly IndexExpression[]): number {
    const { dtype, shape } = this.#view.type(value);
    return this.push({ kind: 'load', value, index: flatten(coordinates, shape), dtype });
  }

  /** An elementwise op or a gather at these coordinates of its result. */
  apply(operation: Operation, coordinates: readonly IndexExpression[]): number {
    if (this.#view.role(operation.results[0]!) === 'gather') return this.#gather(operation, coordinates);
    const operands = operation.inputs.map((input) => this.element(input, coordinates));
    const { dtype } = this.#view.type(operation.results[0]!);
    return this.applyOp(operation.op, operands, dtype, operation.attributes);
  }

  applyOp(op: string, operands: readonly number[], dtype: DType, attributes: Attributes = {}): number {
    return this.push({ kind: 'apply', op, attributes, operands, dtype });
  }

  #write(value: ValueId, coordinates: readonly IndexExpression[]): number {
    if (this.#isStored(value)) return this.load(value, coordinates);
    const operation = this.#view.producer(value);
    const { dtype } = this.#view.type(value);
    const role = this.#view.role(value);
    switch (role) {
      case 'elementwise':
      case 'gather':
        return this.apply(operation, coordinates);
      case 'inline':
        return this.#inline(operation, coordinates, dtype);
      case 'movement':
        return this.#moved(operation, coordinates, dtype);
      case 'buffer':
      case 'core':
        throw new FusionError(`${operation.op} %${value} is read, but nothing stores it`);
      default:
        return role satisfies never;
    }
  }

  /** The table's row is a scalar; where in the row is known. */
  #gather({ inputs }: Operation, coordinates: readonly IndexExpression[]): number {
    const [table, indices] = inputs as [ValueId, ValueId];
    const { dtype, shape } = this.#view.type(table);
    const [rows, ...rest] = shape as [number, ...number[]];
    const axes = this.#view.type(indices).shape.length;
    return this.push({
      kind: 'gather',
      value: this.#isStored(table) ? table : this.#view.sameElements(table)!,
      row: this.element(indices, coordinates.slice(0, axes)),
      rows,
      width: elementCount(rest),
      windows: [],
      index: flatten(coordinates.slice(axes), rest),
      dtype,
    });
  }

  #inline({ op, attributes }: Operation, coordinates: readonly IndexExpression[], dtype: DType): number {
    if (op === 'iota') {
      return this.push({ kind: 'position', index: coordinates[attributes['axis'] as number]!, dtype });
    }
    return this.push({ kind: 'constant', number: Number(attributes['value']), dtype });
  }

  /** The first source whose condition holds, or the fill: nested choices, the last source innermost. */
  #moved(operation: Operation, coordinates: readonly IndexExpression[], dtype: DType): number {
    const { sources, fill } = movementSources(operation, coordinates, this.#view);
    const last = sources.findIndex(({ condition }) => !condition || (condition.kind === 'boolean' && condition.value));
    const used = last < 0 ? sources : sources.slice(0, last + 1);
    let result = last < 0 ? this.push({ kind: 'constant', number: fill, dtype }) : undefined;
    for (const { operand, coordinates: from, condition } of used.toReversed()) {
      if (condition?.kind === 'boolean' && !condition.value) continue;
      const element = this.element(operation.inputs[operand]!, from);
      if (result === undefined || !condition) result = element;
      else result = this.push({ kind: 'choose', condition, yes: element, no: result, dtype });
    }
    return result!;
  }
}
