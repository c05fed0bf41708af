/** Finds what is no number in a tensor as a file holds it, by its bits: nothing is converted. */
import type { ElementType } from './raw-tensor.ts';

/** Bits of the exponent, in the word that has them; all set: infinite, or NaN. */
const EXPONENTS: Partial<Record<ElementType, { readonly word: 2 | 4 | 8; readonly mask: number }>> = {
  F64: { word: 8, mask: 0x7ff00000 },
  F32: { word: 4, mask: 0x7f800000 },
  F16: { word: 2, mask: 0x7c00 },
  BF16: { word: 2, mask: 0x7f80 },
};

/**
 * @param bytes whole elements, little-endian.
 * @returns the position of the first element that is NaN or infinite; −1 where there is none.
 */
export function firstNonFinite(dtype: ElementType, bytes: Uint8Array): number {
  const exponent = EXPONENTS[dtype];
  if (!exponent) return -1;
  const { word, mask } = exponent;
  const size = word === 2 ? 2 : 4;
  // Files do not align tensors.
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const words =
    size === 2
      ? new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / size)
      : new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / size);
  // Of a double the upper half, which comes second.
  const step = word === 8 ? 2 : 1;
  for (let at = step - 1; at < words.length; at += step) {
    if ((words[at]! & mask) === mask) return (at - (step - 1)) / step;
  }
  return -1;
}
