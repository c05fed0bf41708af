/** The status as it is shown: work that ends at once is not shown as work, because a status that flashes says nothing. */
import { isBusy, type RunStatus, type RunStore } from '../stores/run.ts';

/** Work that takes longer is shown. */
export const SHOW_AFTER_MILLISECONDS = 120;

export class StatusDisplay {
  readonly #run: RunStore;
  /** Work that goes on and is not shown yet. */
  #unshown: { status: RunStatus; readonly timer: ReturnType<typeof setTimeout> } | null = null;

  constructor(run: RunStore) {
    this.#run = run;
  }

  /** Shows work that goes on, once it has gone on for a moment. */
  work(status: RunStatus): void {
    if (isBusy(this.#run.getState().status)) {
      this.#run.getState().update({ status });
    } else if (this.#unshown) {
      this.#unshown.status = status;
    } else {
      this.#unshown = { status, timer: setTimeout(() => this.#showLate(), SHOW_AFTER_MILLISECONDS) };
    }
  }

  /** Shows how it ended, at once. */
  set(status: RunStatus): void {
    this.forget();
    this.#run.getState().update({ status });
  }

  /** Drops what is not shown yet. */
  forget(): void {
    clearTimeout(this.#unshown?.timer);
    this.#unshown = null;
  }

  #showLate(): void {
    const status = this.#unshown?.status;
    this.#unshown = null;
    if (status) this.#run.getState().update({ status });
  }
}
