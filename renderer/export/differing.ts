/** The node whose value an export computes differently: where its mark is painted. */
import type { InstancePath, InstanceTree } from '../../graph/instance.ts';
import type { DerivedState } from '../stores/derived.ts';
import { firstDifference, instanceOfValue, type VerifyReport } from '../../export/verify/report.ts';

export interface Differing {
  /** The instance that computes the value. */
  readonly path: InstancePath;
  /** Relative L2; infinite where it cannot be told. */
  readonly distance: number;
  /** What computed it otherwise: `PyTorch`. */
  readonly engine: string;
  /** The graph that was verified: after an edit the mark says nothing. */
  readonly tree: InstanceTree;
}

/** Null where nothing differs. */
export function differingOf(report: VerifyReport, tree: InstanceTree): Differing | null {
  const first = firstDifference(report.rounds);
  if (!first) return null;
  return { path: instanceOfValue(tree, first.name), distance: first.distance, engine: report.engine, tree };
}

/** Whether the node at a path is the one, or holds it within; null while there is none, or the graph is another one. */
export function differsAt(
  differing: Differing | null,
  { tree }: Pick<DerivedState, 'tree'>,
  path: InstancePath | null,
): 'here' | 'inside' | null {
  if (!differing || path === null || differing.tree !== tree) return null;
  if (differing.path === path) return 'here';
  return differing.path.startsWith(`${path}.`) ? 'inside' : null;
}

/** How much a value differs, in words: it may be of another shape, or not a number on one side only. */
export function offBy(distance: number): string {
  return Number.isFinite(distance) ? `off by ${distance.toExponential(1)}` : 'off beyond measure';
}
