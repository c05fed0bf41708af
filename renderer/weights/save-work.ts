/** What the worker does that makes a checkpoint: it reads or draws the weights piece by piece, as they are asked for. */
import { planSaving, SaveError, type SavePlan, type SaveRequest } from '../../export/weights/save-plan.ts';
import type { WeightReaders } from '../../export/weights/weight-pieces.ts';
import { analyse } from '../../graph/analyse.ts';
import { FormatError } from '../../graph/formats/format-error.ts';
import type { InstanceTree } from '../../graph/instance.ts';
import { describeProblem, type Problem } from '../../graph/problems.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { WeightDrawer } from '../../nodes/weights.ts';
import { receiveCheckpoint, type OpenCheckpoint } from '../session/checkpoints.ts';
import { weightsOf } from '../session/compiler.ts';
import { messageOf } from '../session/message-of.ts';
import type { FromSave, ToSave } from './save-protocol.ts';

/** A graph whose weights are to be saved. */
export interface SavedGraph {
  readonly document: PatchbayDocument;
  readonly tree: InstanceTree;
  readonly problems: readonly Problem[];
  /** Null where the document names none: its weights are drawn. */
  readonly checkpoint: OpenCheckpoint | null;
}

/**
 * What would be written; nothing is read for it.
 * @throws {SaveError} where the graph's weights cannot be had, or not as asked.
 */
export function planOf({ document, tree, problems, checkpoint }: SavedGraph, request: SaveRequest): SavePlan {
  const weights = weightsOf(document, tree, new Map(checkpoint && [[checkpoint.hash, checkpoint]]));
  refuseErrors(weights.problems);
  const plan = planSaving(weights.recipes.values(), request, readersOf(checkpoint));
  // Weights of nodes with a problem are not known; a file that goes out as it is holds them too.
  if (!plan.copied) refuseErrors(problems);
  return plan;
}

/** @throws {SaveError} with the first. */
function refuseErrors(problems: readonly Problem[]): void {
  const error = problems.find(({ severity }) => severity === 'error');
  if (error) throw new SaveError(describeProblem(error));
}

function readersOf(checkpoint: OpenCheckpoint | null): WeightReaders {
  const drawer = new WeightDrawer();
  const draw: WeightReaders['draw'] = (recipe) => drawer.draw(recipe);
  const read = (begin: number, end: number) => checkpoint!.source.read(begin, end);
  return {
    draw,
    ...(checkpoint?.isOneFile && {
      whole: { byteLength: checkpoint.source.byteLength, read },
    }),
    stored: (name) => {
      const { dtype, begin, end } = checkpoint!.entries.get(name)!;
      return { dtype, byteLength: end - begin, read: (from, to) => read(begin + from, begin + to) };
    },
  };
}

/** @returns takes the messages of one job. */
export function createSaveWork(
  tell: (message: FromSave, transfer?: readonly Transferable[]) => void,
): (message: ToSave) => void {
  let more: () => void = () => undefined;
  const save = async ({ document, checkpoint, request, stem }: Extract<ToSave, { kind: 'save' }>): Promise<void> => {
    const { tree, problems } = analyse(document, NODES);
    const opened = checkpoint && receiveCheckpoint(checkpoint);
    const plan = planOf({ document, tree, problems, checkpoint: opened }, request);
    let done = 0;
    for (const { name, pieces } of plan.named(stem)) {
      for await (const piece of pieces()) {
        // It is given away: what was read may be a part of something that stays.
        const bytes = piece.byteLength === piece.buffer.byteLength ? piece : piece.slice();
        const { promise, resolve } = Promise.withResolvers<void>();
        more = resolve;
        done += piece.byteLength;
        tell({ kind: 'progress', progress: Math.min(done / Math.max(1, plan.byteLength), 1) });
        tell({ kind: 'piece', name, bytes: bytes as Uint8Array<ArrayBuffer>, last: false }, [bytes.buffer]);
        await promise;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      more = resolve;
      tell({ kind: 'piece', name, bytes: new Uint8Array(0), last: true });
      await promise;
    }
    tell({ kind: 'done' });
  };
  return (message) => {
    if (message.kind === 'more') {
      more();
      return;
    }
    save(message).catch((error: unknown) => {
      const refused = error instanceof SaveError || error instanceof FormatError;
      tell({ kind: refused ? 'refused' : 'failed', message: messageOf(error) });
    });
  };
}
