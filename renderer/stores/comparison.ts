/** How the numbers of the document differ from those of what it is compared with. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DifferenceSummary } from '../compare/summary.ts';

export type ComparisonState =
  /** Nobody has asked. */
  | { readonly kind: 'none' }
  | { readonly kind: 'comparing'; readonly progress: number }
  | {
      readonly kind: 'compared';
      readonly summary: DifferenceSummary;
      /** What computed both. */
      readonly device: string;
      /** The document was edited since: the numbers are those of before. */
      readonly outdated: boolean;
    }
  | { readonly kind: 'failed'; readonly message: string };

export type ComparisonStore = StoreApi<ComparisonState>;

export function createComparisonStore(): ComparisonStore {
  return createStore<ComparisonState>()(() => ({ kind: 'none' }));
}
