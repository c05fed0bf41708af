/** How late the machine is with what every journal waits for: a few bytes on the disk, written and synced again and again. */
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MILLISECONDS = 100;

interface Write {
  readonly begun: number;
  /** Infinite while it lasts. */
  ended: number;
}

export class DiskProbe {
  readonly #writes: Write[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor() {
    this.#running = this.#run(join(tmpdir(), `patchbay-probe-${process.pid}`));
  }

  /** Milliseconds of the longest write that went on at some time between two moments of the machine's clock. */
  worstBetween(from: number, to: number): number {
    const took = this.#writes
      .filter(({ begun, ended }) => begun <= to && ended >= from)
      .map(({ begun, ended }) => Math.min(ended, to) - begun);
    return Math.max(0, ...took);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(path: string): Promise<void> {
    const file = await open(path, 'w');
    try {
      while (!this.#stop.signal.aborted) {
        const write: Write = { begun: Date.now(), ended: Infinity };
        this.#writes.push(write);
        await file.write('probe', 0);
        await file.sync();
        write.ended = Date.now();
        await pause(PAUSE_MILLISECONDS);
      }
    } finally {
      await file.close();
      await rm(path);
    }
  }
}
