/** The status as it is shown: work that ends at once is not shown as work, because a status that flashes says nothing. */
import { isBusy, type RunStatus, type RunStore } from '../stores/run.ts';
import type { RunStage } from './protocol.ts';

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

/** What is shown of a stage of a run. */
export function statusOf(stage: RunStage): RunStatus {
  switch (stage.kind) {
    case 'uploading':
      return stage;
    case 'running':
      return { kind: 'running', progress: stage.total === 0 ? 0 : stage.done / stage.total };
    default:
      return stage satisfies never;
  }
}
