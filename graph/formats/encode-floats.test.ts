import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFloats, type FloatType } from './encode-floats.ts';
import { halfToNumber, numberToHalf } from './half.ts';
import { convertTensor } from './raw-tensor.ts';

const WHERE = { format: 'safetensors', place: 'tensor "w"' };

function words(values: Float32Array, type: FloatType): Uint16Array {
  return new Uint16Array(encodeFloats(values, type, WHERE).buffer);
}

/** Every half, the middle between it and the next, and what lies beside that. */
const AROUND_HALVES = Float32Array.from({ length: 0x7bff * 4 }, (_, index) => {
  const low = halfToNumber(index >> 2);
  const middle = (low + halfToNumber((index >> 2) + 1)) / 2;
  return [low, middle, middle * (1 - 2 ** -20), middle * (1 + 2 ** -20)][index & 3]!;
});

test('halves are those of the nearest, of the middle the even one, of either sign', () => {
  for (const sign of [1, -1]) {
    const values = AROUND_HALVES.map((value) => sign * value);
    expect(words(values, 'F16')).toEqual(Uint16Array.from(values, numberToHalf));
  }
});

test('bfloat16 is the nearest, of the middle the even one', () => {
  const bits = Uint32Array.of(0x3f800000, 0x3f808000, 0x3f818000, 0x3f808001, 0xbf817fff, 0x00000001, 0x80008001);
  const values = new Float32Array(bits.buffer);
  expect([...words(values, 'BF16')]).toEqual([0x3f80, 0x3f80, 0x3f82, 0x3f81, 0xbf81, 0x0000, 0x8001]);
});

test.each(['F32', 'F16', 'BF16'] as const)('what %s can hold comes back bit for bit', (dtype) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1 }), (bits) => {
      const isNaN = (word: number) => (dtype === 'F16' ? (word & 0x7fff) > 0x7c00 : (word & 0x7fff) > 0x7f80);
      const kept = bits.filter((word) => !isNaN(word));
      const bytes = dtype === 'F32' ? Float32Array.from(kept) : Uint16Array.from(kept);
      const raw = { dtype, shape: [kept.length], bytes: new Uint8Array(bytes.buffer) };
      expect(encodeFloats(convertTensor(raw, 'f32', WHERE), dtype, WHERE)).toEqual(raw.bytes);
    }),
  );
});

test('what is no number stays none, and infinity what it is', () => {
  const wild = new Float32Array(Uint32Array.of(0x7fc00000, 0xff800001, 0x7f800001, 0x7f800000, 0xff800000).buffer);
  for (const dtype of ['F16', 'BF16'] as const) {
    const bytes = encodeFloats(wild, dtype, WHERE);
    const back = convertTensor({ dtype, shape: [5], bytes }, 'f32', WHERE);
    expect([...back]).toEqual([NaN, NaN, NaN, Infinity, -Infinity]);
  }
});

test.each([
  ['F16', 65_520, 65_519, /^safetensors, tensor "w": element 12 is 65520, which is beyond float16$/],
  ['BF16', 3.4e38, 3.3895e38, /element 12 is 3\.399\d+e\+38, which is beyond bfloat16$/],
] as const)('a number beyond %s is told by its place', (dtype, beyond, within, message) => {
  const where = { ...WHERE, first: 11 };
  expect(() => encodeFloats(Float32Array.of(1, beyond), dtype, where)).toThrow(message);
  expect(encodeFloats(Float32Array.of(1, within), dtype, where)).toHaveLength(4);
});
