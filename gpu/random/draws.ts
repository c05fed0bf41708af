/** Tensors of random numbers, bit for bit as PyTorch's CPU kernels draw them with AVX2. */
import { logOfUnit, octant, reduced, reducedCosine, reducedSine } from './cephes.ts';
import type { DrawPlace, TorchGenerator } from './generator.ts';

const round = Math.fround;

/** Normals are made in groups of 16; a draw of fewer goes another way. */
const GROUP = 16;
const HALF = GROUP / 2;
const TWO_PI = round(2 * Math.PI);
/** Words drawn at once; a multiple of 16. */
const CHUNK = 4096;

/** `Tensor.uniform_(low, high)` of a float32 tensor. */
export function drawUniform(generator: TorchGenerator, count: number, low = 0, high = 1): Float32Array {
  const start = round(low);
  const range = round(round(high) - start);
  const values = new Float32Array(count);
  inChunks(generator, count, (words, from, length) => {
    for (let i = 0; i < length; i++) values[from + i] = (words[i]! & 0xffffff) * 2 ** -24 * range + start;
  });
  return values;
}

/** `Tensor.normal_(mean, std)` of a float32 tensor. */
export function drawNormal(generator: TorchGenerator, count: number, mean = 0, std = 1): Float32Array {
  const values = new Float32Array(count);
  if (count < GROUP) {
    for (let i = 0; i < count; i++) values[i] = generator.normal() * std + mean;
    return values;
  }
  const tail = count % GROUP;
  inChunks(generator, count - tail, (words, from, length) => {
    for (let i = 0; i < length; i += GROUP) boxMuller(words, i, values, from + i, round(mean), round(std));
  });
  if (tail > 0) {
    // The last words are drawn and left unused; 16 new ones overwrite the last 16 values.
    generator.skip(tail);
    inChunks(generator, GROUP, (words) => boxMuller(words, 0, values, count - GROUP, round(mean), round(std)));
  }
  return values;
}

/**
 * `torch.randint(low, high, …)`: one word per element, modulo the range; two from a range of 2³² on. Integers, exact.
 * @throws {RangeError} if there is no integer in [low, high).
 */
export function drawIntegers(generator: TorchGenerator, count: number, low: number, high: number): Float64Array {
  const range = high - low;
  if (!Number.isSafeInteger(range) || range <= 0) throw new RangeError(`there is no integer in [${low}, ${high})`);
  if (range < 2 ** 32) return Float64Array.from({ length: count }, () => low + (generator.word() % range));
  return Float64Array.from({ length: count }, () => {
    const high32 = BigInt(generator.word());
    return low + Number(((high32 << 32n) | BigInt(generator.word())) % BigInt(range));
  });
}

/** Where the generator stands after `drawUniform` of this many numbers, without drawing. */
export function afterUniform(place: DrawPlace, count: number): DrawPlace {
  return { ...place, word: place.word + count };
}

/** Where the generator stands after `drawNormal` of this many numbers, without drawing. */
export function afterNormal(place: DrawPlace, count: number): DrawPlace {
  if (count >= GROUP) return { ...place, word: place.word + count + (count % GROUP === 0 ? 0 : GROUP) };
  if (count === 0) return place;
  // A pair takes four words; what waits is given out first.
  const drawn = place.pendingPair === null ? count : count - 1;
  const word = place.word + Math.ceil(drawn / 2) * 4;
  return { word, pendingPair: drawn % 2 === 1 ? word - 4 : null };
}

/** Hands over the next words piece by piece. */
function inChunks(
  generator: TorchGenerator,
  count: number,
  use: (words: Uint32Array, from: number, length: number) => void,
): void {
  const words = new Uint32Array(Math.min(count, CHUNK));
  for (let from = 0; from < count; from += CHUNK) {
    const length = Math.min(CHUNK, count - from);
    generator.words(words, length);
    use(words, from, length);
  }
}

/** 16 words to 16 normals: uniforms 1 − d[0..8) give the radius, d[8..16) the angle; cosines first, then sines. */
function boxMuller(words: Uint32Array, at: number, values: Float32Array, to: number, mean: number, std: number): void {
  for (let i = 0; i < HALF; i++) {
    const radius = round(Math.sqrt(-2 * logOfUnit(2 ** 24 - (words[at + i]! & 0xffffff))));
    const angle = round(TWO_PI * ((words[at + HALF + i]! & 0xffffff) * 2 ** -24));
    const quadrant = octant(angle);
    const within = reduced(angle, quadrant);
    const cosine = reducedCosine(within);
    const sine = reducedSine(within);
    const swap = (quadrant & 2) !== 0;
    const cosineSign = (~(quadrant - 2) & 4) === 0 ? 1 : -1;
    const sineSign = (quadrant & 4) === 0 ? 1 : -1;
    values[to + i] = round(radius * (swap ? sine : cosine) * cosineSign) * std + mean;
    values[to + HALF + i] = round(radius * (swap ? cosine : sine) * sineSign) * std + mean;
  }
}
