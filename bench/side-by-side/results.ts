/** What the bench found, as it is kept in JSON. */
import type { Facts, Host } from './engine.ts';
import type { Scale } from './workload.ts';

/** One engine on one workload. */
export type Cell = Measured | NotMeasured;

interface Contender {
  readonly engine: string;
  readonly title: string;
}

export interface Measured extends Contender {
  readonly kind: 'measured';
  readonly device: string;
  readonly version: string;
  /** Milliseconds of every run that counts. */
  readonly times: readonly number[];
  /** Milliseconds from the model to the first result. */
  readonly first: number;
  readonly facts: Facts;
  /** By how much its processes grew at most, from before the model until after a run. */
  readonly peakBytes?: number;
  /** The greatest relative error (L2) of an output; absent: there was nothing to compare with. */
  readonly error?: number;
}

export interface NotMeasured extends Contender {
  readonly kind: 'not measured';
  readonly reason: string;
}

/** All engines on one workload, interleaved. */
export interface Table {
  readonly workload: string;
  readonly title: string;
  readonly size: string;
  readonly scale: Scale;
  readonly flops: number;
  readonly bytes?: number;
  /** What results were compared with. */
  readonly reference: string;
  readonly rounds: number;
  /** Seconds after which an engine gets no more rounds. */
  readonly budget: number;
  readonly date: string;
  /** Load average of one minute, before and after. */
  readonly load: readonly [number, number];
  readonly command: string;
  readonly cells: readonly Cell[];
}

/** What one host and adapter gave. */
export interface Results {
  readonly host: Host;
  readonly hostVersion: string;
  readonly adapter: string;
  /** The adapter's own words, with the driver's version. */
  readonly driver: string;
  readonly machine: string;
  readonly commit: string;
  readonly tables: readonly Table[];
}

/** Above this, an engine computes something else: its times are not compared. */
export const WRONG = 1e-3;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function isWrong({ error }: Measured): boolean {
  // Not `>`: NaN is wrong, too.
  return error !== undefined && !(error <= WRONG);
}

/** The former results with these in their place: a workload's table is replaced as a whole. */
export function merged(former: Results | undefined, latest: Results): Results {
  const own = new Set(latest.tables.map(({ workload }) => workload));
  const kept = former?.tables.filter(({ workload }) => !own.has(workload)) ?? [];
  return { ...latest, tables: [...kept, ...latest.tables] };
}
