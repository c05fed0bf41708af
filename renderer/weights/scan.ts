/** Looks through a checkpoint for values that are no numbers, in a worker: each tensor of gigabytes is read once. */
import type { NonFinite } from '../../export/weights/non-finite.ts';
import type { PlacedWeight } from '../../nodes/checkpoint.ts';
import { jobThread, runJob, type Job, type JobThread } from '../documents/worker-job.ts';
import { shareCheckpoint, type OpenCheckpoint } from '../session/checkpoints.ts';
import type { FromScan, ToScan } from './scan-protocol.ts';

export type ScanThread = JobThread<ToScan, FromScan>;

/** @returns tensors by their names in the checkpoint. @throws what a read throws; the signal's reason. */
export async function scanCheckpoint(
  checkpoint: OpenCheckpoint,
  job: Job,
  start: () => ScanThread = startWorker,
): Promise<readonly NonFinite[]> {
  return runJob(start(), job, {
    begin: (thread) => {
      const shared = shareCheckpoint(checkpoint);
      thread.post({ kind: 'scan', checkpoint: shared }, [shared.port]);
    },
    receive: ({ nonFinite }) => nonFinite,
  });
}

/** Those that are the graph's, by their paths in it. */
export function nonFiniteOf(matched: readonly PlacedWeight[], found: readonly NonFinite[]): readonly NonFinite[] {
  const elements = new Map(found.map(({ name, element }) => [name, element]));
  return matched.flatMap(({ path, entry }) => {
    const element = elements.get(entry);
    return element === undefined ? [] : [{ name: path, element }];
  });
}

function startWorker(): ScanThread {
  return jobThread(new Worker(new URL('./scan.worker.ts', import.meta.url), { type: 'module', name: 'scan weights' }));
}
