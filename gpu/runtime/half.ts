/** Numbers of 16 bits (binary16 of IEEE 754), as plans may store floats, to and from float32. */

/** The largest finite one. */
export const LARGEST_HALF = 65504;

/** Numbers that are finite in float32 and not as halves. */
export interface Overflow {
  readonly count: number;
  /** The largest magnitude among them. */
  readonly largest: number;
}

const INFINITY = 0x7c00;

/**
 * Rounds to the nearest half, ties to the even one; what is NaN stays so, what is too large becomes infinite.
 * @param words The bits of float32 numbers.
 * @param halves Receives the bits of the halves, at the same indices.
 * @returns null where nothing overflows.
 */
export function toHalves(words: Uint32Array, halves: Uint16Array): Overflow | null {
  let count = 0;
  let largest = 0;
  for (let index = 0; index < words.length; index++) {
    // Signed, as the engine computes with 32 bits.
    const word = words[index]! | 0;
    const magnitude = word & 0x7fff_ffff;
    const half = magnitudeOf(magnitude);
    if (half === INFINITY && magnitude < 0x7f80_0000) {
      count++;
      largest = Math.max(largest, magnitude);
    }
    halves[index] = ((word >> 16) & 0x8000) | half;
  }
  return count === 0 ? null : { count, largest: new Float32Array(Uint32Array.of(largest).buffer)[0]! };
}

/** The bits of the half nearest to a float32 without its sign. */
function magnitudeOf(bits: number): number {
  // From 2^16 on.
  if (bits >= 0x4780_0000) return bits > 0x7f80_0000 ? 0x7e00 : INFINITY;
  // From 2^-14 on: ten of the 23 bits of the fraction stay, and the exponent counts from 15 instead of 127. A carry of
  // the rounding goes into the exponent, as it should.
  if (bits >= 0x3880_0000) return rounded(bits - 0x3800_0000, 13);
  // Below 2^-25 all are nearer to 0.
  if (bits < 0x3300_0000) return 0;
  // Subnormal: the significand, in multiples of 2^-24.
  return rounded((bits & 0x007f_ffff) | 0x0080_0000, 126 - (bits >> 23));
}

/** Without its last `places` bits, to the nearest: a carry comes in from above the middle, or at it where that makes it even. */
function rounded(bits: number, places: number): number {
  const middle = 1 << (places - 1);
  return (bits + middle - 1 + ((bits >> places) & 1)) >> places;
}

/** The numbers of halves, each exactly. */
export function fromHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(halves.length);
  const words = new Uint32Array(numbers.buffer);
  for (let index = 0; index < halves.length; index++) {
    const half = halves[index]!;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    const sign = (half & 0x8000) << 16;
    if (exponent === 0) numbers[index] = (sign === 0 ? fraction : -fraction) * 2 ** -24;
    else if (exponent === 0x1f) words[index] = sign | 0x7f80_0000 | (fraction << 13);
    else words[index] = sign | ((exponent + 112) << 23) | (fraction << 13);
  }
  return numbers;
}
