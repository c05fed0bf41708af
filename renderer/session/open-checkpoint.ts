/** Brings the checkpoint that the document names to the compile worker, and says in a store whether it is there. */
import type { PatchbayDocument } from '../../graph/schema.ts';
import { GivenUpError } from '../commands/with-hashing.ts';
import type { HashJob } from '../platform/platform.ts';
import { parseRenamingRule } from '../../nodes/renaming.ts';
import type { CheckpointState, CheckpointStore } from '../stores/checkpoint.ts';
import type { DocumentStore } from '../stores/document.ts';
import { keepValue } from '../stores/identity.ts';
import { shareCheckpoint, type Checkpoints, type OpenCheckpoint, type WeightsReference } from './checkpoints.ts';
import { messageOf } from './message-of.ts';
import type { FromCompiler, ToCompiler } from './protocol.ts';
import type { Channel } from './worker-channel.ts';

/** Resolves once the document's checkpoint is at the compile worker, or is known not to be there. */
export type OpenDocumentCheckpoint = (document: PatchbayDocument) => Promise<void>;

/**
 * Follows the document store too, for while nothing is compiled.
 * @param hashing Shows how far the hash of a large one is.
 */
export function createCheckpointOpener(
  checkpoints: Checkpoints,
  documents: DocumentStore,
  compiler: Channel<ToCompiler, FromCompiler>,
  store: CheckpointStore,
  hashing: <T>(start: (job: HashJob) => Promise<T>) => Promise<T>,
): OpenDocumentCheckpoint {
  const sent = new Set<string>();
  compiler.onRestart(() => sent.clear());
  let asked: WeightsReference | undefined;
  /** Those of the checkpoint that was told last. */
  let toldRules = '';
  const tell = (weights: WeightsReference | undefined, state: CheckpointState): void => {
    // Unless the document names another by now.
    if (documents.getState().document.weights !== weights) return;
    store.setState((before) => keepValue(before, state), true);
  };
  const find = async (weights: WeightsReference): Promise<OpenCheckpoint | CheckpointState> => {
    try {
      const rules = (weights.rename ?? []).map(parseRenamingRule);
      const { file } = documents.getState();
      const found = await hashing((job) => checkpoints.open(file, weights, job));
      return found ? { ...found, rules } : { kind: 'missing' };
    } catch (error) {
      if (error instanceof GivenUpError) return { kind: 'unchecked' };
      return { kind: 'broken', message: messageOf(error) };
    }
  };
  const open: OpenDocumentCheckpoint = async ({ weights }) => {
    const another = weights !== asked;
    asked = weights;
    if (!weights) {
      tell(weights, { kind: 'none' });
      return;
    }
    // One that is missing is looked for again without a word.
    if (another) tell(weights, { kind: 'opening' });
    // Until the person asks for it again.
    else if (store.getState().kind === 'unchecked') return;
    const found = await find(weights);
    if ('kind' in found) {
      tell(weights, found);
      return;
    }
    if (!sent.has(found.hash)) {
      sent.add(found.hash);
      // The worker reads the rules in the document itself: functions cannot be sent.
      const { rules: _, ...sendable } = found;
      const checkpoint = shareCheckpoint(sendable);
      compiler.post({ kind: 'checkpoint', checkpoint }, [checkpoint.port]);
    }
    const rules = (weights.rename ?? []).join('\n');
    if (!isOpen(store.getState(), weights) || rules !== toldRules) tell(weights, { kind: 'open', checkpoint: found });
    toldRules = rules;
  };
  documents.subscribe((state, before) => {
    const { weights } = state.document;
    if (weights === before.document.weights && state.generation === before.generation) return;
    void open(state.document);
  });
  return open;
}

function isOpen(state: CheckpointState, { sha256 }: WeightsReference): boolean {
  return state.kind === 'open' && state.checkpoint.hash === sha256;
}
