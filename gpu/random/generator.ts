/**
 * PyTorch's generator on the CPU: a stream of words, and the second of a pair of normals that small draws leave behind.
 * `place` says where in the draw it stands; from a seed and a place the generator can be made anew.
 */
import { Mt19937, type Mt19937State } from './mt19937.ts';

/** A place in the draw of one seed; equal places of equal seeds draw equal numbers. */
export interface DrawPlace {
  /** Words drawn before. */
  readonly word: number;
  /** Words drawn before the pair of normals whose second waits to be given out; null where none waits. */
  readonly pendingPair: number | null;
}

/** Right after `manual_seed`. */
export const START: DrawPlace = { word: 0, pendingPair: null };

/** Plain data: all of a generator. */
export interface GeneratorState {
  readonly seed: number;
  readonly engine: Mt19937State;
  readonly place: DrawPlace;
  readonly pendingNormal: number;
}

/** Draws as `torch.Generator` on the CPU does after `manual_seed`. */
export class TorchGenerator {
  readonly seed: number;
  #engine: Mt19937;
  #word = 0;
  #pendingPair: number | null = null;
  #pendingNormal = 0;

  /** Only the low 32 bits of the seed count, as in PyTorch. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seed ${seed} is no integer`);
    this.seed = seed;
    this.#engine = Mt19937.seeded(seed);
  }

  /** A generator that stands at this place of this seed's draw. */
  static at(seed: number, place: DrawPlace): TorchGenerator {
    const generator = new TorchGenerator(seed);
    generator.moveTo(place);
    return generator;
  }

  static restored({ seed, engine, place, pendingNormal }: GeneratorState): TorchGenerator {
    const generator = new TorchGenerator(seed);
    generator.#engine = Mt19937.restored(engine);
    generator.#word = place.word;
    generator.#pendingPair = place.pendingPair;
    generator.#pendingNormal = pendingNormal;
    return generator;
  }

  get place(): DrawPlace {
    return { word: this.#word, pendingPair: this.#pendingPair };
  }

  snapshot(): GeneratorState {
    return { seed: this.seed, engine: this.#engine.snapshot(), place: this.place, pendingNormal: this.#pendingNormal };
  }

  /** Goes to a place of the same seed's draw: cheaply forwards, from the start where it lies behind. */
  moveTo(place: DrawPlace): void {
    const { word, pendingPair } = place;
    if (pendingPair === null || pendingPair === this.#pendingPair) {
      this.#skipTo(word);
    } else {
      this.#skipTo(pendingPair);
      this.#pendingPair = null;
      this.normal();
      this.#skipTo(word);
    }
    if (pendingPair === null) this.#pendingPair = null;
  }

  /** The next 32 random bits. */
  word(): number {
    this.#word++;
    return this.#engine.next();
  }

  /** Fills the array's first `count` places with the next words. */
  words(target: Uint32Array, count = target.length): void {
    this.#engine.fill(target, count);
    this.#word += count;
  }

  skip(count: number): void {
    this.#engine.skip(count);
    this.#word += count;
  }

  /** Uniform on [0, 1) with 53 bits; the first of two words is the high half. */
  unit(): number {
    const high = this.word() & 0x1fffff;
    return (high * 2 ** 32 + this.word()) * 2 ** -53;
  }

  /** Standard normal in float64, from pairs (Box–Muller), as small draws use it. */
  normal(): number {
    if (this.#pendingPair !== null) {
      this.#pendingPair = null;
      return this.#pendingNormal;
    }
    const pair = this.#word;
    const angle = 2 * Math.PI * this.unit();
    const radius = Math.sqrt(-2 * Math.log1p(-this.unit()));
    this.#pendingPair = pair;
    this.#pendingNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  #skipTo(word: number): void {
    if (word < this.#word) {
      this.#engine = Mt19937.seeded(this.seed);
      this.#word = 0;
    }
    this.skip(word - this.#word);
  }
}
