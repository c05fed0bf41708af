/** Parts of tensors, as the op `slice` takes them: per dimension a start, a length and a step. */
import type { Attributes, Shape } from '../ir/types.ts';
import { numbersOf } from './attributes.ts';

/** The elements start, start + step, …, as many as `length`. */
export interface AxisPart {
  readonly start: number;
  readonly length: number;
  readonly step: number;
}

/** One entry per dimension. */
export type Part = readonly AxisPart[];

/** A whole dimension. */
export function wholeAxis(length: number): AxisPart {
  return { start: 0, length, step: 1 };
}

export function isWholeAxis({ start, length, step }: AxisPart, size: number): boolean {
  return length === size && (length === 0 || (start === 0 && (step === 1 || length === 1)));
}

export function isWhole(part: Part, shape: Shape): boolean {
  return part.every((axis, index) => isWholeAxis(axis, shape[index]!));
}

/** Sizes of the part. */
export function sizesOf(part: Part): number[] {
  return part.map(({ length }) => length);
}

/** The part that a slice with these attributes takes. */
export function partOfSlice(attributes: Attributes): AxisPart[] {
  const [stops, steps] = [numbersOf(attributes, 'stops'), numbersOf(attributes, 'steps')];
  return numbersOf(attributes, 'starts').map((start, axis) => {
    const step = steps[axis]!;
    return { start, length: Math.max(0, Math.ceil((stops[axis]! - start) / step)), step };
  });
}

/** Attributes of the slice that takes this part. */
export function sliceOfPart(part: Part): Attributes {
  return {
    starts: part.map(({ start }) => start),
    stops: part.map(({ start, length, step }) =>
      length === 0 ? start : start + (length - 1) * step + Math.sign(step),
    ),
    steps: part.map(({ step }) => step),
  };
}

/** The part `inner` of the part `outer`: x[a : … : s][b : … : t] starts at a + s·b and steps by s·t. */
export function composeParts(outer: Part, inner: Part): AxisPart[] {
  return inner.map(({ start, length, step }, axis) => {
    const from = outer[axis]!;
    return { start: from.start + from.step * start, length, step: from.step * step };
  });
}

/** Equal for parts of the same elements in the same order. */
export function partText(part: Part): string {
  return part
    .map(({ start, length, step }) => (length === 0 ? '0' : `${start}+${length}*${length === 1 ? 1 : step}`))
    .join(' ');
}
