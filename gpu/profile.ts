/** Where the time of a plan goes: its dispatches, timed one by one, folded into the instances whose work they are. */
import type { Ceilings } from './ceilings.ts';
import type { DispatchStep, Plan } from './plan.ts';
import type { Engine } from './runtime/engine.ts';
import type { RunReport, RunRequest, StepTimes } from './runtime/types.ts';

/**
 * What a kernel's time is spent on: arithmetic or memory, whichever of the adapter's ceilings it is nearer to; neither, where
 * it is far from both: launching, waiting, or work that neither ceiling counts.
 */
export type Bound = 'compute' | 'memory' | 'neither';

export const BOUNDS = ['compute', 'memory', 'neither'] as const satisfies readonly Bound[];

/** A kernel that reaches less of both ceilings is bound by neither. */
export const BOUND_FROM = 0.2;

/** What one instance took part in. */
export interface InstanceWork {
  readonly path: string;
  readonly milliseconds: number;
  readonly flops: number;
  /** Read and written, as the kernels are planned; what a cache gives counts too. */
  readonly bytes: number;
  /** Dispatches that are its own, or that it shares with others. */
  readonly dispatches: number;
  /** The time again, by what bounds each dispatch; null where no ceilings are known. */
  readonly boundBy: Readonly<Record<Bound, number>> | null;
}

export interface Profile {
  /** In the order in which they begin to compute. */
  readonly works: readonly InstanceWork[];
  /** Of all dispatches together: what the works sum up to. */
  readonly milliseconds: number;
  /** Runs that the times are the mean of. */
  readonly runs: number;
  readonly clock: StepTimes['clock'] | 'operations';
  /** What the times of one run are multiples of; 0 where it is not known. */
  readonly tick: number;
  readonly ceilings: Ceilings | null;
}

/** A first run this long is taken as it is: another one to warm up with would be waited for. */
const LONG_MS = 2000;
/** So much time, or so many runs, make a mean. */
const ENOUGH_MS = 200;
const MOST_RUNS = 8;

/**
 * Runs a plan whole, whatever is kept of it, and says where the time went. A short one is run once more to warm up, and
 * then as often as makes a steady mean, which also evens out a coarse clock.
 * @throws as `Engine.run`.
 */
export async function profilePlan(
  engine: Engine,
  request: Omit<RunRequest, 'profile' | 'fresh'>,
  ceilings: Ceilings | null,
): Promise<{ readonly profile: Profile; readonly report: RunReport }> {
  let report = await engine.run({ ...request, profile: true, fresh: true });
  const measured: StepTimes[] = [];
  if (sumOf(report.steps!) < LONG_MS) {
    do {
      report = await engine.run({ ...request, profile: true, fresh: true });
      measured.push(report.steps!);
    } while (measured.length < MOST_RUNS && measured.reduce((sum, times) => sum + sumOf(times), 0) < ENOUGH_MS);
  } else {
    measured.push(report.steps!);
  }
  const milliseconds = meanOf(measured);
  const tick = Math.min(...measured.map((times) => times.tick));
  const raised = ceilings && raise(ceilings, request.plan, milliseconds, tick);
  const profile: Profile = {
    works: foldSteps(request.plan, milliseconds, raised),
    milliseconds: milliseconds.values().reduce((sum, time) => sum + time, 0),
    runs: measured.length,
    clock: measured[0]!.clock,
    tick,
    ceilings: raised,
  };
  return { profile, report };
}

/** A kernel this much longer than the clock's tick, and than a launch, says what the adapter can do. */
const TELLING_TICKS = 10;
const TELLING_MS = 0.5;

/**
 * Where a kernel computes faster than the ceiling, that was measured while the machine had other work. Memory is left as it
 * is: a cache gives more.
 */
