/**
 * The WGSL of previews: two-pass statistics, a histogram by integer atomics, and a thumbnail of 8-bit codes. No
 * barriers, no float atomics. Values that are not finite count apart and take part in nothing else.
 */
import { MAX_SIDE } from './geometry.ts';

/** Words of the result: statistics, histogram, then the codes, four to a word. */
export const RESULT = {
  finite: 0,
  nonFinite: 1,
  mean: 2,
  standardDeviation: 3,
  min: 4,
  max: 5,
  cellMin: 6,
  cellMax: 7,
  histogram: 8,
  codes: 72,
} as const;

export const BINS = 64;
/** Invocations that walk the tensor, each over every 1024th element. */
export const WALKERS = 1024;
/** Words that a walker leaves for the one that combines. */
const WALKER_WORDS = 4;
/** Rows of the thumbnail leave their extremes after the walkers' words. */
const ROWS_AT = WALKERS * WALKER_WORDS;
export const PARTIAL_WORDS = ROWS_AT + 2 * 3 * MAX_SIDE;
export const WORKGROUP = 16;

/** In the order in which they run. */
export const PASSES = ['moments', 'combine_moments', 'spread', 'combine_spread', 'cells', 'rows', 'codes'] as const;
export type Pass = (typeof PASSES)[number];

/** Words of the uniform block, in order. */
export const GEOMETRY_WORDS = [
  'count',
  'base',
  'source_width',
  'source_height',
  'stride_x',
  'stride_y',
  'stride_channel',
  'inner',
  'places',
  'width',
  'height',
  'channels',
] as const;

/** What a stored value is read as: bool is `u32`, and of halves two stand in a word, which every adapter can read. */
export type Element = 'f32' | 'i32' | 'u32' | 'half';

