/** The error function in float64 and, as WGSL, in float32. */

/**
 * erf(x) to 1e-15 relative: rational approximations on |x| ≤ 0.46875, ≤ 4 and beyond.
 * W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23 (1969) 631–637.
 */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude <= 0.46875) {
    const square = x * x;
    return (x * polynomial(NEAR_NUMERATOR, square)) / polynomial(NEAR_DENOMINATOR, square);
  }
  if (Number.isNaN(x)) return x;
  return Math.sign(x) * (1 - complement(magnitude));
}

/** 1 − erf(x) for x > 0.46875. */
function complement(x: number): number {
  // 1 − erf(6) = 2e-17: below half a unit in the last place of 1.
  if (x > 6) return 0;
  if (x <= 4) return (Math.exp(-x * x) * polynomial(MIDDLE_NUMERATOR, x)) / polynomial(MIDDLE_DENOMINATOR, x);
  const inverse = 1 / (x * x);
  const correction = (inverse * polynomial(FAR_NUMERATOR, inverse)) / polynomial(FAR_DENOMINATOR, inverse);
  return (Math.exp(-x * x) / x) * (1 / Math.sqrt(Math.PI) - correction);
}

/** c[0] + c[1]·x + c[2]·x² + … */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let power = coefficients.length - 1; power >= 0; power--) value = value * x + coefficients[power]!;
  return value;
}

// Cody's coefficients, constant term first.
const NEAR_NUMERATOR = [
  3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315,
];
const NEAR_DENOMINATOR = [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1];
const MIDDLE_NUMERATOR = [
  1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001, 66.11919063714163,
  8.883149794388377, 0.5641884969886701, 2.1531153547440383e-8,
];
const MIDDLE_DENOMINATOR = [
  1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597, 1621.3895745666903, 537.1811018620099,
  117.6939508913125, 15.744926110709835, 1,
];
const FAR_NUMERATOR = [
  0.0006587491615298378, 0.016083785148742275, 0.12578172611122926, 0.36034489994980445, 0.30532663496123236,
  0.016315387137302097,
];
const FAR_DENOMINATOR = [
  0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234673, 2.568520192289822, 1,
];

/**
 * erf to 9e-8 absolute without exp or division: x + x·p(x²) below 1, 1 − q(|x| − 2.4375) up to 3.875, where the
 * complement falls under half a unit in the last place. Minimax polynomials (Remez) computed for this file.
 */
export const ERF_F32 = /* wgsl */ `fn erf_f32(x: f32) -> f32 {
  let a = abs(x);
  if (a < 1.0) {
    let s = x * x;
    var p = 7.889122935011983e-05;
    p = p * s - 0.0008020842215046287;
    p = p * s + 0.005189535673707724;
    p = p * s - 0.026854444295167923;
    p = p * s + 0.11283600330352783;
    p = p * s - 0.3761262595653534;
    p = p * s + 0.12837916612625122;
    return x * p + x;
  }
  let t = min(a, 3.875) - 2.4375;
  var q = 3.6075283560421667e-07;
  q = q * t + 9.390970262757037e-06;
  q = q * t - 3.0151311875670217e-05;
  q = q * t - 4.663774961954914e-05;
  q = q * t + 0.00031798676354810596;
  q = q * t - 0.0004499183560255915;
  q = q * t - 0.00039231861592270434;
  q = q * t + 0.003027042606845498;
  q = q * t - 0.0071990834549069405;
  q = q * t + 0.010693766176700592;
  q = q * t - 0.010760264471173286;
  q = q * t + 0.007230118848383427;
  q = q * t - 0.0029656507540494204;
  q = q * t + 0.000566520553547889;
  // Exactly ±1 from there on, or GELU of a large negative number would be large.
  q = select(q, 0.0, a >= 3.875);
  return select(1.0 - q, q - 1.0, x < 0.0);
}`;
