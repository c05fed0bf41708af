import { expect, test } from 'vitest';
import { firstNonFinite } from './finite.ts';
import type { ElementType } from './raw-tensor.ts';

const bytesOf = (array: Float64Array | Float32Array | Uint16Array): Uint8Array => new Uint8Array(array.buffer);

test.each<[ElementType, Uint8Array, number]>([
  ['F32', bytesOf(Float32Array.of(0, -3.4e38, 1e-45, NaN, Infinity)), 3],
  ['F32', bytesOf(Float32Array.of(-Infinity)), 0],
  ['F32', bytesOf(Float32Array.of(3.4e38, -0)), -1],
  ['F64', bytesOf(Float64Array.of(1.7e308, NaN)), 1],
  // Its lower word looks like an infinity of 32 bits.
  ['F64', bytesOf(new Float64Array(Uint32Array.of(0x7f800000, 0x3ff00000).buffer)), -1],
  // 65,504, then NaN.
  ['F16', bytesOf(Uint16Array.of(0x7bff, 0x7e00)), 1],
  ['F16', bytesOf(Uint16Array.of(0xfbff)), -1],
  // The largest there is, a negative NaN with the least fraction, infinity.
  ['BF16', bytesOf(Uint16Array.of(0x7f7f, 0xff81, 0x7f80)), 1],
  ['BF16', bytesOf(Uint16Array.of(0x7f7f, 0xff80)), 1],
  ['I32', bytesOf(Float32Array.of(NaN)), -1],
  ['F32', new Uint8Array(0), -1],
])('%s, %o: the first that is no number is at %i', (dtype, bytes, position) => {
  expect(firstNonFinite(dtype, bytes)).toBe(position);
  // As a file has them: not aligned.
  const shifted = new Uint8Array(bytes.byteLength + 1);
  shifted.set(bytes, 1);
  expect(firstNonFinite(dtype, shifted.subarray(1))).toBe(position);
});
