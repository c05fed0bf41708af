/**
 * Values of a model that do not depend on its inputs: initialisers, and what is made of them and of shapes. Numbers are
 * computed when they are asked for, so that weights of gigabytes are looked at one by one, when they are written.
 */
import { ImportError } from '../import-error.ts';
import type { NumberKind, OnnxTensor } from './tensor.ts';

export interface Constant {
  readonly dims: readonly number[];
  readonly kind: NumberKind;
  readonly count: number;
  /** Row-major, as float64; bool as 0 and 1. Not to be written to. */
  readonly numbers: () => Float64Array;
  /** The initialiser that it is, or a part or another order of: what it may be called after. */
  readonly name?: string;
  /** The matrix whose rows are its columns. */
  readonly transposed?: Constant;
  /** The number that stands in every place, where that is known without computing them. */
  readonly filledWith?: number;
  /** How many steps its numbers are computed in; 0: they are there. */
  readonly depth: number;
}

/** Of at most so many elements numbers are computed at once, and kept. */
export const KEPT = 1 << 12;
/** Beyond so many elements, what is repeated or counted is left to the graph. */
export const LARGEST = 1 << 22;
/** Weights are turned and cut in a few steps. */
const DEEPEST = 100;
/** Beyond it nothing is a shape. */
const MOST_AXES = 32;

interface ConstantFacts extends Pick<Constant, 'dims' | 'kind'> {
  readonly name?: string | undefined;
  readonly transposed?: Constant;
  /** What it is computed from. */
  readonly of?: readonly Constant[];
}

/** @throws {ImportError} where it has more axes than any shape, or comes of more steps than any weight. */
export function constant(facts: ConstantFacts, compute: () => Float64Array): Constant {
  const { dims, kind, name, transposed, of = [] } = facts;
  if (dims.length > MOST_AXES) throw new ImportError(`a value has ${dims.length} axes; ${MOST_AXES} is the most`);
  const count = elementCount(dims);
  const depth = 1 + of.reduce((deepest, { depth }) => Math.max(deepest, depth), 0);
  if (depth > DEEPEST)
    throw new ImportError(`a value comes of more than ${DEEPEST} steps from the numbers of the file`);
  const more = { ...(name !== undefined && { name }), ...(transposed && { transposed }) };
  if (count > KEPT) return { dims, kind, count, depth, ...more, numbers: compute };
  const numbers = compute();
  return { dims, kind, count, depth: 0, ...more, numbers: () => numbers };
}

/** One number everywhere, of whatever size. */
export function filled(value: number, kind: NumberKind, dims: readonly number[]): Constant {
  const count = elementCount(dims);
  return { dims, kind, count, depth: 0, filledWith: value, numbers: () => new Float64Array(count).fill(value) };
}

export function ofTensor(tensor: OnnxTensor): Constant {
  return constant(tensor, () => tensor.numbers());
}

/** A vector of whole numbers, as shapes are. */
export function integers(values: readonly number[]): Constant {
  return constant({ dims: [values.length], kind: 'int' }, () => Float64Array.from(values));
}

export function scalar(value: number, kind: NumberKind): Constant {
  return constant({ dims: [], kind }, () => Float64Array.of(value));
}

/** The number that stands in every place; undefined where there are several, or none, or too many to look at. */
export function uniform(value: Constant): number | undefined {
  if (value.filledWith !== undefined) return value.filledWith;
  if (value.count === 0 || value.count > KEPT) return undefined;
  const numbers = value.numbers();
  const first = numbers[0]!;
  return numbers.every((number) => Object.is(number, first)) ? first : undefined;
}

export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/** How far apart in memory neighbours along each axis are. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = dims.map(() => 1);
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * dims[axis + 1]!;
  return strides;
}

/**
 * Elements in another arrangement.
 * @param dims of the result.
 * @param strides what one step along each axis of the result is in `numbers`; 0 repeats.
 */
export function arranged(
  numbers: Float64Array,
  dims: readonly number[],
  strides: readonly number[],
  start = 0,
): Float64Array {
  const result = new Float64Array(elementCount(dims));
  const at = dims.map(() => 0);
  let from = start;
  for (let index = 0; index < result.length; index++) {
    result[index] = numbers[from]!;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++at[axis]! < dims[axis]!) break;
      from -= strides[axis]! * dims[axis]!;
      at[axis] = 0;
    }
  }
  return result;
}

/** The shape that both broadcast to; undefined where they do not. */
export function broadcastDims(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const dims: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const [left, right] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    if (left !== right && left !== 1 && right !== 1) return undefined;
    dims.push(left === 1 ? right : left);
  }
  return dims;
}

/** The numbers of a constant under a shape that it broadcasts to. */
export function broadcastNumbers(value: Constant, dims: readonly number[]): Float64Array {
  const numbers = value.numbers();
  if (value.count === elementCount(dims)) return numbers;
  const own = stridesOf(value.dims);
  const added = dims.length - value.dims.length;
  const strides = dims.map((_, axis) => (axis < added || value.dims[axis - added] === 1 ? 0 : own[axis - added]!));
  return arranged(numbers, dims, strides);
}
