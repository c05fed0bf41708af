/** How much memory processes take at most, as Linux counts it (proc(5)); elsewhere it is not told. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Resets what is the most so far; writes 5 to clear_refs. */
const RESET_PEAK = '5';

/**
 * Begins to watch.
 * @returns asks by how many bytes the processes have grown at most since then, those that have ended meanwhile left out;
 * undefined where the system does not tell.
 */
export function watchMemory(pids: readonly number[]): () => number | undefined {
  const before = pids.map((pid) => ({ pid, bytes: reset(pid) }));
  return () => {
    const grown = before.flatMap(({ pid, bytes }) => {
      const most = field(pid, 'VmHWM');
      return most === undefined || bytes === undefined ? [] : [Math.max(most - bytes, 0)];
    });
    return grown.length === 0 ? undefined : grown.reduce((sum, bytes) => sum + bytes, 0);
  };
}

/** What the process has now. */
function reset(pid: number): number | undefined {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, RESET_PEAK);
  } catch {
    return undefined;
  }
  return field(pid, 'VmRSS');
}

function field(pid: number, name: 'VmRSS' | 'VmHWM'): number | undefined {
  try {
    const [, kilobytes] =
      new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
