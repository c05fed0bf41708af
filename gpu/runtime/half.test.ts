/** Conversion to and from halves, against the definition: the nearest of all halves, ties to even. */
import { expect, test } from 'vitest';
import { fromHalves, LARGEST_HALF, toHalves } from './half.ts';

const bitsOf = (numbers: ArrayLike<number>): Uint32Array => new Uint32Array(Float32Array.from(numbers).buffer);

function halvesOf(numbers: ArrayLike<number>): Uint16Array {
  const halves = new Uint16Array(numbers.length);
  toHalves(bitsOf(numbers), halves);
  return halves;
}

/** By the definition of binary16. */
function numberOf(half: number): number {
  const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
  const magnitude =
    exponent === 31
      ? fraction === 0
        ? Infinity
        : NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return half >= 0x8000 ? -magnitude : magnitude;
}

const ALL = Uint16Array.from({ length: 0x1_0000 }, (_, half) => half);

test('every half has its number, and that number is this half again', () => {
  const numbers = fromHalves(ALL);
  expect(numbers.every((number, half) => Object.is(number, numberOf(half)))).toBe(true);
  const again = halvesOf(numbers);
  expect(ALL.every((half) => Number.isNaN(numbers[half]) || again[half] === half)).toBe(true);
  expect(Number.isNaN(numberOf(again[0x7e01]!))).toBe(true);
});

test('between two halves the nearer one is taken, in the middle the even one', () => {
  for (let half = 0; half < 0x7bff; half++) {
    const [low, high] = [numberOf(half), numberOf(half + 1)];
    const middle = (low + high) / 2;
    const around = Float32Array.of(middle, middle, middle);
    const words = new Uint32Array(around.buffer);
    words[0]!--;
    words[2]!++;
    const even = half % 2 === 0 ? half : half + 1;
    const got = halvesOf(around);
    if (got[0] !== half || got[1] !== even || got[2] !== half + 1) expect.fail(`around ${middle}: ${got.join(' ')}`);
    if (halvesOf([-middle])[0] !== (even | 0x8000)) expect.fail(`${-middle}`);
  }
  expect([...halvesOf([2 ** -25, 2 ** -26, 1e-40, -0])]).toEqual([0, 0, 0, 0x8000]);
});

test('what is too large becomes infinite and is counted; infinity and NaN are what they were', () => {
  const numbers = [LARGEST_HALF, 65519.9, 65520, -1e6, Infinity, NaN, 3];
  const halves = new Uint16Array(numbers.length);
  expect(toHalves(bitsOf(numbers), halves)).toEqual({ count: 2, largest: 1e6 });
  expect([...fromHalves(halves)]).toEqual([LARGEST_HALF, LARGEST_HALF, Infinity, -Infinity, Infinity, NaN, 3]);
  expect(toHalves(bitsOf([LARGEST_HALF, -Infinity]), halves)).toBeNull();
});