export function previewShader(element: Element): string {
  const stored = element === 'half' ? 'u32' : element;
  const number = (at: string): string =>
    element === 'half' ? `unpack2x16float(values[(${at}) / 2u] >> (16u * ((${at}) % 2u))).x` : `f32(values[${at}])`;
  return `
struct Geometry {
${GEOMETRY_WORDS.map((word) => `  ${word}: u32,`).join('\n')}
}
@group(0) @binding(0) var<storage, read> values: array<${stored}>;
@group(0) @binding(1) var<storage, read_write> partials: array<u32>;
@group(0) @binding(2) var<storage, read_write> result: array<atomic<u32>>;
@group(0) @binding(3) var<storage, read_write> means: array<f32>;
@group(0) @binding(4) var<uniform> geometry: Geometry;

const LARGEST = 3.4028234663852886e38f;

// By the bits, because a compiler may assume that floats are finite.
fn is_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

fn word(at: u32) -> f32 {
  return bitcast<f32>(atomicLoad(&result[at]));
}

@compute @workgroup_size(${WORKGROUP})
fn moments(@builtin(global_invocation_id) id: vec3u) {
  var sum = 0.0;
  var low = LARGEST;
  var high = -LARGEST;
  var finite = 0u;
  for (var i = id.x; i < geometry.count; i += ${WALKERS}u) {
    let x = ${number('i')};
    if (is_finite(x)) {
      sum += x;
      low = min(low, x);
      high = max(high, x);
      finite++;
    }
  }
  let at = id.x * ${WALKER_WORDS}u;
  partials[at] = bitcast<u32>(sum);
  partials[at + 1u] = bitcast<u32>(low);
  partials[at + 2u] = bitcast<u32>(high);
  partials[at + 3u] = finite;
}

@compute @workgroup_size(1)
fn combine_moments() {
  var finite = 0u;
  var low = LARGEST;
  var high = -LARGEST;
  for (var i = 0u; i < ${WALKERS}u; i++) {
    finite += partials[i * ${WALKER_WORDS}u + 3u];
    low = min(low, bitcast<f32>(partials[i * ${WALKER_WORDS}u + 1u]));
    high = max(high, bitcast<f32>(partials[i * ${WALKER_WORDS}u + 2u]));
  }
  // Mean of means, so that large numbers do not overflow in their sum.
  var mean = 0.0;
  for (var i = 0u; i < ${WALKERS}u; i++) {
    mean += bitcast<f32>(partials[i * ${WALKER_WORDS}u]) / f32(max(finite, 1u));
  }
  atomicStore(&result[${RESULT.finite}], finite);
  atomicStore(&result[${RESULT.nonFinite}], geometry.count - finite);
  atomicStore(&result[${RESULT.mean}], bitcast<u32>(mean));
  atomicStore(&result[${RESULT.min}], bitcast<u32>(low));
  atomicStore(&result[${RESULT.max}], bitcast<u32>(high));
}

// Where x lies between low and high; halves, because the difference of two large numbers overflows.
fn fraction(x: f32, low: f32, high: f32) -> f32 {
  let range = high * 0.5 - low * 0.5;
  return select(0.0, (x * 0.5 - low * 0.5) / range, range > 0.0);
}

@compute @workgroup_size(${WORKGROUP})
fn spread(@builtin(global_invocation_id) id: vec3u) {
  let mean = word(${RESULT.mean});
  let low = word(${RESULT.min});
  let high = word(${RESULT.max});
  var bins: array<u32, ${BINS}>;
  var squares = 0.0;
  for (var i = id.x; i < geometry.count; i += ${WALKERS}u) {
    let x = ${number('i')};
    if (is_finite(x)) {
      squares += (x - mean) * (x - mean);
      bins[min(u32(fraction(x, low, high) * ${BINS}.0), ${BINS - 1}u)]++;
    }
  }
  partials[id.x * ${WALKER_WORDS}u] = bitcast<u32>(squares);
  for (var bin = 0u; bin < ${BINS}u; bin++) {
    if (bins[bin] > 0u) { atomicAdd(&result[${RESULT.histogram}u + bin], bins[bin]); }
  }
}

@compute @workgroup_size(1)
fn combine_spread() {
  var squares = 0.0;
  for (var i = 0u; i < ${WALKERS}u; i++) { squares += bitcast<f32>(partials[i * ${WALKER_WORDS}u]); }
  let finite = f32(max(atomicLoad(&result[${RESULT.finite}]), 1u));
  atomicStore(&result[${RESULT.standardDeviation}], bitcast<u32>(sqrt(squares / finite)));
}

@compute @workgroup_size(${WORKGROUP})
fn cells(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= geometry.width * geometry.height * geometry.channels) { return; }
  let channel = id.x % geometry.channels;
  let column = id.x / geometry.channels % geometry.width;
  let row = id.x / (geometry.channels * geometry.width);
  let top = row * geometry.source_height / geometry.height;
  let bottom = max(top + 1u, (row + 1u) * geometry.source_height / geometry.height);
  let left = column * geometry.source_width / geometry.width;
  let right = max(left + 1u, (column + 1u) * geometry.source_width / geometry.width);
  var sum = 0.0;
  var finite = 0u;
  for (var y = top; y < bottom; y++) {
    for (var x = left; x < right; x++) {
      if (y * geometry.source_width + x >= geometry.places) { continue; }
      let at = geometry.base + y * geometry.stride_y + x * geometry.stride_x + channel * geometry.stride_channel;
      for (var k = 0u; k < geometry.inner; k++) {
        let value = ${number('at + k')};
        if (is_finite(value)) {
          sum += value;
          finite++;
        }
      }
    }
  }
  // A cell without finite values is marked by infinity.
  means[id.x] = select(bitcast<f32>(0x7f800000u + (geometry.count & 0u)), sum / f32(max(finite, 1u)), finite > 0u);
}

@compute @workgroup_size(${WORKGROUP})
fn rows(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= geometry.height) { return; }
  let length = geometry.width * geometry.channels;
  var low = LARGEST;
  var high = -LARGEST;
  for (var i = 0u; i < length; i++) {
    let x = means[id.x * length + i];
    if (is_finite(x)) {
      low = min(low, x);
      high = max(high, x);
    }
  }
  partials[${ROWS_AT}u + 2u * id.x] = bitcast<u32>(low);
  partials[${ROWS_AT}u + 2u * id.x + 1u] = bitcast<u32>(high);
}

@compute @workgroup_size(${WORKGROUP})
fn codes(@builtin(global_invocation_id) id: vec3u) {
  let count = geometry.width * geometry.height * geometry.channels;
  if (id.x * 4u >= count) { return; }
  var low = LARGEST;
  var high = -LARGEST;
  for (var row = 0u; row < geometry.height; row++) {
    low = min(low, bitcast<f32>(partials[${ROWS_AT}u + 2u * row]));
    high = max(high, bitcast<f32>(partials[${ROWS_AT}u + 2u * row + 1u]));
  }
  var packed = 0u;
  for (var i = 0u; i < 4u; i++) {
    let x = means[min(id.x * 4u + i, count - 1u)];
    let code = select(0u, u32(round(fraction(x, low, high) * 255.0)), is_finite(x));
    packed |= min(code, 255u) << (8u * i);
  }
  atomicStore(&result[${RESULT.codes}u + id.x], packed);
  if (id.x == 0u) {
    atomicStore(&result[${RESULT.cellMin}], bitcast<u32>(low));
    atomicStore(&result[${RESULT.cellMax}], bitcast<u32>(high));
  }
}
`;
}
