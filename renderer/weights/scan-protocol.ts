/** What the page and the worker that looks through a checkpoint tell each other. A worker looks through one. */
import type { NonFinite } from '../../export/weights/non-finite.ts';
import type { FromAnyJob } from '../documents/worker-job.ts';
import type { SharedCheckpoint } from '../session/checkpoints.ts';

export interface ToScan {
  readonly kind: 'scan';
  readonly checkpoint: SharedCheckpoint;
}

export type FromScan =
  | FromAnyJob
  /** By their names in the checkpoint. */
  | { readonly kind: 'found'; readonly nonFinite: readonly NonFinite[] };
