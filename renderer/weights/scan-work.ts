/** What the worker does that looks through a checkpoint for values that are no numbers. */
import { findNonFinite } from '../../export/weights/non-finite.ts';
import { receiveCheckpoint } from '../session/checkpoints.ts';
import { messageOf } from '../session/message-of.ts';
import type { FromScan, ToScan } from './scan-protocol.ts';

/** More steps are not seen. */
const STEP = 0.01;

/** @returns takes the message of one job. */
export function createScanWork(tell: (message: FromScan) => void): (message: ToScan) => void {
  const scan = async ({ checkpoint }: ToScan): Promise<void> => {
    const { entries, source } = receiveCheckpoint(checkpoint);
    const tensors = Array.from(entries.values(), ({ name, dtype, begin, end }) => {
      const read = (from: number, to: number) => source.read(begin + from, begin + to);
      return { name, dtype, byteLength: end - begin, read };
    });
    const total = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
    let told = 0;
    const nonFinite = await findNonFinite(tensors, (bytes) => {
      const progress = bytes / Math.max(1, total);
      if (progress - told < STEP) return;
      told = progress;
      tell({ kind: 'progress', progress });
    });
    tell({ kind: 'found', nonFinite });
  };
  return (message) => {
    scan(message).catch((error: unknown) => tell({ kind: 'failed', message: messageOf(error) }));
  };
}
