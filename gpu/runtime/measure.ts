/** How long a plan takes on a device: all of its steps in one submission, several times over where it is short. */
import type { Clock } from '../plan.ts';
import { MAX_PIECES, wholeSteps, type Piece } from './pieces.ts';
import type { PreparedPlan } from './prepared.ts';
import type { Session } from './session.ts';
import { neededSteps } from './skip.ts';
import { lapLength, shortestLap, Stopwatch, type Lap } from './stopwatch.ts';
import type { RunRequest } from './types.ts';

export interface MeasureOptions {
  readonly leaf: RunRequest['leaf'];
  /** Submissions that are timed, of which the fastest counts. */
  readonly repeats: number;
  /** Milliseconds that a submission should take; a shorter plan is run several times in each. One run is enough unless given. */
  readonly shortest?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds of one run, by each clock there is; `timestamps` is absent where the device's do not tell. */
export type Measurement = Readonly<Partial<Record<Clock, number>>> & { readonly submissions: number };

/** In one submission. */
const MOST_DISPATCHES = 1024;
/** A first run may be as fast as a coarse clock's step: it says little of how many are needed. */
const MOST_GROWTH = 16;
/** More than would do, so that a faster run is long enough as well. */
const MARGIN = 1.25;

/** After runs that warm up. What the pool has of the plan is dropped. @throws the signal's reason; {DeviceFault}. */
export async function measurePlan(
  session: Session,
  prepared: PreparedPlan,
  { leaf, repeats, shortest = 0, signal }: MeasureOptions,
): Promise<Measurement> {
  const { plan } = prepared;
  const { pool } = session;
  const steps = wholeSteps(plan);
  // What is no dispatch has no pass that could be timed.
  const isTimed = session.device.timestamps && plan.steps.every(({ kind }) => kind === 'dispatch') && steps.length > 0;
  const stopwatch = isTimed ? new Stopwatch(session.gpu, session.staging) : undefined;
  try {
    const needed = neededSteps(plan, plan.outputs, () => false);
    await session.reserve(plan, needed, plan.outputs);
    await session.upload(plan, needed.leaves, { leaf, ...(signal && { signal }) });
    const most = Math.max(1, Math.floor(MOST_DISPATCHES / steps.length));
    let runs = 1;
    const sample = async (): Promise<Sample> => {
      signal?.throwIfAborted();
      return timeOnce(session, prepared, repeated(steps, runs), stopwatch);
    };
    // Some drivers compile at the first dispatch.
    const before = [await sample()];
    let samples = [await sample()];
    while (runs < most && lengthOf(samples[0]!) < shortest) {
      before.push(...samples);
      runs = Math.min(most, Math.ceil(runs * Math.min(MOST_GROWTH, (MARGIN * shortest) / lengthOf(samples[0]!))));
      samples = [await sample()];
    }
    while (samples.length < repeats) samples.push(await sample());
    session.checkHealth();
    const timestamps = shortestLap(lapsOf(samples), lapsOf(before));
    const submissions = Math.min(...samples.map(({ milliseconds }) => milliseconds)) / runs;
    return { submissions, ...(timestamps !== undefined && { timestamps: timestamps / runs }) };
  } finally {
    stopwatch?.destroy();
    for (const { key } of [...plan.outputs, ...plan.leaves]) pool.drop(key);
  }
}

interface Sample {
  /** By the host's clock. */
  readonly milliseconds: number;
  readonly lap: Lap | undefined;
}

async function timeOnce(
  { gpu }: Session,
  prepared: PreparedPlan,
  parts: readonly (readonly Piece[])[],
  stopwatch: Stopwatch | undefined,
): Promise<Sample> {
  const start = performance.now();
  gpu.queue.submit(parts.map((pieces, index) => prepared.encode(pieces, stopwatch?.timer(index, parts.length))));
  await gpu.queue.onSubmittedWorkDone();
  const milliseconds = performance.now() - start;
  return { milliseconds, lap: await stopwatch?.read() };
}

/** As the device counts it, which leaves out the way there and back. */
function lengthOf({ milliseconds, lap }: Sample): number {
  return (lap && lapLength(lap)) ?? milliseconds;
}

function lapsOf(samples: readonly Sample[]): Lap[] {
  return samples.flatMap(({ lap }) => lap ?? []);
}

/** The steps so many times over, in parts that a command buffer has room for; each begins with the first step. */
function repeated(steps: readonly Piece[], runs: number): Piece[][] {
  const inPart = Math.floor(MAX_PIECES / steps.length);
  return Array.from({ length: Math.ceil(runs / inPart) }, (_, part) => {
    return Array.from({ length: Math.min(inPart, runs - part * inPart) }, () => steps).flat();
  });
}
