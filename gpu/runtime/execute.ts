/** Runs a prepared plan's needed steps: pieces gathered into submissions, paced, cancellable between two. */
import type { Plan, ValueKey } from '../plan.ts';
import { stepWork, SUBMISSION_MS, type Measured, type Pace } from './pace.ts';
import { cutPieces, MAX_PIECES, type Piece } from './pieces.ts';
import type { PreparedPlan } from './prepared.ts';
import type { Pool } from './pool.ts';
import type { Profiler } from './profiler.ts';
import type { Progress } from './types.ts';
import { untilAborted } from './until-aborted.ts';

export interface Execution {
  readonly device: GPUDevice;
  readonly prepared: PreparedPlan;
  readonly pool: Pool;
  readonly pace: Pace;
  /** Indices of the steps to run, ascending. */
  readonly steps: readonly number[];
  readonly flow: Flow;
  /** Sleep for most of a submission's predicted time before waiting for it (`Device.waitsBusily`). */
  readonly sleepFirst: boolean;
  readonly profiler?: Profiler | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How the work reaches the device. */
export interface Flow {
  /** Submissions on their way at once. */
  readonly inFlight: number;
  /** Milliseconds that one may take. */
  readonly milliseconds: number;
}

/**
 * What is on its way takes no more than two frames, after which the compositor, whose own work waits in the same queue, is
 * let in. It is two submissions, so that the device has the next one while the word of the last is still on its way to
 * the host; one where that host is the same processor and takes a part of it for as long as it waits.
 */
export function flowOf({ software, waitsBusily }: { readonly software: boolean; readonly waitsBusily: boolean }): Flow {
  if (!software) return { inFlight: 3, milliseconds: SUBMISSION_MS };
  return waitsBusily ? { inFlight: 1, milliseconds: SUBMISSION_MS } : { inFlight: 2, milliseconds: SUBMISSION_MS / 2 };
}

/** The last step that writes a value: a value too large for one binding is written by several. */
type LastWriters = ReadonlyMap<ValueKey, number>;

/**
 * @throws the signal's reason (an `AbortError` unless given) as soon as it is aborted; what was complete by then is kept. What
 * is on its way to the device then is not waited for: the queue keeps its order, and buffers that are destroyed last until
 * what was submitted before is done.
 */
export async function execute(execution: Execution): Promise<void> {
  const { prepared, pace, steps, flow, profiler, signal, onProgress } = execution;
  const { plan } = prepared;
  const total = steps.reduce((sum, index) => sum + stepWork(plan.steps[index]!), 0);
  const lastWriters: LastWriters = new Map(
    steps.flatMap((index) => plan.steps[index]!.writes.map((key) => [key, index])),
  );
  const inFlight: Promise<void>[] = [];
  let done = 0;
  try {
    for (const submission of submissions(cutPieces(plan, steps, pace, flow.milliseconds), execution)) {
      signal?.throwIfAborted();
      inFlight.push(submit(execution, lastWriters, submission));
      // A profile by the clock is of one submission at a time.
      if (inFlight.length >= (profiler?.batches === false ? 1 : flow.inFlight)) await inFlight.shift();
      done += submission.reduce((sum, { work }) => sum + work, 0);
      onProgress?.({ done: Math.min(done, total), total });
    }
    await Promise.all(inFlight);
  } finally {
    // The caller may take back what these fill.
    await Promise.allSettled(inFlight);
  }
}

async function submit(execution: Execution, lastWriters: LastWriters, pieces: readonly Piece[]): Promise<void> {
  const { device, prepared, pool, profiler, signal } = execution;
  const { plan } = prepared;
  const submitted = performance.now();
  device.queue.submit([prepared.encode(pieces, profiler?.timer(pieces))]);
  // Of a run that was cancelled the pace is learnt, and no value taken: its place may be another run's by then.
  const milliseconds = await untilAborted(finish(execution, pieces, submitted), signal);
  await profiler?.collect(pieces, milliseconds);
  for (const { step, completes } of pieces) {
    if (!completes) continue;
    for (const key of plan.steps[step]!.writes) if (lastWriters.get(key) === step) pool.markFilled(key);
  }
}

/** Waits until the device is done. @returns the milliseconds that it took. */
async function finish(execution: Execution, pieces: readonly Piece[], submitted: number): Promise<number> {
  const { device, prepared, pace, sleepFirst } = execution;
  const measured = pieces.flatMap((piece) => measuredPiece(prepared.plan, piece));
  const expected = measured.reduce((sum, { shader, work }) => sum + pace.predict(shader, work), 0);
  const sleeps = sleepFirst && expected > SHORTEST_SLEEP_MS;
  if (sleeps) await sleep(SLEEP_PART * expected);
  const woken = performance.now();
  await device.queue.onSubmittedWorkDone();
  const now = performance.now();
  // What was done while we slept took less, nobody knows how much.
  const part = sleeps && now - woken < OVERSLEPT_MS ? OVERSLEPT_PART : 1;
  return pace.finish(measured, submitted, now, part);
}

/** Part of the predicted time after which the work may be done. */
const SLEEP_PART = 0.8;
/** Timers are no finer than a millisecond or two. */
const SHORTEST_SLEEP_MS = 3;

/** A wait as short as this says that the work was done before it, and this part of the time is what it is taken for. */
const OVERSLEPT_MS = 1;
const OVERSLEPT_PART = 0.7;

/** What the pace knows a piece by; nothing for a transfer. */
function measuredPiece(plan: Plan, { step, work }: Piece): Measured[] {
  const planned = plan.steps[step]!;
  return planned.kind === 'dispatch' ? [{ shader: plan.shaders[planned.shader]!.wgsl, work }] : [];
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Gathers pieces until their predicted time fills a submission. */
function* submissions(pieces: Iterable<Piece>, { prepared, pace, flow, profiler }: Execution): Generator<Piece[]> {
  const { plan } = prepared;
  let gathered: Piece[] = [];
  let predicted = 0;
  for (const piece of pieces) {
    const step = plan.steps[piece.step]!;
    const expected = step.kind === 'dispatch' ? pace.predict(plan.shaders[step.shader]!.wgsl, piece.work) : 0;
    const full =
      predicted + expected > flow.milliseconds || gathered.length >= MAX_PIECES || (profiler && !profiler.batches);
    if (gathered.length > 0 && full) {
      yield gathered;
      gathered = [];
      predicted = 0;
    }
    gathered.push(piece);
    predicted += expected;
  }
  if (gathered.length > 0) yield gathered;
}
