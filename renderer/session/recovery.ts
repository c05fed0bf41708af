/**
 * What becomes of a session whose threads die, stand still or do not stop: a thread that died is started again, work
 * that does not move on is told, and a run that was cancelled and goes on is ended with its thread.
 */
import type { FromGpu, RunId } from './protocol.ts';
import { THREADS, type SessionThreads, type ThreadName } from './threads.ts';

/** After so many deaths in a row, without a run that ended well, whoever wants another has to ask for it. */
export const MOST_DEATHS = 3;
/** Work of which nothing is heard for that long is said to stand still. It is not ended: it may be one long step. */
export const STILL_SECONDS = 20;
/** What a run may take to stop once the person has cancelled it, and where an edit has. */
export const CANCEL_MILLISECONDS = 1000;
export const MAKE_WAY_MILLISECONDS = 10_000;

export interface RecoveryHost {
  /** Whether there is work that is waited for. */
  isBusy(): boolean;
  /** The thread is gone, and with it what was asked of it. */
  interrupt(thread: ThreadName): void;
  /** Another is there: it may be asked again. */
  resume(thread: ThreadName): void;
  tell(message: string): void;
  fail(message: string): void;
  /** Nothing has been heard of the work for `STILL_SECONDS`; or something has been again. */
  setStill(still: boolean): void;
}

/** @param words the adapter's, which may be none. */
export function lossNotice(words: string): string {
  const reason = words === '' ? '' : ` (${words})`;
  return `The GPU was lost${reason}; it is asked for again. The document is as it was; its values are computed again.`;
}

const NAMES: Readonly<Record<ThreadName, string>> = {
  compiler: 'The compiler',
  gpu: 'The thread that computes',
};

export class Recovery {
  readonly #threads: SessionThreads;
  readonly #host: RecoveryHost;
  readonly #dead = new Set<ThreadName>();
  #deaths = 0;
  /** Runs that were told to stop and have not. */
  readonly #stopping = new Map<RunId, ReturnType<typeof setTimeout>>();
  #ticking: ReturnType<typeof setInterval> | undefined;
  /** Seconds, as the page has lived them: a machine that slept has waited for nothing. */
  #quiet = 0;

  constructor(threads: SessionThreads, host: RecoveryHost) {
    this.#threads = threads;
    this.#host = host;
    for (const thread of THREADS) threads[thread].onBreak((message) => this.#died(thread, message));
  }

  /** Something was heard of the work that goes on, or it begins. */
  hear(message?: FromGpu): void {
    if (message?.kind === 'finished') this.#deaths = 0;
    if (message && 'run' in message && message.kind !== 'progress') this.#stopped(message.run);
    if (this.#quiet >= STILL_SECONDS) this.#host.setStill(false);
    this.#quiet = 0;
    this.#ticking ??= setInterval(() => this.#tick(), 1000);
  }

  /** Tells the run to stop, and gives it so long. */
  stop(run: RunId, milliseconds: number): void {
    this.#threads.gpu.post({ kind: 'cancel' });
    clearTimeout(this.#stopping.get(run));
    this.#stopping.set(
      run,
      setTimeout(() => this.#endThread(milliseconds), milliseconds),
    );
  }

  /** Starts what has died too often, as the person wants it. */
  revive(): void {
    const dead = [...this.#dead];
    this.#dead.clear();
    this.#deaths = 0;
    for (const thread of dead) this.#startAgain(thread);
  }

  dispose(): void {
    clearInterval(this.#ticking);
    this.#forgetRuns();
  }

  #died(thread: ThreadName, message: string): void {
    this.#deaths++;
    this.#host.interrupt(thread);
    this.#forgetRuns();
    if (this.#deaths < MOST_DEATHS) {
      this.#startAgain(thread);
      this.#host.tell(
        `${NAMES[thread]} stopped (${message}) and was started again. The document is as it was; its values are computed again.`,
      );
      return;
    }
    this.#dead.add(thread);
    this.#host.fail(
      `${NAMES[thread]} stopped ${this.#deaths} times in a row (${message}). The document is as it was; run it again, or choose another device.`,
    );
  }

  /** A run that does not stop holds the device: the thread is ended, and what it kept is computed anew. */
  #endThread(milliseconds: number): void {
    this.#host.interrupt('gpu');
    this.#forgetRuns();
    this.#startAgain('gpu');
    this.#host.tell(
      `The run did not stop within ${milliseconds / 1000} s, so its thread was ended. The document is as it was; the next run starts from its beginning.`,
    );
  }

  #startAgain(thread: ThreadName): void {
    this.#threads.restart(thread);
    this.#host.resume(thread);
  }

  #stopped(run: RunId): void {
    clearTimeout(this.#stopping.get(run));
    this.#stopping.delete(run);
  }

  #forgetRuns(): void {
    for (const run of this.#stopping.keys()) this.#stopped(run);
  }

  #tick(): void {
    if (!this.#host.isBusy()) {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
      if (this.#quiet >= STILL_SECONDS) this.#host.setStill(false);
      this.#quiet = 0;
      return;
    }
    this.#quiet++;
    if (this.#quiet === STILL_SECONDS) this.#host.setStill(true);
  }
}
