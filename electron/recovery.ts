/** Deaths of the GPU process: each is told to the renderer, and after repeated ones a relaunch is offered. */

export interface GpuDeaths {
  /** Milliseconds since the epoch, oldest first; those of the last minutes. */
  readonly times: readonly number[];
  /** When a relaunch was offered last; null: not yet. */
  readonly offeredAt: number | null;
}

export const NO_DEATHS: GpuDeaths = { times: [], offeredAt: null };

/** Chromium itself gives up on a GPU process that dies a few times within minutes. */
const WINDOW_MS = 10 * 60_000;
const REPEATED = 3;

/** Reasons of `child-process-gone` that are no death: the process ended because it was to end. */
const ORDERLY: ReadonlySet<string> = new Set(['clean-exit']);

export interface DeathReport {
  readonly deaths: GpuDeaths;
  /** How many in the last minutes, this one included. */
  readonly count: number;
  /** Once in that time: an offer that was declined is not made again at every death. */
  readonly offerRelaunch: boolean;
}

/** Counts a death; null if this end of the process was none. */
export function countDeath(before: GpuDeaths, reason: string, now: number): DeathReport | null {
  if (ORDERLY.has(reason)) return null;
  const times = [...before.times.filter((time) => now - time < WINDOW_MS), now];
  const recentlyOffered = before.offeredAt !== null && now - before.offeredAt < WINDOW_MS;
  const offerRelaunch = times.length >= REPEATED && !recentlyOffered;
  return {
    deaths: { times, offeredAt: offerRelaunch ? now : before.offeredAt },
    count: times.length,
    offerRelaunch,
  };
}
