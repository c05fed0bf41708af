/** The checkpoint that the open document names: whether it is there, and what of it is not the graph's. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { InstanceTree } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { checkpointFit, fitProblems, type Checkpoint, type CheckpointFit } from '../../nodes/checkpoint.ts';
import { weightShapes } from '../../nodes/weights.ts';

export type CheckpointState =
  /** The document names none: weights are drawn from the seed. */
  | { readonly kind: 'none' }
  /** It is looked for; a large one takes seconds to be hashed. */
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly checkpoint: Checkpoint }
  /** It is not there, or holds other weights. */
  | { readonly kind: 'missing' }
  /** Its hash was given up: nobody knows whether it is the one. */
  | { readonly kind: 'unchecked' }
  | { readonly kind: 'broken'; readonly message: string };

export type CheckpointStore = StoreApi<CheckpointState>;

export function createCheckpointStore(): CheckpointStore {
  return createStore<CheckpointState>()(() => ({ kind: 'none' }));
}

/** Of a document that names a checkpoint: why its weights cannot be had, or do not fit the graph. */
export function weightProblems(
  { weights }: PatchbayDocument,
  tree: InstanceTree,
  state: CheckpointState,
): readonly Problem[] {
  if (!weights) return [];
  switch (state.kind) {
    case 'none':
    case 'opening':
      return [];
    case 'open':
      // After an edit of it, until the other one is there.
      return state.checkpoint.hash === weights.sha256
        ? fitProblems(fitOf(state.checkpoint, tree), tree, state.checkpoint)
        : [];
    case 'missing':
      return [
        ofDocument(
          'weights.absent',
          `${weights.path} is not beside the document, or holds other weights than those it names: locate it, or draw the weights from the seed`,
        ),
      ];
    case 'unchecked':
      return [
        ofDocument(
          'weights.unchecked',
          `Nobody knows whether ${weights.path} holds the weights that the document names: its check was cancelled; check it again, or draw the weights from the seed`,
        ),
      ];
    case 'broken':
      return [ofDocument('weights.broken', state.message)];
    default:
      return state satisfies never;
  }
}

export function fitOf(checkpoint: Checkpoint, tree: InstanceTree): CheckpointFit {
  return checkpointFit(weightShapes(tree), checkpoint);
}

function ofDocument(code: string, message: string): Problem {
  return { code, severity: 'error', message, place: { path: '', param: 'weights' } };
}
