/** The worker of a job on this thread: what passes is copied, as between threads, and comes later. */
import type { JobThread } from '../documents/worker-job.ts';

/** @param make the work, from how it tells what came of it. */
export function jobThreadHere<Out, In>(
  make: (tell: (message: In, transfer?: readonly Transferable[]) => void) => (message: Out) => void,
): JobThread<Out, In> {
  let listener: (message: In) => void = () => undefined;
  let ended = false;
  const work = make((message) => {
    const copy = structuredClone(message);
    queueMicrotask(() => !ended && listener(copy));
  });
  return {
    post: (message, transfer = []) => {
      const copy = structuredClone(message, { transfer: [...transfer] });
      queueMicrotask(() => !ended && work(copy));
    },
    listen: (given) => {
      listener = given;
    },
    end: () => {
      ended = true;
    },
  };
}
