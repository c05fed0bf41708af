/** Work that may take a while: shown with its progress once it does, and given up where the person wants it. */
import type { App } from '../app-context.ts';
import type { Job } from '../documents/worker-job.ts';

/** What is over by then is not shown: it would only flash. */
const SHOWN_AFTER_MILLISECONDS = 300;

/** @returns what the job gives; null if it was given up. */
export async function withProgress<T>(
  { notices }: Pick<App, 'notices'>,
  title: string,
  start: (job: Job) => Promise<T>,
): Promise<T | null> {
  const controller = new AbortController();
  const cancel = (): void => controller.abort();
  let progress = 0;
  let shown = false;
  const show = (): void => {
    shown = true;
    notices.getState().setWork({ title, progress, cancel });
  };
  const timer = setTimeout(show, SHOWN_AFTER_MILLISECONDS);
  const onProgress = (part: number): void => {
    progress = part;
    if (shown) show();
  };
  try {
    return await start({ onProgress, signal: controller.signal });
  } catch (error) {
    if (controller.signal.aborted) return null;
    throw error;
  } finally {
    clearTimeout(timer);
    if (shown) notices.getState().setWork(null);
  }
}
