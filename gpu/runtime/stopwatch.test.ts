import { expect, test } from 'vitest';
import { shortestLap, type Lap } from './stopwatch.ts';
import { greatestCommonDivisor } from './timestamps.ts';

/** Chromium's clock moves by so many nanoseconds. */
const COARSE = 65_536n;

/** From and to in milliseconds, by a clock of steps of so many nanoseconds. */
function lap(begin: number, end: number, step = 1n): Lap {
  const at = (milliseconds: number) => (BigInt(Math.round(1e6 * milliseconds)) / step) * step;
  return { begin: at(begin), end: at(end) };
}

test('the shortest lap counts', () => {
  expect(shortestLap([lap(1.017, 3.5), lap(10.0031, 12.1), lap(20.1, 24)])).toBeCloseTo(2.0969, 6);
});

test('a lap during which the clock was set back does not count, and alone tells nothing', () => {
  expect(shortestLap([lap(5, 3), lap(10.0031, 12.1)])).toBeCloseTo(2.0969, 6);
  expect(shortestLap([lap(5, 3)])).toBeUndefined();
  expect(shortestLap([])).toBeUndefined();
});

test('a coarse clock tells of long laps, not of short ones', () => {
  const laps = (length: number) => [1.3, 12.7, 30.2, 77.1].map((begin) => lap(begin, begin + length, COARSE));
  expect(shortestLap(laps(8))).toBeGreaterThan(7.9);
  expect(shortestLap(laps(8))).toBeLessThan(8.1);
  expect(shortestLap(laps(2))).toBeUndefined();
  expect(shortestLap(laps(0.01))).toBeUndefined();
});

test('how coarse it is, other laps of the same clock say too', () => {
  const one = lap(0.3, 4.5);
  expect(shortestLap([one])).toBeUndefined();
  expect(shortestLap([one], [lap(5.0017, 5.2), lap(6, 7.1113)])).toBeCloseTo(4.2, 6);
});

test('the greatest common divisor of numbers of any sign', () => {
  expect(greatestCommonDivisor(12n, -18n)).toBe(6n);
  expect(greatestCommonDivisor(-4n, 0n)).toBe(4n);
  expect(greatestCommonDivisor(0n, 0n)).toBe(0n);
});
