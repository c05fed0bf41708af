/** The hyperbolic tangent in float32, as WGSL: its own `tanh` may divide infinity by infinity. */

/**
 * tanh to 2e-7 relative: below 0.7 a minimax polynomial (Remez, computed for this file), since 1 − e^−2x would
 * cancel there; beyond, (1 − t) / (1 + t) with t = e^−2|x|, which never overflows.
 */
export const TANH_F32 = /* wgsl */ `fn tanh_f32(x: f32) -> f32 {
  let a = abs(x);
  if (a < 0.7) {
    let s = x * x;
    var p = 0.0020690879318863153;
    p = p * s - 0.008123901672661304;
    p = p * s + 0.021693876013159752;
    p = p * s - 0.05394895747303963;
    p = p * s + 0.13333255052566528;
    p = p * s - 0.3333333134651184;
    return x * s * p + x;
  }
  let t = exp(-2.0 * a);
  let y = (1.0 - t) / (1.0 + t);
  return select(y, -y, x < 0.0);
}`;
