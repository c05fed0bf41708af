/** What differs in numbers, as it is shown: a row for each node by flow, and a mark for each card. */
import type { ModelDifferences, ValueDifference, WeightDifference } from '../../export/verify/compare-models.ts';
import type { InstancePath, InstanceTree } from '../../graph/instance.ts';

/** A leaf whose weights or values differ. */
export interface DifferenceRow {
  readonly path: InstancePath;
  /** Of its outputs the one that differs most; null where only its weights do: nothing is computed from it. */
  readonly value: ValueDifference | null;
  readonly weights: readonly WeightDifference[];
}

export interface DifferenceMark {
  readonly value: ValueDifference | null;
  /** Of the node, or inside of it. */
  readonly weights: number;
  /** The first value that differs is its own, or inside of it. */
  readonly first: boolean;
}

export interface DifferenceSummary {
  /** In the order of execution; what is not executed comes last. */
  readonly rows: readonly DifferenceRow[];
  /** Path of the first leaf whose value differs. */
  readonly first: InstancePath | null;
  readonly marks: ReadonlyMap<InstancePath, DifferenceMark>;
  /** Sources of the other document that have numbers of their own, as those of this one do not fit. */
  readonly ownInputs: readonly InstancePath[];
}

export function summarise({ weights, values, ownInputs }: ModelDifferences, tree: InstanceTree): DifferenceSummary {
  const valuesOf = Map.groupBy(values, ({ path }) => path);
  const weightsOf = Map.groupBy(weights, ({ owner }) => owner);
  const flow = new Set([...tree.execution, ...tree.construction].map(({ path }) => path));
  const rows = Array.from(flow, (path): DifferenceRow => ({
    path,
    value: largest(valuesOf.get(path) ?? []),
    weights: weightsOf.get(path) ?? [],
  })).filter(({ value, weights }) => value !== null || weights.length > 0);
  const first = rows.find(({ value }) => value !== null)?.path ?? null;
  const marks = new Map<InstancePath, DifferenceMark>();
  for (const path of tree.byPath.keys()) {
    if (path === '') continue;
    const inside = weights.filter(({ owner }) => isWithin(owner, path)).length;
    const value = largest(valuesOf.get(path) ?? []);
    if (value !== null || inside > 0) {
      marks.set(path, { value, weights: inside, first: first !== null && isWithin(first, path) });
    }
  }
  return { rows, first, marks, ownInputs };
}

export function isWithin(path: InstancePath, outer: InstancePath): boolean {
  return path === outer || path.startsWith(`${outer}.`);
}

/** One whose shape is another counts most. */
function largest(values: readonly ValueDifference[]): ValueDifference | null {
  const rank = ({ shapeBefore, relativeL2 }: ValueDifference) => (shapeBefore ? Number.MAX_VALUE : relativeL2);
  return values.reduce<ValueDifference | null>(
    (most, value) => (most === null || rank(value) > rank(most) ? value : most),
    null,
  );
}
