/** The SHA-256 of a file, computed in a worker. */
import type { FromHash } from './hash.worker.ts';
import { type HashJob, PlatformError } from './platform.ts';

/** A larger file takes more than a moment to be hashed. */
const QUICK_BYTES = 64 * 1024 * 1024;

/** @throws {PlatformError} where it cannot be read; the signal's reason. */
export async function hashOf(file: File, job?: HashJob): Promise<string> {
  const worker = new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module', name: 'hash' });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const giveUp = (): void => reject(job?.signal.reason);
  const fail = (why: string): void => reject(new PlatformError(`${file.name} could not be read: ${why}.`));
  worker.addEventListener('message', ({ data }: MessageEvent<FromHash>) => {
    if ('sha256' in data) resolve(data.sha256);
    else if ('failed' in data) fail(data.failed);
    else if (file.size > QUICK_BYTES) job?.onProgress(file.name, data.part);
  });
  worker.addEventListener('error', ({ message }) => fail(message));
  try {
    job?.signal.throwIfAborted();
    job?.signal.addEventListener('abort', giveUp);
    worker.postMessage(file, []);
    return await promise;
  } finally {
    job?.signal.removeEventListener('abort', giveUp);
    worker.terminate();
  }
}
