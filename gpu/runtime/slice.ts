/** The part of a row-major tensor that stands at an index of its leading axes. */

export interface Slice {
  readonly shape: readonly number[];
  /** Elements before it. */
  readonly offset: number;
  /** Elements in it. */
  readonly count: number;
}

/**
 * No index is the whole tensor, one for every axis is one element.
 * @throws {RangeError} if there is nothing at that index.
 */
export function sliceAt(shape: readonly number[], index: readonly number[]): Slice {
  const rest = shape.slice(index.length);
  const count = rest.reduce((product, size) => product * size, 1);
  let at = 0;
  for (const [axis, position] of index.entries()) {
    const size = shape[axis];
    if (size === undefined || !Number.isInteger(position) || position < 0 || position >= size) {
      throw new RangeError(`[${index.join(', ')}] is not within (${shape.join(', ')})`);
    }
    at = at * size + position;
  }
  return { shape: rest, offset: at * count, count };
}
