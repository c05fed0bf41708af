/** Float32 numbers as the bytes of a file's element type, rounded to the nearest, ties to even, as PyTorch's `.to()`. */
import { FormatError } from './format-error.ts';
import type { TensorPlace } from './raw-tensor.ts';

/** Element types in which weights are written. */
export const FLOAT_TYPES = ['F32', 'F16', 'BF16'] as const;
export type FloatType = (typeof FLOAT_TYPES)[number];

const NAMES: Readonly<Record<FloatType, string>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };
const BITS = 32;

/**
 * @param where its `first` counts the elements that come before these.
 * @returns little-endian, in memory of its own.
 * @throws {FormatError} naming the first finite number that would become infinite: nobody would see it in the file.
 */
export function encodeFloats(values: Float32Array, type: FloatType, where: TensorPlace): Uint8Array<ArrayBuffer> {
  if (type === 'F32') return new Uint8Array(values.slice().buffer);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const result = new Uint16Array(values.length);
  const [encode, infinity] = type === 'F16' ? [halfBits, 0x7c00] : [brainBits, 0x7f80];
  for (let index = 0; index < bits.length; index++) {
    const word = bits[index]!;
    const encoded = encode(word);
    if ((encoded & 0x7fff) === infinity && (word & 0x7fffffff) < 0x7f800000) {
      const place = `element ${(where.first ?? 0) + index}`;
      throw new FormatError(where.format, where.place, `${place} is ${values[index]}, which is beyond ${NAMES[type]}`);
    }
    result[index] = encoded;
  }
  return new Uint8Array(result.buffer);
}

/** The upper half of a float32, rounded. */
function brainBits(word: number): number {
  // NaN stays one, whatever of its bits are lost.
  if ((word & 0x7fffffff) > 0x7f800000) return (word >>> 16) | 0x40;
  return ((word + 0x7fff + ((word >>> 16) & 1)) >>> 16) & 0xffff;
}

/** IEEE 754 binary16 of the bits of a float32: graph/formats/half.ts has its layout. */
function halfBits(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const size = word & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  // From 65,520 on: halfway to the number after the largest half.
  if (size >= 0x477ff000) return sign | 0x7c00;
  // Below 2^-14 a half has no leading one: the fraction, with its own, is shifted into place.
  if (size < 0x38800000) {
    const shift = 126 - (size >>> 23);
    if (shift >= BITS) return sign;
    return sign | shiftedToEven((size & 0x7fffff) | 0x800000, shift);
  }
  // The exponent's bias goes from 127 to 15; where rounding carries over, it does so in the bits alike.
  return sign | shiftedToEven(size - 0x38000000, 13);
}

function shiftedToEven(value: number, shift: number): number {
  const half = 2 ** (shift - 1);
  const odd = (value >>> shift) & 1;
  return (value + half - 1 + odd) >>> shift;
}