export function raise(
  ceilings: Ceilings,
  { steps }: Pick<Plan, 'steps'>,
  milliseconds: ReadonlyMap<number, number>,
  tick: number,
): Ceilings {
  let { flopsPerSecond } = ceilings;
  for (const [index, time] of milliseconds) {
    const step = steps[index]!;
    if (step.kind !== 'dispatch' || time < Math.max(TELLING_MS, TELLING_TICKS * tick)) continue;
    flopsPerSecond = Math.max(flopsPerSecond, (1000 * step.flops) / time);
  }
  return { ...ceilings, flopsPerSecond };
}

function sumOf({ milliseconds }: StepTimes): number {
  return milliseconds.values().reduce((sum, time) => sum + time, 0);
}

function meanOf(runs: readonly StepTimes[]): ReadonlyMap<number, number> {
  const mean = new Map<number, number>();
  for (const { milliseconds } of runs) {
    for (const [step, time] of milliseconds) mean.set(step, (mean.get(step) ?? 0) + time / runs.length);
  }
  return mean;
}

type Tally = { -readonly [Name in Exclude<keyof InstanceWork, 'path' | 'boundBy'>]: number } & {
  readonly boundBy: Record<Bound, number>;
};

/**
 * The plan's steps by origin, in the order of their first step. A fused kernel is shared out by the parts that the plan
 * gives; its bytes too, as nobody can say whose they are.
 * @param milliseconds by index of the step; a step without is left out.
 */
export function foldSteps(
  { steps }: Pick<Plan, 'steps'>,
  milliseconds: ReadonlyMap<number, number>,
  ceilings: Ceilings | null,
): InstanceWork[] {
  const tallies = new Map<string, Tally>();
  for (const [index, step] of steps.entries()) {
    const time = milliseconds.get(index);
    if (time === undefined) continue;
    const { flops, bytes } = step.kind === 'dispatch' ? step : { flops: 0, bytes: 0 };
    const bound = ceilings && boundOf({ flops, bytes }, time, ceilings);
    for (const [place, origin] of step.origins.entries()) {
      const share = step.kind === 'dispatch' ? step.shares[place]! : 1 / step.origins.length;
      const tally = tallyOf(tallies, origin);
      tally.milliseconds += time * share;
      tally.flops += flops * share;
      tally.bytes += bytes * share;
      tally.dispatches += step.kind === 'dispatch' ? 1 : 0;
      if (bound) tally.boundBy[bound] += time * share;
    }
  }
  return Array.from(tallies, ([path, tally]) => ({ path, ...tally, boundBy: ceilings && tally.boundBy }));
}

/** What bounds work that took `milliseconds`. */
export function boundOf(
  { flops, bytes }: Pick<DispatchStep, 'flops' | 'bytes'>,
  milliseconds: number,
  ceilings: Ceilings,
): Bound {
  const { compute, memory } = reachOf({ flops, bytes }, milliseconds, ceilings);
  if (Math.max(compute, memory) < BOUND_FROM) return 'neither';
  return compute >= memory ? 'compute' : 'memory';
}

/** What part of each ceiling is reached; above 1 where caches give more than memory can. 0 in no time. */
export function reachOf(
  { flops, bytes }: Pick<DispatchStep, 'flops' | 'bytes'>,
  milliseconds: number,
  { flopsPerSecond, bytesPerSecond }: Ceilings,
): { readonly compute: number; readonly memory: number } {
  const seconds = milliseconds / 1000;
  if (seconds <= 0) return { compute: 0, memory: 0 };
  return { compute: flops / seconds / flopsPerSecond, memory: bytes / seconds / bytesPerSecond };
}

function tallyOf(tallies: Map<string, Tally>, origin: string): Tally {
  const known = tallies.get(origin);
  if (known) return known;
  const tally: Tally = {
    milliseconds: 0,
    flops: 0,
    bytes: 0,
    dispatches: 0,
    boundBy: { compute: 0, memory: 0, neither: 0 },
  };
  tallies.set(origin, tally);
  return tally;
}
