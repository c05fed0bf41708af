/** What a session is given: the stores that it reads and writes, and whom it tells what was measured. */
import type { Tuning } from '../../gpu/plan.ts';
import type { DerivedStore } from '../stores/derived.ts';
import type { DocumentStore } from '../stores/document.ts';
import type { DeviceVerdict } from '../stores/remembered-device.ts';
import type { RunStore } from '../stores/run.ts';
import type { ViewStore } from '../stores/view.ts';

export interface SessionStores {
  readonly document: DocumentStore;
  readonly derived: DerivedStore;
  readonly view: ViewStore;
  readonly run: RunStore;
}

/** Told what was measured of this machine, to be given to the next session. */
export interface Measured {
  /** Which kernels are fast on its adapter. */
  readonly tuned: (tuning: Tuning) => void;
  /** Whether its adapter is faster than the CPU. */
  readonly compared: (verdict: DeviceVerdict) => void;
}
