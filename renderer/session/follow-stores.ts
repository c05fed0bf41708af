/** The changes of the stores that a session acts on. */
import { differInDrawingAlone } from '../../graph/drawing.ts';
import type { DeviceChoice } from '../stores/remembered-device.ts';
import type { SessionStores } from './session-surroundings.ts';

export interface StoreListener {
  /** Another graph is to be computed, after an edit or because another document is shown; not where a node was moved. */
  edited(): void;
  /** Another document is shown: ids of the two in the journal. */
  opened(left: string, opened: string): void;
  /** Another module is open, or another layer of a stack. */
  looked(): void;
  changedMode(): void;
  chose(choice: DeviceChoice): void;
  /** Floats are to lie in the GPU's memory in another way. */
  choseStorage(): void;
}

/** @returns functions that end it. */
export function followStores(stores: SessionStores, listener: StoreListener): readonly (() => void)[] {
  let { generation } = stores.document.getState();
  return [
    stores.derived.subscribe(({ document }, before) => {
      const isOther = generation !== stores.document.getState().generation;
      ({ generation } = stores.document.getState());
      if (isOther || !differInDrawingAlone(before.document, document)) listener.edited();
    }),
    stores.document.subscribe((state, before) => {
      if (state.generation !== before.generation) listener.opened(before.journalId, state.journalId);
    }),
    stores.view.subscribe((state, before) => {
      if (state.openPath !== before.openPath || state.layerOf !== before.layerOf) listener.looked();
    }),
    stores.run.subscribe((state, before) => {
      if (state.mode !== before.mode) listener.changedMode();
      if (state.deviceChoice !== before.deviceChoice) listener.chose(state.deviceChoice);
      if (state.storage !== before.storage && state.device?.kind === 'gpu') listener.choseStorage();
    }),
  ];
}
