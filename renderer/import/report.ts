/** What the report of an import shows. */
import type { ImportReport } from '../../import/report.ts';
import type { ProposedWeights } from '../weights/proposal.ts';
import type { ModelFiles } from '../platform/platform.ts';

export interface ShownReport extends ImportReport {
  /** Of the file or folder. */
  readonly name: string;
  /** Where the weights are: kept by the application, in no file of the person's yet; where they lay; or there are none. */
  readonly weights: 'kept' | 'beside' | 'none';
  /** Why the weights of the folder are not the graph's, and were left out. */
  readonly misfits: readonly string[];
  /** Those, for rules that make them fit. */
  readonly proposed: ProposedWeights | null;
  /** Sizes that come with the data, for whoever wants others than 1. */
  readonly again: { readonly chosen: ModelFiles; readonly sizes: readonly string[] } | null;
}

/** A value of the report, as people of this place write numbers. */
export function shownValue(value: string): string {
  return value.replace(/\d{4,}/g, (digits) => Number(digits).toLocaleString());
}
