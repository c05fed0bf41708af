/** The Mersenne Twister MT19937 (Matsumoto, Nishimura 1998): the source of PyTorch's random numbers on the CPU. */

const SIZE = 624;
const SHIFT = 397;
const UPPER = 0x80000000;
const LOWER = 0x7fffffff;
const MATRIX = 0x9908b0df;

/** Plain data; `words` are the 624 words of the state, of which `index` were given out. */
export interface Mt19937State {
  readonly words: Uint32Array;
  readonly index: number;
}

/** A stream of 32-bit words. */
export class Mt19937 {
  readonly #words: Uint32Array;
  #index: number;

  private constructor(words: Uint32Array, index: number) {
    this.#words = words;
    this.#index = index;
  }

  /** `init_genrand`: only the low 32 bits of the seed count. */
  static seeded(seed: number): Mt19937 {
    const words = new Uint32Array(SIZE);
    words[0] = seed >>> 0;
    for (let i = 1; i < SIZE; i++) {
      const before = words[i - 1]!;
      words[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
    }
    return new Mt19937(words, SIZE);
  }

  static restored({ words, index }: Mt19937State): Mt19937 {
    return new Mt19937(Uint32Array.from(words), index);
  }

  snapshot(): Mt19937State {
    return { words: Uint32Array.from(this.#words), index: this.#index };
  }

  /** The next word, in [0, 2³²). */
  next(): number {
    if (this.#index === SIZE) this.#twist();
    return temper(this.#words[this.#index++]!) >>> 0;
  }

  /** Fills the array's first `count` places with the next words. */
  fill(target: Uint32Array, count = target.length): void {
    const words = this.#words;
    for (let done = 0; done < count;) {
      if (this.#index === SIZE) this.#twist();
      const taken = Math.min(SIZE - this.#index, count - done);
      const offset = this.#index - done;
      for (let i = done; i < done + taken; i++) target[i] = temper(words[offset + i]!);
      done += taken;
      this.#index += taken;
    }
  }

  /** Leaves out words: some 2 ns each, as nothing is tempered. */
  skip(count: number): void {
    let remaining = count;
    while (remaining > SIZE - this.#index) {
      remaining -= SIZE - this.#index;
      this.#twist();
    }
    this.#index += remaining;
  }

  /** The next 624 words of the state. */
  #twist(): void {
    const words = this.#words;
    let i = 0;
    for (; i < SIZE - SHIFT; i++) words[i] = words[i + SHIFT]! ^ mix(words[i]!, words[i + 1]!);
    for (; i < SIZE - 1; i++) words[i] = words[i + SHIFT - SIZE]! ^ mix(words[i]!, words[i + 1]!);
    words[SIZE - 1] = words[SHIFT - 1]! ^ mix(words[SIZE - 1]!, words[0]!);
    this.#index = 0;
  }
}

function mix(upper: number, lower: number): number {
  return (((upper & UPPER) | (lower & LOWER)) >>> 1) ^ (-(lower & 1) & MATRIX);
}

function temper(word: number): number {
  let y = word ^ (word >>> 11);
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >>> 18);
}
