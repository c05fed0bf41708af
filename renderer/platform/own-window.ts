/** This window among those that share its storage: each holds a lock as long as it is there. */
import type { OwnWindow } from '../stores/remembered-files.ts';

const PREFIX = 'patchbay-window:';
const KEY = 'patchbay:window';

/** @param storage The window's own, which outlives its page. */
export function createOwnWindow(storage: Pick<Storage, 'getItem' | 'setItem'>): OwnWindow {
  const id = storage.getItem(KEY) ?? crypto.randomUUID();
  storage.setItem(KEY, id);
  // Waits for the page before, which may hold it for a moment yet; never given back.
  void navigator.locks.request(PREFIX + id, () => new Promise<never>(() => undefined));
  return {
    id,
    others: async () => {
      const { held = [], pending = [] } = await navigator.locks.query();
      const names = [...held, ...pending].flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name] : []));
      return new Set(names.map((name) => name.slice(PREFIX.length)).filter((other) => other !== id));
    },
  };
}
