/** Chooses kernels by measuring them: plans that differ in their kernel only, timed one after the other. */
import type { Clock, Plan } from '../plan.ts';
import type { Engine } from './engine.ts';
import { DeviceFault } from './errors.ts';
import type { Measurement, MeasureOptions } from './measure.ts';

/** One way to compute a class of shapes. */
export interface Candidate {
  readonly tile: string;
  /** Tiles of a family are given up together where the first of them is slow. */
  readonly family: string;
}

export interface TuneOptions<C extends Candidate> {
  /** Of one class; at least one. */
  readonly candidates: readonly C[];
  /** A plan for the candidate, whose work is `scale` times the smallest. */
  readonly planFor: (candidate: C, scale: number) => Plan;
  readonly signal?: AbortSignal | undefined;
}

/** The fastest tile, and the clock that said so. */
export interface Winner {
  readonly tile: string;
  readonly clock: Clock;
}

/** A product whose run is shorter does not fill the adapter as a model's does; then a larger one is measured. */
const SHORTEST_RUN_MS = 2;
const LARGEST_SCALE = 64;
/**
 * A submission that is shorter says little: it takes its time to be sent, and the timestamps of browsers move in steps of
 * up to 0.1 ms. Not longer, because slow kernels take ten times as long, and runs of the person wait for it.
 */
const SHORTEST_SUBMISSION_MS = 8;
const REPEATS = 3;
/** A family whose first tile is this much slower than the best so far is not measured further. */
const GIVE_UP = 2;

/**
 * The fastest of the candidates for a class of shapes on this engine's adapter: by the device's timestamps, or where it has
 * none, or one of them was too coarse to tell, by the time of submissions.
 * @throws the signal's reason if it is aborted; {DeviceFault} if the device is lost, or makes way for another.
 */
export async function measureTiles<C extends Candidate>(
  engine: Pick<Engine, 'measure' | 'fingerprint'>,
  { candidates, planFor, signal }: TuneOptions<C>,
): Promise<Winner> {
  const { fingerprint } = engine;
  const measure = async (
    candidate: C,
    scale: number,
    options: Pick<MeasureOptions, 'repeats' | 'shortest'>,
  ): Promise<Measurement> => {
    const measured = await engine.measure(planFor(candidate, scale), { leaf: zeros, signal, ...options });
    if (engine.fingerprint !== fingerprint) throw new DeviceFault('another adapter came while kernels were measured');
    return measured;
  };
  let scale = 1;
  const isShort = async (): Promise<boolean> => {
    const { submissions, timestamps = submissions } = await measure(candidates[0]!, scale, { repeats: 1 });
    return timestamps < SHORTEST_RUN_MS;
  };
  while (scale < LARGEST_SCALE && (await isShort())) scale *= 4;
  const measured: Measured[] = [];
  const givenUp = new Set<string>();
  for (const candidate of candidates) {
    const { tile, family } = candidate;
    if (givenUp.has(family)) continue;
    const times = await measure(candidate, scale, { repeats: REPEATS, shortest: SHORTEST_SUBMISSION_MS });
    measured.push({ tile, times });
    const { clock, best } = fastest(measured);
    if (times[clock]! > GIVE_UP * best.times[clock]!) givenUp.add(family);
  }
  const { clock, best } = fastest(measured);
  return { tile: best.tile, clock };
}

interface Measured {
  readonly tile: string;
  readonly times: Measurement;
}

/** Times of two clocks are not compared with each other. */
function fastest(measured: readonly Measured[]): { readonly best: Measured; readonly clock: Clock } {
  const clock = measured.every(({ times }) => times.timestamps !== undefined) ? 'timestamps' : 'submissions';
  const best = measured.reduce((best, one) => (one.times[clock]! < best.times[clock]! ? one : best));
  return { best, clock };
}

/** The time of a product does not depend on its numbers. */
function zeros({ type }: Plan['leaves'][number]): Promise<Uint8Array> {
  return Promise.resolve(new Uint8Array(4 * type.shape.reduce((product, size) => product * size, 1)));
}
