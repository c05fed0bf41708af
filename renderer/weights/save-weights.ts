/** Writes a document's weights to where the person said: made in a worker, a piece at a time, and nothing stays of what is given up. */
import { SaveError, type SaveRequest } from '../../export/weights/save-plan.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { jobThread, runJob, type Job, type JobThread } from '../documents/worker-job.ts';
import type { CheckpointPlace } from '../platform/platform.ts';
import { shareCheckpoint, type OpenCheckpoint } from '../session/checkpoints.ts';
import type { FromSave, ToSave } from './save-protocol.ts';

export type SaveThread = JobThread<ToSave, FromSave>;

export interface Saving {
  readonly document: PatchbayDocument;
  /** Null where the document names none: its weights are drawn. */
  readonly checkpoint: OpenCheckpoint | null;
  readonly request: SaveRequest;
  readonly place: CheckpointPlace;
}

/** @throws {SaveError} where the weights cannot be had; {PlatformError} where they cannot be written; the signal's reason. */
export async function saveWeights(
  { document, checkpoint, request, place }: Saving,
  job: Job,
  start: () => SaveThread = startWorker,
): Promise<void> {
  const shared = checkpoint && shareCheckpoint(checkpoint);
  const thread = start();
  let writing: Promise<void> = Promise.resolve();
  try {
    await runJob(thread, job, {
      begin: () => {
        const message: ToSave = { kind: 'save', document, checkpoint: shared, request, stem: place.stem };
        thread.post(message, shared ? [shared.port] : []);
      },
      receive: async (message): Promise<true | undefined> => {
        switch (message.kind) {
          case 'piece':
            writing = place.write(message.name, message.bytes, message.last);
            await writing;
            thread.post({ kind: 'more' });
            return undefined;
          case 'done':
            return true;
          case 'refused':
            throw new SaveError(message.message);
          default:
            return message satisfies never;
        }
      },
    });
  } catch (error) {
    // What is being written ends before it is removed.
    await writing.catch(() => undefined);
    await place.discard().catch(() => undefined);
    throw error;
  }
}

function startWorker(): SaveThread {
  return jobThread(new Worker(new URL('./save.worker.ts', import.meta.url), { type: 'module', name: 'save weights' }));
}
