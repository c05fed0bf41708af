/** A graph that fusion cannot take: an op without a kernel, or a broken graph. */
export class FusionError extends Error {
  override readonly name = 'FusionError';
}
