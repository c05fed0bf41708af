/** Timestamps that a device writes at the beginning and the end of passes. */

/** In a millisecond. */
export const NANOSECONDS = 1e6;

/** How one submission's passes are timed. */
export interface SubmissionTimer {
  /** For the pass that the piece at this index begins; undefined: it goes on in the pass before it. */
  writes(index: number): GPUComputePassTimestampWrites | undefined;
  /** After the last pass. */
  resolve(encoder: GPUCommandEncoder): void;
}

/** Of numbers of any sign; not negative. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}
