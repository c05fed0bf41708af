/** What this machine's adapter can do at most, as it was measured; kept between sessions in localStorage. */
import { z } from 'zod';
import type { Ceilings } from '../../gpu/ceilings.ts';
import { recall } from './recall.ts';

const KEY = 'patchbay:ceilings';

const ceilings = () =>
  z.object({
    adapter: z.string().min(1),
    flopsPerSecond: z.number().positive(),
    bytesPerSecond: z.number().positive(),
  });

/** Null if nothing was measured, or it cannot be read; another adapter than the one that it names measures anew. */
export function recallCeilings(storage: Pick<Storage, 'getItem'>): Ceilings | null {
  return recall(storage, KEY, ceilings);
}

export function rememberCeilings(storage: Pick<Storage, 'setItem'>, measured: Ceilings): void {
  try {
    storage.setItem(KEY, JSON.stringify(measured));
  } catch {
    // Storage is full or denied: it is measured again next time.
  }
}
