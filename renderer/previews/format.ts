/** Numbers as the canvas writes them: at most four significant figures, a real minus, and a width that never jitters. */
import type { Dimension } from '../../graph/problems.ts';

/** U+2007, as wide as a digit: pads without moving what stands beside. */
const FIGURE_SPACE = '\u2007';

/** Characters of the widest number `formatNumber` gives: `−0.0021`, `−1.5e−38`. */
export const NUMBER_WIDTH = 8;

/** At most four significant figures and four decimals: `1.482`, `−9.31`, `0.0021`, `12,345` as `1.23e4`. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) && magnitude < 10_000) return withMinus(String(value));
  if (magnitude < 0.001 || magnitude >= 9_999.5) return exponential(value);
  const decimals = magnitude < 1 ? 4 : 3 - Math.floor(Math.log10(magnitude));
  return withMinus(value.toFixed(decimals));
}

/** `formatNumber`, padded on the left to a constant width, for monospaced places that are repainted. */
export function formatTabular(value: number, width = NUMBER_WIDTH): string {
  return formatNumber(value).padStart(width, FIGURE_SPACE);
}

/** Every digit a float32 holds, for hovers and copies; round-trips through `Math.fround`. */
export function formatExact(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === Math.fround(value)) return withMinus(String(Number(text)));
  }
  return withMinus(String(value));
}

/** Counts and rates with three figures and an SI prefix: `7.09 M`, `2.90 G`, `768`. */
export function formatSi(value: number, unit = ''): string {
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];
  let scaled = Math.abs(value);
  let power = 0;
  // 999.5 would print as 1000.
  while (scaled >= 999.5 && power < prefixes.length - 1) {
    scaled /= 1000;
    power += 1;
  }
  const digits = power === 0 && Number.isInteger(value) ? String(scaled) : scaled.toPrecision(3);
  const suffix = `${prefixes[power]}${unit}`;
  return withMinus(`${value < 0 ? '-' : ''}${digits}${suffix ? ` ${suffix}` : ''}`);
}

/** `1 row`, `2 rows`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Every digit, grouped as the locale does: `7,087,872`. */
export function formatWhole(value: number): string {
  return value.toLocaleString();
}

/** `24.6 ms`, `1.92 s`, `0.41 ms`. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds >= 999.5) return `${(milliseconds / 1000).toPrecision(3)} s`;
  if (milliseconds >= 99.95) return `${Math.round(milliseconds)} ms`;
  return `${milliseconds.toFixed(milliseconds >= 0.995 ? 1 : 2)} ms`;
}

/** `batch 2 · patches 196 · embed_dim 768`; a scalar is `scalar`. */
export function formatDims(dims: readonly Dimension[]): string {
  if (dims.length === 0) return 'scalar';
  return dims.map((dim) => (dim.name === undefined ? String(dim.size) : `${dim.name} ${dim.size}`)).join(' · ');
}

/** As read aloud: `batch 1, patches 196, embed_dim 768`. */
export function speakDims(dims: readonly Dimension[]): string {
  if (dims.length === 0) return 'scalar';
  return dims.map((dim) => (dim.name === undefined ? String(dim.size) : `${dim.name} ${dim.size}`)).join(', ');
}

/** As PyTorch prints a shape and code takes it: `(2, 196, 768)`. */
export function formatShapeTuple(dims: readonly Dimension[]): string {
  const sizes = dims.map((dim) => dim.size).join(', ');
  return dims.length === 1 ? `(${sizes},)` : `(${sizes})`;
}

/**
 * Names dropped from the right until the text has at most `characters`: the leading dimensions are the ones one loses
 * track of, the last is the width that the node's parameters say anyway. `batch 2 · patches 196 · 768`.
 */
export function fitDims(dims: readonly Dimension[], characters: number): readonly Dimension[] {
  for (let named = dims.length; named > 0; named--) {
    const shortened = dims.map((dim, index) => (index < named ? dim : { size: dim.size }));
    if (formatDims(shortened).length <= characters) return shortened;
  }
  return dims.map((dim) => ({ size: dim.size }));
}

function exponential(value: number): string {
  const [mantissa, exponent] = value.toExponential(1).split('e') as [string, string];
  return withMinus(`${mantissa}e${Number(exponent)}`);
}

function withMinus(text: string): string {
  return text.replaceAll('-', '−');
}
