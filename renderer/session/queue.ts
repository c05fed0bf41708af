/** Those who wait until nobody is busy. */

export interface Queue {
  /** At once if nobody is busy. */
  wait(): Promise<void>;
  /** To be called whenever something may have ended. */
  check(): void;
}

export function createQueue(isBusy: () => boolean): Queue {
  let waiting: (() => void)[] = [];
  return {
    wait: async () => {
      if (!isBusy()) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      await promise;
    },
    check: () => {
      if (isBusy()) return;
      const ready = waiting;
      waiting = [];
      for (const go of ready) go();
    },
  };
}
