/** The page of one engine: hands calls to its worker, where applications compute as well. */
import type { ThreadCall } from '../../thread.ts';
import type { Answer } from '../node.ts';

declare global {
  /** Called by the bench. */
  var callEngine: (call: ThreadCall) => Promise<Answer>;
}

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

globalThis.callEngine = (call) => {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => resolve(data), { once: true });
  worker.addEventListener('error', ({ message }) => resolve({ fault: `the worker failed: ${message}` }), {
    once: true,
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  worker.postMessage(call);
  return promise;
};
