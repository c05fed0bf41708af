/** What a session is given: the stores that it reads and writes, and whom it tells what was measured. */
import type { Ceilings } from '../../gpu/ceilings.ts';
import type { Tuning } from '../../gpu/plan.ts';
import type { DerivedStore } from '../stores/derived.ts';
import type { DocumentStore } from '../stores/document.ts';
import type { DeviceVerdict } from '../stores/remembered-device.ts';
import type { RunStore } from '../stores/run.ts';
import type { ViewStore } from '../stores/view.ts';
import type { FromGpu } from './protocol.ts';

export interface SessionStores {
  readonly document: DocumentStore;
  readonly derived: DerivedStore;
  readonly view: ViewStore;
  readonly run: RunStore;
}

/** Told what was measured of this machine, to be given to the next session. */
export interface Measured {
  /** Which kernels are fast on its adapter. */
  /** What its adapter can do at most, as far as it was measured; of effect for the adapter that it names. */
  readonly ceilings: () => Ceilings | null;
  readonly tuned: (tuning: Tuning) => void;
  /** What its adapter can do at most. */
  readonly limited: (ceilings: Ceilings) => void;
  /** Whether its adapter is faster than the CPU. */
  readonly compared: (verdict: DeviceVerdict) => void;
}

/** Tells on what a message of the device says of the machine. */
export function tellMeasured(message: FromGpu, measured: Measured): void {
  if (message.kind === 'tuned' && message.target.kind === 'gpu') measured.tuned(message.target.tuning);
  else if (message.kind === 'compared') measured.compared(message.verdict);
  else if (message.kind === 'finished' && message.profile?.ceilings) measured.limited(message.profile.ceilings);
}
