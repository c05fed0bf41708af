/** What the page and the compare worker say to each other. A worker serves one comparison, and is ended with it. */
import type { ModelDifferences } from '../../export/verify/compare-models.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { DocumentFiles } from '../session/graph-source.ts';
import type { DeviceChoice } from '../stores/remembered-device.ts';

export interface ComparedDocument extends DocumentFiles {
  readonly document: PatchbayDocument;
}

export interface ToCompare {
  readonly before: ComparedDocument;
  readonly after: ComparedDocument;
  /** The device that the canvas computes on. */
  readonly device: DeviceChoice;
}

export type FromCompare =
  /** 0 … 1. */
  | { readonly kind: 'progress'; readonly progress: number }
  | { readonly kind: 'compared'; readonly differences: ModelDifferences; readonly device: string }
  | { readonly kind: 'failed'; readonly message: string };
