/** On a card: what became of the node since what is compared with, and how its value and its weights differ. */
import type { ChangeKind } from '../../graph/compare.ts';
import type { InstancePath } from '../../graph/instance.ts';
import { useComparison } from '../app-context.ts';
import { describeMark, shortDistance } from './words.ts';
import type { DifferenceMark } from './summary.ts';

/** Null where the numbers do not differ, or are of before the last edit. */
export function useDifference(path: InstancePath | null): DifferenceMark | null {
  return useComparison((state) =>
    state.kind === 'compared' && !state.outdated && path !== null ? (state.summary.marks.get(path) ?? null) : null,
  );
}

interface CompareMarkProps {
  readonly change: ChangeKind | undefined;
  readonly difference: DifferenceMark | null;
}

export function CompareMark({ change, difference }: CompareMarkProps) {
  if (!change && !difference) return null;
  return (
    <span className="compare-mark" title={difference ? describeMark(difference) : undefined}>
      {change && <span className="compare-change">{change}</span>}
      {difference && (
        <span className="compare-difference" data-first={difference.first || undefined}>
          {difference.first && 'first '}
          {difference.value && `Δ ${shortDistance(difference.value)}`}
          {difference.weights > 0 && (difference.value ? ' · weights' : 'weights')}
        </span>
      )}
    </span>
  );
}
