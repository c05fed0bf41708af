/**
 * Predicts how long a run takes: seconds = steps · overhead + FLOP / rate. Both are guesses of the kind of device at
 * first, and follow what runs on it take.
 */

export interface Work {
  readonly steps: number;
  readonly flops: number;
}

export interface DeviceKind {
  readonly kind: 'gpu' | 'cpu' | 'reference';
  readonly software: boolean;
}

export interface Rates {
  /** Seconds that a step takes beside its arithmetic. */
  readonly overhead: number;
  /** FLOP per second. */
  readonly rate: number;
}

/** Of the new measurement's weight against what is believed. */
const TRUST = 0.5;
/** Shares of a run below which it says nothing about the one or the other. */
const TELLING = 0.3;

/** Before anything was measured; rather slow, so that live mode does not start what it cannot finish. */
export function guessedRates({ kind, software }: DeviceKind): Rates {
  if (kind === 'cpu') return { overhead: 3e-4, rate: 1.5e10 };
  if (kind === 'reference') return { overhead: 1e-4, rate: 1.5e9 };
  return software ? { overhead: 4e-4, rate: 2.5e9 } : { overhead: 6e-5, rate: 5e11 };
}

/** Seconds; 0 for no work. */
export function predictSeconds({ steps, flops }: Work, { overhead, rate }: Rates): number {
  return steps * overhead + flops / rate;
}

/** What a run of `work` that took `seconds` teaches: each of the two, as far as it had a share in them. */
export function learn(rates: Rates, work: Work, seconds: number): Rates {
  if (work.steps === 0 || seconds <= 0) return rates;
  const expected = predictSeconds(work, rates);
  const overheadShare = (work.steps * rates.overhead) / expected;
  const factor = seconds / expected;
  const follow = (value: number, wanted: number, share: number) =>
    share < TELLING ? value : value + TRUST * share * (wanted - value);
  return {
    overhead: follow(rates.overhead, rates.overhead * factor, overheadShare),
    rate: follow(rates.rate, rates.rate / factor, 1 - overheadShare),
  };
}
