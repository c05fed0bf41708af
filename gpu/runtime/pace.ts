/**
 * Sizes submissions by measured rates. A rate is learnt per shader, because kernels differ tenfold in speed; a new
 * shader starts from the average of all.
 */
import type { DispatchStep, Step } from '../plan.ts';

/** Milliseconds of work that may be on its way to a software adapter: two frames. */
export const SUBMISSION_MS = 30;

/** Work units a millisecond that an unknown adapter is taken to do: 1 GFLOP/s, slow enough for a software adapter. */
const FIRST_RATE = 1e6;
/** How much a new measurement counts against the old ones. */
const LEARNING = 0.5;

/** Work units that every step takes at least. */
const STEP_WORK = 1000;

/** FLOPs and bytes as one number: a byte moved costs about as much as a FLOP where memory is close. */
export function workOf({ flops, bytes }: Pick<DispatchStep, 'flops' | 'bytes'>): number {
  return flops + bytes + STEP_WORK;
}

/** Of any step; what is copied or cleared is hardly work. */
export function stepWork(step: Step): number {
  return step.kind === 'dispatch' ? workOf(step) : STEP_WORK;
}

export interface Measured {
  readonly shader: string;
  readonly work: number;
}

export class Pace {
  readonly #rates = new Map<string, number>();
  #average = FIRST_RATE;
  /** When the last submission was done. */
  #finished = 0;

  /** Milliseconds that this much work in this shader is expected to take. */
  predict(shader: string, work: number): number {
    return work / (this.#rates.get(shader) ?? this.#average);
  }

  /**
   * Takes in that these pieces were done at `now`. A submission begins when the one before it is done, be that of a run that
   * was cancelled.
   * @param part Of the time until `now`, that which the work is taken to have needed.
   * @returns the milliseconds that they took.
   */
  finish(pieces: readonly Measured[], submitted: number, now: number, part = 1): number {
    const milliseconds = now - Math.max(submitted, this.#finished);
    this.#finished = now;
    this.learn(pieces, part * milliseconds);
    return milliseconds;
  }

  /** Takes in that these pieces took `milliseconds` together; the time is divided as it was expected to be. */
  learn(pieces: readonly Measured[], milliseconds: number): void {
    const expected = pieces.reduce((sum, { shader, work }) => sum + this.predict(shader, work), 0);
    const work = pieces.reduce((sum, piece) => sum + piece.work, 0);
    if (expected <= 0 || milliseconds <= 0) return;
    const slower = milliseconds / expected;
    for (const shader of new Set(pieces.map((piece) => piece.shader))) {
      const before = this.#rates.get(shader) ?? this.#average;
      this.#rates.set(shader, before * (1 - LEARNING) + (before / slower) * LEARNING);
    }
    this.#average = this.#average * (1 - LEARNING) + (work / milliseconds) * LEARNING;
  }
}
