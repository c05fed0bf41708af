/** What the stores are told of runs that ended: how long they took and where, and what they hold on to. */
import type { DerivedStore } from '../stores/derived.ts';
import type { RunStore } from '../stores/run.ts';
import type { FromGpu } from './protocol.ts';
import type { StatusDisplay } from './status-display.ts';
import { Timings } from './timings.ts';

export class RunResults {
  readonly #stores: { readonly derived: DerivedStore; readonly run: RunStore };
  readonly #status: StatusDisplay;
  readonly #timings = new Timings();
  #count = 0;

  constructor(stores: { readonly derived: DerivedStore; readonly run: RunStore }, status: StatusDisplay) {
    this.#stores = stores;
    this.#status = status;
  }

  /** Another number with each run that ends and each document that is opened. */
  get count(): number {
    return this.#count;
  }

  finished({ report, memory }: Extract<FromGpu, { kind: 'finished' }>): void {
    this.#count++;
    const { milliseconds, stepsRun, stepsTotal, warnings = [] } = report;
    this.#status.set({ kind: 'done', milliseconds, stepsRun, stepsTotal });
    const { byPath } = this.#stores.derived.getState().tree;
    this.#timings.add(report.timings, byPath);
    const { device, deviceNotice, update } = this.#stores.run.getState();
    // A GPU that computes again is not lost any more.
    const notice = device?.kind === 'gpu' ? null : deviceNotice;
    update({ current: true, shown: false, memory, warnings, timings: this.#timings.rolledUp, deviceNotice: notice });
  }

  /** Another document is shown. */
  opened(left: string, opened: string): void {
    this.#count++;
    this.#timings.show(left, opened);
    this.#stores.run.getState().update({ timings: this.#timings.rolledUp, memory: null });
  }
}
