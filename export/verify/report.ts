/** What verifying an export showed: every value with its distance, and where the two first part. */
import type { InstancePath, InstanceTree } from '../../graph/instance.ts';
import { LIMIT, type Comparison } from './compare.ts';

/** What one draw of inputs gave; values in the order in which the graph computes them. */
export interface VerifyRound {
  readonly seed: number;
  readonly values: readonly Comparison[];
}

export interface VerifyReport {
  /** The export target's name. */
  readonly against: string;
  /** What ran the export, and what it was compared with. */
  readonly engine: string;
  readonly device: string;
  readonly rounds: readonly VerifyRound[];
}

export function isClose({ distance }: Comparison): boolean {
  return distance <= LIMIT;
}

/** The value that the graph computes before all others that differ, as far off as it was on any inputs. */
export function firstDifference(rounds: readonly VerifyRound[]): Comparison | undefined {
  const places = rounds.map(({ values }) => values.findIndex((value) => !isClose(value))).filter((at) => at >= 0);
  if (places.length === 0) return undefined;
  return furthest(rounds.map(({ values }) => values[Math.min(...places)]!));
}

/** The first of those that are furthest from the graph's own; undefined where there is no value. */
export function furthest(values: readonly Comparison[]): Comparison | undefined {
  return values.reduce<Comparison | undefined>(
    (most, value) => (most && most.distance >= value.distance ? most : value),
    undefined,
  );
}

/** The instance that computes a value, by the value's name: an output of the main module, or a port. */
export function instanceOfValue(tree: InstanceTree, name: string): InstancePath {
  const output = Object.hasOwn(tree.root.outputs, name) ? tree.root.outputs[name] : undefined;
  return output ? output.path : name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

/** The report as a file: every value with its distance, null where it is infinite, for JSON has no such number. */
export function reportText(graph: string, { rounds, ...facts }: VerifyReport): string {
  const told = rounds.map(({ seed, values }) => ({
    seed,
    values: values.map((value) => ({ ...value, distance: Number.isFinite(value.distance) ? value.distance : null })),
  }));
  const first = firstDifference(rounds)?.name ?? null;
  return `${JSON.stringify({ graph, ...facts, limit: LIMIT, first, rounds: told }, null, 2)}\n`;
}
