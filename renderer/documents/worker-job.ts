/** A job in a worker of its own, which ends with it: one that is given up costs nothing more. */

export interface Job {
  /** How much is done, from 0 to 1. */
  readonly onProgress?: (progress: number) => void;
  /** Gives the job up: it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What every worker of a job may tell. */
export type FromAnyJob =
  /** How much is done, from 0 to 1. */
  { readonly kind: 'progress'; readonly progress: number } | { readonly kind: 'failed'; readonly message: string };

/** The page's end of the conversation. */
export interface JobThread<Out, In> {
  post(message: Out, transfer?: readonly Transferable[]): void;
  listen(listener: (message: In) => void): void;
  end(): void;
}

interface Exchange<Out, In, T> {
  readonly begin: (thread: JobThread<Out, In>) => Promise<void> | void;
  /** @returns the result, once it is there. What it throws is why there is none. */
  readonly receive: (message: Exclude<In, FromAnyJob>) => T | undefined | Promise<T | undefined>;
}

/** @throws what the worker failed with, what `receive` throws, the signal's reason. */
export async function runJob<Out, In extends { readonly kind: string }, T>(
  thread: JobThread<Out, In>,
  { onProgress, signal }: Job,
  { begin, receive }: Exchange<Out, In, T>,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = (): void => reject(signal!.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  const take = async (message: Exclude<In, FromAnyJob>): Promise<void> => {
    const result = await receive(message);
    if (result !== undefined) resolve(result);
  };
  thread.listen((message: In | FromAnyJob) => {
    if (!isOfAnyJob(message)) take(message as Exclude<In, FromAnyJob>).catch(reject);
    else if (message.kind === 'progress') onProgress?.(message.progress);
    else reject(new Error(message.message));
  });
  try {
    Promise.resolve(begin(thread)).catch(reject);
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
    thread.end();
  }
}

function isOfAnyJob(message: { readonly kind: string }): message is FromAnyJob {
  return message.kind === 'progress' || message.kind === 'failed';
}

/** A worker's end; that it broke is told as any other failure. */
export function jobThread<Out, In>(worker: Worker): JobThread<Out, In | FromAnyJob> {
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    listen: (listener) => {
      worker.addEventListener('message', ({ data }: MessageEvent<In | FromAnyJob>) => listener(data));
      worker.addEventListener('error', ({ message }) => listener({ kind: 'failed', message }));
      worker.addEventListener('messageerror', () => listener({ kind: 'failed', message: 'a message was lost' }));
    },
    end: () => worker.terminate(),
  };
}
