/** The hashing of a large checkpoint: shown with its progress from when that is first told, and given up where the person wants it. */
import type { HashJob } from '../platform/platform.ts';
import type { NoticeStore } from '../stores/notices.ts';

/** The person had no patience for it. */
export class GivenUpError extends Error {
  override readonly name = 'GivenUpError';
}

/** @throws {GivenUpError} once the person gave it up; what the work throws. */
export async function withHashing<T>(notices: NoticeStore, start: (job: HashJob) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let shown = false;
  const cancel = (): void => controller.abort(new GivenUpError('the hash was given up'));
  const onProgress = (name: string, progress: number): void => {
    shown = true;
    notices.getState().setWork({ title: `Checking ${name}`, progress, cancel });
  };
  try {
    return await start({ onProgress, signal: controller.signal });
  } finally {
    if (shown) notices.getState().setWork(null);
  }
}
