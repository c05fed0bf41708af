/** Questions that are under way between threads: each gets one answer, by its number. */

export interface Requests<T> {
  /** A number for a new question, and the promise of its answer. */
  open(): { readonly request: number; readonly answer: Promise<T> };
  resolve(request: number, value: T): void;
  reject(request: number, error: Error): void;
  /** Gives up on all, with an answer or an error: the other side is gone. */
  resolveAll(value: T): void;
  rejectAll(error: Error): void;
}

export function createRequests<T>(): Requests<T> {
  const open = new Map<number, { resolve: (value: T) => void; reject: (error: Error) => void }>();
  let next = 1;
  const settle = (request: number) => {
    const waiting = open.get(request);
    open.delete(request);
    return waiting;
  };
  return {
    open: () => {
      const request = next++;
      const answer = new Promise<T>((resolve, reject) => open.set(request, { resolve, reject }));
      return { request, answer };
    },
    resolve: (request, value) => settle(request)?.resolve(value),
    reject: (request, error) => settle(request)?.reject(error),
    resolveAll: (value) => {
      for (const request of open.keys()) settle(request)?.resolve(value);
    },
    rejectAll: (error) => {
      for (const request of open.keys()) settle(request)?.reject(error);
    },
  };
}
