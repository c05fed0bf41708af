/**
 * Whether a worker lives. A worker that is ended, or whose memory runs out, tells nobody; but a lock that it holds is
 * given to whoever waits for it, at once.
 */

/** The first that a worker says: the lock that it holds as long as it lives. */
export interface Life {
  readonly life: string;
}

/** In the worker: takes a lock for good, and tells its name. */
export function showLife(tell: (life: Life) => void): void {
  const life = crypto.randomUUID();
  const forGood = (): Promise<never> => {
    tell({ life });
    return new Promise(() => undefined);
  };
  void navigator.locks.request(life, forGood);
}

/** In the page: calls `onEnd` once the worker is gone, unless `signal` is aborted before. */
export async function watchLife({ life }: Life, signal: AbortSignal, onEnd: () => void): Promise<void> {
  try {
    await navigator.locks.request(life, { signal }, onEnd);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
