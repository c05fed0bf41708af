/**
 * log(1 + x) in float32 without the cancellation of 1 + x: near 0 by log(1 + x) = 2 · artanh(x / (2 + x)), whose series in
 * s = x / (2 + x), |s| ≤ 1/5, ends after s¹¹ below float32's last digit.
 */
export const LOG1P_F32 = /* wgsl */ `fn log1p_f32(x: f32) -> f32 {
  if (x < -0.333 || x > 0.5) { return log(1.0 + x); }
  let s = x / (2.0 + x);
  let t = s * s;
  let series = t * (0.33333334 + t * (0.2 + t * (0.14285715 + t * (0.11111111 + t * 0.09090909))));
  return 2.0 * s + 2.0 * s * series;
}`;
