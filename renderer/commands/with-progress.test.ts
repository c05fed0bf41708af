import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Job } from '../documents/worker-job.ts';
import { createNoticeStore } from '../stores/notices.ts';
import { withProgress } from './with-progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A job in the test's hands. */
function start() {
  const notices = createNoticeStore();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let job: Job = {};
  const result = withProgress({ notices }, 'Opening large.patchbay', (given) => {
    job = given;
    given.signal!.addEventListener('abort', () => reject(given.signal!.reason));
    return promise;
  });
  return {
    work: () => notices.getState().work,
    progress: (part: number) => job.onProgress!(part),
    result,
    resolve,
    reject,
  };
}

test('what is over in a moment is not shown', async () => {
  const { work, progress, result, resolve } = start();
  progress(0.5);
  expect(work()).toBeNull();
  resolve('done');
  expect(await result).toBe('done');
  await vi.advanceTimersByTimeAsync(1000);
  expect(work()).toBeNull();
});

test('what takes longer is shown, how far it is, until it is over', async () => {
  const { work, progress, result, resolve } = start();
  progress(0.25);
  await vi.advanceTimersByTimeAsync(1000);
  expect(work()).toMatchObject({ title: 'Opening large.patchbay', progress: 0.25 });
  progress(0.75);
  expect(work()).toMatchObject({ progress: 0.75 });
  resolve('done');
  expect(await result).toBe('done');
  expect(work()).toBeNull();
});

test('it can be given up; what goes wrong is no giving up', async () => {
  const given = start();
  await vi.advanceTimersByTimeAsync(1000);
  given.work()!.cancel();
  expect(await given.result).toBeNull();
  expect(given.work()).toBeNull();

  const broken = start();
  broken.reject(new Error('no document'));
  await expect(broken.result).rejects.toThrow('no document');
});
