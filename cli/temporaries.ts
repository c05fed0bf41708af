/** Files and folders that stand beside a target until it is whole, and go whatever ends the process that writes them. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const ENDING = '.tmp';

/** A path that is not taken beside the target, hence on its file system. */
export function temporaryFor(target: string): string {
  return `${stemOf(target)}${process.pid}-${randomBytes(6).toString('hex')}${ENDING}`;
}

/** The process that writes there follows. */
function stemOf(target: string): string {
  return join(dirname(target), `.${basename(target)}.`);
}

/** Removes what processes left that were killed: whatever they replaced has a whole file in its place. */
export async function removeLeftovers(target: string): Promise<void> {
  const stem = basename(stemOf(target));
  for (const name of await readdir(dirname(target)).catch(() => [])) {
    if (!name.startsWith(stem)) continue;
    const [, pid] = /^(\d+)-[0-9a-f]{12}\.tmp$/.exec(name.slice(stem.length)) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(dirname(target), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

const CANCELLING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Removes them if the process is told to end while the work goes on. */
export async function unlessCancelled<T>(temporaries: readonly string[], work: () => Promise<T>): Promise<T> {
  const cancel = (_signal: NodeJS.Signals, number: number): never => {
    for (const temporary of temporaries) rmSync(temporary, { recursive: true, force: true });
    process.exit(128 + number);
  };
  for (const signal of CANCELLING) process.on(signal, cancel);
  try {
    return await work();
  } finally {
    for (const signal of CANCELLING) process.off(signal, cancel);
  }
}
