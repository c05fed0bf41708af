/** Chooses kernels by measuring them: plans that differ in their kernel only, timed one after the other. */
import type { Plan, Tuning } from '../plan.ts';
import type { Engine } from './engine.ts';

/** One way to compute one class of shapes. */
export interface Candidate {
  readonly shapeClass: string;
  readonly tile: string;
  /** Tiles of a family are given up together where the first of them is slow. */
  readonly family: string;
}

export interface TuneOptions<C extends Candidate> {
  readonly candidates: readonly C[];
  /** A plan for the candidate, whose work is `scale` times the smallest. */
  readonly planFor: (candidate: C, scale: number) => Plan;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A measurement shorter than this says little; then more work is measured. Not longer, because each is one submission,
 * and slow families take ten times as long.
 */
const SHORTEST_MS = 2;
const LARGEST_SCALE = 64;
const REPEATS = 3;
/** A family whose first tile is this much slower than the best so far is not measured further. */
const GIVE_UP = 2;

/**
 * The fastest tile for each class of shapes on this engine's adapter. Takes seconds on a software adapter; runs of
 * other plans go in between.
 * @throws the signal's reason if it is aborted; what was measured by then is lost.
 */
export async function measureTiles<C extends Candidate>(
  engine: Engine,
  { candidates, planFor, signal }: TuneOptions<C>,
): Promise<Tuning> {
  const matmul: Record<string, string> = {};
  for (const [shapeClass, members] of Map.groupBy(candidates, (candidate) => candidate.shapeClass)) {
    const scale = await usefulScale(engine, members[0]!, planFor, signal);
    const givenUp = new Set<string>();
    let best = Infinity;
    for (const candidate of members) {
      if (givenUp.has(candidate.family)) continue;
      const milliseconds = await engine.measure(planFor(candidate, scale), zeros, REPEATS, signal);
      if (milliseconds > GIVE_UP * best) givenUp.add(candidate.family);
      if (milliseconds >= best) continue;
      best = milliseconds;
      matmul[shapeClass] = candidate.tile;
    }
  }
  return { ...engine.tuning, adapter: engine.fingerprint, matmul };
}

/** How much work makes the measurement long enough. */
async function usefulScale<C extends Candidate>(
  engine: Engine,
  candidate: C,
  planFor: TuneOptions<C>['planFor'],
  signal: AbortSignal | undefined,
): Promise<number> {
  let scale = 1;
  while (scale < LARGEST_SCALE && (await engine.measure(planFor(candidate, scale), zeros, 1, signal)) < SHORTEST_MS) {
    scale *= 4;
  }
  return scale;
}

/** The time of a product does not depend on its numbers. */
function zeros({ type }: Plan['leaves'][number]): Promise<Uint8Array> {
  return Promise.resolve(new Uint8Array(4 * type.shape.reduce((product, size) => product * size, 1)));
}
