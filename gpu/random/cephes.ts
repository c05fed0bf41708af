/**
 * log, sin and cos in float32 by the polynomials of Cephes (S. Moshier), with fused multiply-adds: what PyTorch's AVX2
 * kernel computes, to the bit. Rounding Math's results would differ in the last place, enough to be seen in a model's output.
 */

const round = Math.fround;

/** a·b + c rounded once: the product of two float32 is exact in float64. */
function fma(a: number, b: number, c: number): number {
  return round(a * b + c);
}

const LOG_0 = round(7.0376836292e-2);
const LOG_1 = round(-1.151461031e-1);
const LOG_2 = round(1.167699874e-1);
const LOG_3 = round(-1.2420140846e-1);
const LOG_4 = round(1.4249322787e-1);
const LOG_5 = round(-1.6668057665e-1);
const LOG_6 = round(2.0000714765e-1);
const LOG_7 = round(-2.4999993993e-1);
const LOG_8 = round(3.3333331174e-1);
/** ln 2 in two parts, the first of which is short. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = round(-2.1219444e-4);
const SQRT_HALF = round(Math.SQRT1_2);

/** Natural logarithm of the float32 numerator · 2⁻²⁴, for an integer numerator in [1, 2²⁴]. */
export function logOfUnit(numerator: number): number {
  // numerator = mantissa · 2^bits with the mantissa in [½, 1)
  const bits = 32 - Math.clz32(numerator);
  const mantissa = numerator / (1 << bits);
  const low = mantissa < SQRT_HALF;
  const exponent = bits - 24 - (low ? 1 : 0);
  // The mantissa has 24 bits at most: both forms are exact.
  const x = low ? 2 * mantissa - 1 : mantissa - 1;
  const z = round(x * x);
  let y = fma(LOG_0, x, LOG_1);
  y = fma(y, x, LOG_2);
  y = fma(y, x, LOG_3);
  y = fma(y, x, LOG_4);
  y = fma(y, x, LOG_5);
  y = fma(y, x, LOG_6);
  y = fma(y, x, LOG_7);
  y = fma(y, x, LOG_8);
  y = fma(round(y * x), z, round(exponent * LN2_LOW));
  y = fma(z, -0.5, y);
  return fma(exponent, LN2_HIGH, round(x + y));
}

const FOUR_OVER_PI = round(1.27323954473516);
/** −π/4 in three parts, of which the first two are short. */
const PI_4_HIGH = -0.78515625;
const PI_4_MIDDLE = -2.4187564849853515625e-4;
const PI_4_LOW = round(-3.774894977445941e-8);

/** The even number of the octant of x in [0, 2π), rounded up. */
export function octant(x: number): number {
  return (Math.trunc(round(x * FOUR_OVER_PI)) + 1) & ~1;
}

/** x minus its octant's angle: within ±π/4. */
export function reduced(x: number, octant: number): number {
  return fma(octant, PI_4_LOW, fma(octant, PI_4_MIDDLE, fma(octant, PI_4_HIGH, x)));
}

const COS_0 = round(2.443315711809948e-5);
const COS_1 = round(-1.388731625493765e-3);
const COS_2 = round(4.166664568298827e-2);

/** cos within ±π/4. */
export function reducedCosine(x: number): number {
  const z = round(x * x);
  const y = fma(fma(COS_0, z, COS_1), z, COS_2);
  return round(fma(round(y * z), z, -z * 0.5) + 1);
}

const SIN_0 = round(-1.9515295891e-4);
const SIN_1 = round(8.3321608736e-3);
const SIN_2 = round(-1.6666654611e-1);

/** sin within ±π/4. */
export function reducedSine(x: number): number {
  const z = round(x * x);
  const y = fma(fma(SIN_0, z, SIN_1), z, SIN_2);
  return fma(round(y * z), x, x);
}
