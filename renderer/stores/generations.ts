/** The generations store: what the generate nodes of the document have written, by path of the node. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { InstancePath } from '../../graph/instance.ts';

export interface Generation {
  /**
   * `running`: the next token is being computed. `stopped`: more can be written. `done`: there are as many as wanted, or
   * all have ended. `failed`: see `message`. `stale`: the graph was edited since. `left`: it was being written when another
   * document was shown, which ended it.
   */
  readonly status: 'running' | 'stopped' | 'done' | 'failed' | 'stale' | 'left';
  /** Text of each sequence before anything was written, without the image's tokens. */
  readonly prompts: readonly string[];
  /** What was written of each sequence: it goes right after the prompt. */
  readonly texts: readonly string[];
  /** Ids that were written of each sequence. */
  readonly ids: readonly (readonly number[])[];
  /** How many tokens are wanted. */
  readonly total: number;
  /** Of the last token; null before the first. */
  readonly milliseconds: number | null;
  /** What is in the way. */
  readonly message: string | null;
}

export interface GenerationsState {
  readonly byPath: ReadonlyMap<InstancePath, Generation>;
  readonly put: (path: InstancePath, generation: Generation) => void;
  readonly set: (byPath: GenerationsState['byPath']) => void;
}

export type GenerationsStore = StoreApi<GenerationsState>;

export function createGenerationsStore(): GenerationsStore {
  return createStore<GenerationsState>()((set, get) => ({
    byPath: new Map(),
    put: (path, generation) => set({ byPath: new Map([...get().byPath, [path, generation]]) }),
    set: (byPath) => set({ byPath }),
  }));
}
