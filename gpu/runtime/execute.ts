/** Runs a prepared plan's needed steps: pieces gathered into submissions, paced, cancellable between two. */
import type { Plan, ValueKey } from '../plan.ts';
import { stepWork, SUBMISSION_MS, type Measured, type Pace } from './pace.ts';
import { cutPieces, MAX_PIECES, type Piece } from './pieces.ts';
import type { PreparedPlan } from './prepared.ts';
import type { Pool } from './pool.ts';
import type { Profiler } from './profiler.ts';
import type { Progress } from './types.ts';

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

/** @throws the signal's reason (an `AbortError` unless given) if it was aborted; what was complete by then is kept. */
export async function execute(execution: Execution): Promise<void> {
  const { prepared, pace, steps, flow, profiler, signal, onProgress } = execution;
  const { plan } = prepared;
  const total = steps.reduce((sum, index) => sum + stepWork(plan.steps[index]!), 0);
  const lastWriters: LastWriters = new Map(
    steps.flatMap((index) => plan.steps[index]!.writes.map((key) => [key, index])),
  );
  const progress: Ongoing = { lastWriters, finished: 0 };
  const inFlight: Promise<void>[] = [];
  let done = 0;
  try {
    for (const submission of submissions(cutPieces(plan, steps, pace, flow.milliseconds), execution)) {
      signal?.throwIfAborted();
      inFlight.push(submit(execution, progress, submission));
      if (profiler || inFlight.length >= flow.inFlight) await inFlight.shift();
      done += submission.reduce((sum, { work }) => sum + work, 0);
      onProgress?.({ done: Math.min(done, total), total });
    }
    await Promise.all(inFlight);
  } finally {
    // The caller may free what these still use.
    await Promise.allSettled(inFlight);
  }
}

interface Ongoing {
  readonly lastWriters: LastWriters;
  /** When the submission before was done. */
  finished: number;
}

async function submit(execution: Execution, ongoing: Ongoing, pieces: readonly Piece[]): Promise<void> {
  const { device, prepared, pool, pace, profiler } = execution;
  const { plan } = prepared;
  const submitted = performance.now();
  device.queue.submit([prepared.encode(pieces, profiler?.timer(pieces))]);
  const expected = predictedTime(execution, pieces);
  if (execution.sleepFirst && expected > SHORTEST_SLEEP_MS) await sleep(SLEEP_PART * expected);
  await device.queue.onSubmittedWorkDone();
  // A submission begins when the one before it is done.
  const milliseconds = performance.now() - Math.max(submitted, ongoing.finished);
  ongoing.finished = performance.now();
  pace.learn(
    pieces.flatMap((piece) => measuredPiece(plan, piece)),
    milliseconds,
  );
  await profiler?.collect(pieces, milliseconds);
  for (const { step, completes } of pieces) {
    if (!completes) continue;
    for (const key of plan.steps[step]!.writes) if (ongoing.lastWriters.get(key) === step) pool.markFilled(key);
  }
}

/** Part of the predicted time after which the work may be done. */
const SLEEP_PART = 0.8;
/** Timers are no finer than a millisecond or two. */
const SHORTEST_SLEEP_MS = 3;

function predictedTime({ prepared, pace }: Execution, pieces: readonly Piece[]): number {
  const measured = pieces.flatMap((piece) => measuredPiece(prepared.plan, piece));
  return measured.reduce((sum, { shader, work }) => sum + pace.predict(shader, work), 0);
}

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
