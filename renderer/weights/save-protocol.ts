/** What the page and the worker that makes a checkpoint tell each other. A worker makes one. */
import type { SaveRequest } from '../../export/weights/save-plan.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { FromAnyJob } from '../documents/worker-job.ts';
import type { SharedCheckpoint } from '../session/checkpoints.ts';

export type ToSave =
  | {
      readonly kind: 'save';
      readonly document: PatchbayDocument;
      /** Null where the document names none: its weights are drawn. */
      readonly checkpoint: SharedCheckpoint | null;
      readonly request: SaveRequest;
      /** What names of the files begin with. */
      readonly stem: string;
    }
  /** The piece before is written: one at a time is on its way. */
  | { readonly kind: 'more' };

export type FromSave =
  | FromAnyJob
  /** The next bytes of a file. */
  | {
      readonly kind: 'piece';
      readonly name: string;
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** Of the file. */
      readonly last: boolean;
    }
  | { readonly kind: 'done' }
  /** Why it cannot be saved like this, in words for a person. */
  | { readonly kind: 'refused'; readonly message: string };
