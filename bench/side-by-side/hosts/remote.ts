/** What a host gives the bench: engines in processes that can be ended. */
import type { EngineThread } from '../thread.ts';

export interface Remote extends EngineThread {
  /** Processes whose memory is the engine's. */
  pids(): Promise<readonly number[]>;
  close(): Promise<void>;
}

export interface HostRunner {
  /** What runs scripts, with its version. */
  readonly version: string;
  openRemote(): Promise<Remote>;
  close(): Promise<void>;
}
