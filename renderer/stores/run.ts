/** The run store: what the device is doing with the graph, and what the last run showed. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { InstancePath, PortPath } from '../../graph/instance.ts';
import type { FloatStorage } from '../../gpu/ir/storage.ts';
import type { DeviceInfo } from '../../gpu/runtime/types.ts';
import { keepValue } from './identity.ts';
import type { DeviceChoice } from './remembered-device.ts';

/** `live`: runs by itself when it is quick. `on-demand`: runs when asked. `paused`: does not run. */
export type RunMode = 'live' | 'on-demand' | 'paused';

export type RunStatus =
  /** No device yet, or nothing to run. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'compiling' }
  /** Weights and pictures go to the device. */
  | { readonly kind: 'uploading'; readonly bytes: number; readonly total: number }
  /** `progress` in 0 … 1, weighted by FLOP. */
  | { readonly kind: 'running'; readonly progress: number }
  | { readonly kind: 'done'; readonly milliseconds: number; readonly stepsRun: number; readonly stepsTotal: number }
  /** The values shown are older than the graph; the next run will take about this long, if that is known. */
  | { readonly kind: 'stale'; readonly predictedSeconds: number | null }
  /** The run broke off; the values shown are older than the graph. */
  | { readonly kind: 'failed'; readonly message: string };

export interface MemoryUse {
  readonly arenaBytes: number;
  readonly weightBytes: number;
  /** Outputs, taps and kept values. */
  readonly pool: { readonly bytes: number; readonly budget: number };
}

export interface RunState {
  readonly mode: RunMode;
  readonly status: RunStatus;
  /** The values that are shown are those of the document as it is now. False from an edit to the end of its run. */
  readonly current: boolean;
  /** All previews of the last run are on screen: they follow it by a moment. */
  readonly shown: boolean;
  /** Which device was asked for. */
  readonly deviceChoice: DeviceChoice;
  /** What floats are in the memory of a GPU. */
  readonly storage: FloatStorage;
  /** The one that computes; null until it is there. */
  readonly device: DeviceInfo | null;
  /** Why it is not the one that was asked for; or that it was lost. */
  readonly deviceNotice: string | null;
  /** What died or was ended last, in plain words. */
  readonly incident: { readonly message: string } | null;
  /** What has to be known of the numbers that the last run took. */
  readonly warnings: readonly string[];
  /** Nothing has been heard for long of the work that goes on. */
  readonly still: boolean;
  /** Milliseconds of the last run by instance path; a module's is the sum of what it contains. */
  readonly timings: ReadonlyMap<InstancePath, number>;
  readonly memory: MemoryUse | null;
  /** Ports that are looked at and cannot be computed: what is shown of them is of before. */
  readonly lacking: ReadonlySet<PortPath>;

  readonly setMode: (mode: RunMode) => void;
  readonly chooseDevice: (choice: DeviceChoice) => void;
  readonly chooseStorage: (storage: FloatStorage) => void;
  /** The last preview of a run has come; nothing if the graph was edited since. */
  readonly setShown: () => void;
  readonly setLacking: (ports: readonly PortPath[]) => void;
  readonly update: (
    change: Partial<
      Pick<
        RunState,
        | 'status'
        | 'current'
        | 'shown'
        | 'device'
        | 'deviceNotice'
        | 'incident'
        | 'warnings'
        | 'still'
        | 'timings'
        | 'memory'
      >
    >,
  ) => void;
}

export type RunStore = StoreApi<RunState>;

export function createRunStore(deviceChoice: DeviceChoice = 'automatic', storage: FloatStorage = 'f32'): RunStore {
  return createStore<RunState>()((set, get) => ({
    mode: 'live',
    status: { kind: 'idle' },
    current: false,
    shown: false,
    deviceChoice,
    storage,
    device: null,
    deviceNotice: null,
    incident: null,
    warnings: [],
    still: false,
    timings: new Map(),
    memory: null,
    lacking: new Set(),
    setMode: (mode) => set({ mode }),
    chooseDevice: (deviceChoice) => set({ deviceChoice }),
    chooseStorage: (storage) => set({ storage }),
    setShown: () => {
      if (get().current) set({ shown: true });
    },
    setLacking: (ports) => {
      const lacking = keepValue(get().lacking, new Set(ports));
      if (lacking !== get().lacking) set({ lacking });
    },
    update: (change) => set(change),
  }));
}

/** True while the device or the compiler works for the run. */
export function isBusy(status: RunStatus): boolean {
  return status.kind === 'compiling' || status.kind === 'uploading' || status.kind === 'running';
}

/** True if what the canvas shows belongs to an older graph: previews are dimmed. */
export function isStale(status: RunStatus): boolean {
  return status.kind !== 'done' && status.kind !== 'idle';
}
