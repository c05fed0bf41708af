/** Locks that the browser takes back when a page is gone, however it went: they tell other pages who is there. */

/** Resolves once the lock is free: asked for before, it would seem to be another page's. */
export type Release = () => Promise<void>;

/** Holds a lock until the answer is called or the page is gone; null if another page holds it. Never waits for one. */
export async function holdLock(name: string): Promise<Release | null> {
  const { promise: answered, resolve: answer } = Promise.withResolvers<boolean>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const lock = navigator.locks.request(name, { ifAvailable: true }, async (held) => {
    answer(held !== null);
    if (held) await released;
  });
  // Where the browser refuses locks at all, it says so.
  if (!(await Promise.race([answered, lock.then(() => false)]))) return null;
  return async () => {
    release();
    await lock;
  };
}

/** What follows the prefix in the names of locks that any page holds. */
export async function heldLocks(prefix: string): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
}

/** Whether a lock that somebody holds is still held after so long. */
export async function isKept(name: string, milliseconds: number): Promise<boolean> {
  try {
    await navigator.locks.request(name, { signal: AbortSignal.timeout(milliseconds) }, () => undefined);
    return false;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') return true;
    throw error;
  }
}
