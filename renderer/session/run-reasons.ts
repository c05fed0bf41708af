/** Whether a compiled graph runs, by what asked for it. */
import type { RunMode } from '../stores/run.ts';

/**
 * Why the graph is compiled: after an edit, and where it is opened, values are stale; after a look they are not; a demand
 * runs in any mode. Only what follows an edit waits for the next one.
 */
export type Reason = 'open' | 'edit' | 'look' | 'demand';

/** Live mode runs by itself what is predicted to take less. */
export const LIVE_SECONDS = 1;

/** @param seconds that the run is predicted to take; null where nothing is known of it. */
export function isRun(reasons: ReadonlySet<Reason>, mode: RunMode, seconds: number | null): boolean {
  if (reasons.has('demand')) return true;
  if (seconds !== null && seconds >= LIVE_SECONDS) return false;
  const edited = reasons.has('edit') || reasons.has('open');
  // On demand, a look into a module that was run is still the demand that was made, and what is kept costs nothing.
  const asked = !edited || seconds === 0;
  return mode === 'live' || (mode === 'on-demand' && asked);
}
