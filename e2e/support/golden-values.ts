/** Values of a tensor as nested lists, beside those of PyTorch. */

/** @throws {Error} where the lists are not nested alike. */
export function largestDifference(got: unknown, wanted: unknown): number {
  if (typeof got === 'number' && typeof wanted === 'number') return Math.abs(got - wanted);
  if (!Array.isArray(got) || !Array.isArray(wanted) || got.length !== wanted.length) {
    throw new Error('the value has another shape than PyTorch’s');
  }
  return Math.max(...got.map((item, index) => largestDifference(item, wanted[index])));
}
