import fc from 'fast-check';
import { expect, test } from 'vitest';
import { halfToNumber, numberToHalf } from './half.ts';

/** As the engine's own halves have it. */
function halfOf(x: number): number {
  return new Uint16Array(Float16Array.of(x).buffer)[0]!;
}

test('every half comes back from its number', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const x = halfToNumber(bits);
    if (!Number.isNaN(x)) expect(numberToHalf(x)).toBe(bits);
  }
  expect(halfToNumber(numberToHalf(NaN))).toBeNaN();
});

test('numbers between halves go to the nearest, those in the middle to the even one', () => {
  for (let bits = 0; bits < 0x7c00; bits++) {
    const [low, high] = [halfToNumber(bits), bits === 0x7bff ? 65_536 : halfToNumber(bits + 1)];
    for (const share of [0.25, 0.5, 0.75]) {
      const x = low + (high - low) * share;
      expect(numberToHalf(x)).toBe(halfOf(x));
    }
  }
});

test('any number is rounded as the engine rounds it', () => {
  fc.assert(fc.property(fc.double({ noNaN: true }), (x) => numberToHalf(x) === halfOf(x)));
  fc.assert(fc.property(fc.float({ noNaN: true, min: -70_000, max: 70_000 }), (x) => numberToHalf(x) === halfOf(x)));
});
