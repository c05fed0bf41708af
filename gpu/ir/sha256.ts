/** SHA-256 (FIPS 180-4), synchronous: the browser's own is not, nor does it take a file in pieces. */

/** The hash of the text's UTF-8 bytes in hexadecimal, cut to `digits` (64 at most). */
export function sha256(text: string, digits = 64): string {
  const hash = new Sha256();
  hash.update(UTF_8.encode(text));
  return hash.finish().slice(0, digits);
}

const UTF_8 = new TextEncoder();
const BLOCK_BYTES = 64;

/** A hash of bytes that come piece by piece. */
export class Sha256 {
  readonly #state = INITIAL_STATE.slice();
  readonly #schedule = new Uint32Array(64);
  readonly #words = new Uint32Array(16);
  /** What does not fill a block yet. */
  readonly #rest = new Uint8Array(BLOCK_BYTES);
  #length = 0;

  update(bytes: Uint8Array): void {
    let at = 0;
    const filled = this.#length % BLOCK_BYTES;
    this.#length += bytes.length;
    if (filled > 0) {
      at = Math.min(BLOCK_BYTES - filled, bytes.length);
      this.#rest.set(bytes.subarray(0, at), filled);
      if (filled + at < BLOCK_BYTES) return;
      this.#block(this.#rest, 0);
    }
    for (; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) this.#block(bytes, at);
    this.#rest.set(bytes.subarray(at));
  }

  /** In hexadecimal; nothing can be added afterwards. */
  finish(): string {
    const rest = this.#rest;
    const filled = this.#length % BLOCK_BYTES;
    // A 1 bit, zeros, and the length in bits in the last eight bytes.
    rest[filled] = 0x80;
    rest.fill(0, filled + 1);
    if (filled >= BLOCK_BYTES - 8) {
      this.#block(rest, 0);
      rest.fill(0);
    }
    const [high, low] = [Math.floor(this.#length / 2 ** 29), this.#length << 3];
    for (let byte = 0; byte < 4; byte++) {
      rest[BLOCK_BYTES - 8 + byte] = high >>> (24 - 8 * byte);
      rest[BLOCK_BYTES - 4 + byte] = low >>> (24 - 8 * byte);
    }
    this.#block(rest, 0);
    let text = '';
    for (let index = 0; index < this.#state.length; index++) text += hexadecimal(this.#state[index]!);
    return text;
  }

  #block(bytes: Uint8Array, at: number): void {
    const words = this.#words;
    for (let index = 0; index < 16; index++) {
      const byte = at + 4 * index;
      words[index] = (bytes[byte]! << 24) | (bytes[byte + 1]! << 16) | (bytes[byte + 2]! << 8) | bytes[byte + 3]!;
    }
    compress(this.#state, words, this.#schedule);
  }
}

const HEXADECIMAL = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hexadecimal(word: number): string {
  const byte = (shift: number): string => HEXADECIMAL[(word >>> shift) & 0xff]!;
  return byte(24) + byte(16) + byte(8) + byte(0);
}

const PRIMES = [...firstPrimes(64)];
const ROUND_CONSTANTS = Uint32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const INITIAL_STATE = Uint32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

/** The first 32 bits after the binary point. */
function fraction(value: number): number {
  return Math.floor((value - Math.floor(value)) * 2 ** 32);
}

function* firstPrimes(count: number): Generator<number> {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.some((prime) => candidate % prime === 0)) continue;
    primes.push(candidate);
    yield candidate;
  }
}

function compress(state: Uint32Array, words: Uint32Array, w: Uint32Array): void {
  for (let t = 0; t < 16; t++) w[t] = words[t]!;
  for (let t = 16; t < 64; t++) {
    const early = w[t - 15]!;
    const late = w[t - 2]!;
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    w[t] = (w[t - 16]! + s0 + w[t - 7]! + s1) | 0;
  }
  // Without an iterator: files of gigabytes come through here.
  let [a, b, c, d] = [state[0]! | 0, state[1]! | 0, state[2]! | 0, state[3]! | 0];
  let [e, f, g, h] = [state[4]! | 0, state[5]! | 0, state[6]! | 0, state[7]! | 0];
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[t]! + w[t]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
