/** Which kernels were fastest on this machine's adapter, kept between sessions in localStorage. */
import { z } from 'zod';
import type { Tuning } from '../../gpu/plan.ts';
import { recall } from './recall.ts';

const KEY = 'patchbay:tuning';

const tuning = () =>
  z.object({
    adapter: z.string().min(1),
    matmul: z.record(z.string(), z.string()),
    clocks: z.record(z.string(), z.enum(['timestamps', 'submissions'])).exactOptional(),
  });

/** Null if nothing was measured, or it cannot be read; the runtime takes it only for the adapter that it names. */
export function recallTuning(storage: Pick<Storage, 'getItem'>): Tuning | null {
  return recall(storage, KEY, tuning);
}

export function rememberTuning(storage: Pick<Storage, 'setItem'>, measured: Tuning): void {
  try {
    storage.setItem(KEY, JSON.stringify(measured));
  } catch {
    // Storage is full or denied: it is measured again next time.
  }
}
