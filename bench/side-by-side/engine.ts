/** What an engine is to the bench. */
import type { ComputedTensor } from '../../export/values.ts';
import type { Workload } from './workload.ts';

export const HOSTS = ['node', 'chromium'] as const;
export type Host = (typeof HOSTS)[number];

/** One line of the registry of engines. */
export interface EngineRecord {
  readonly name: string;
  readonly title: string;
  readonly hosts: readonly Host[];
  /** What it runs in: a process or worker of JavaScript, or an interpreter of Python. */
  readonly in: 'script' | 'python';
  /** Packages whose versions are told. */
  readonly packages: readonly string[];
  /** Runs only where it is asked for. */
  readonly optional?: boolean;
}

/** Load a library and open its device, by the engine's name; nothing of a library is loaded before. */
export type Openers<Name extends string> = Readonly<Record<Name, () => Promise<Engine>>>;

/** An engine that is ready to take models. */
export interface Engine {
  /** The adapter, or how many threads of the CPU. */
  readonly device: string;
  /** The adapter's own words, with the driver's version. */
  readonly driver?: string;
  /** Whether the CPU does the work, of a GPU's program too; undefined where the engine does not tell. */
  readonly software?: boolean;
  /**
   * Writes the workload as the engine takes models, from numbers that are there: none of its time is the engine's.
   * @returns what makes it ready to run: compiles, and uploads the weights.
   */
  stage(workload: Workload): Promise<() => Promise<Loaded>>;
}

/** A model that is ready to run. */
export interface Loaded {
  /** One run, from the inputs to the outputs on the host. */
  run(): Promise<readonly ComputedTensor[]>;
  /** What the engine knows of its program after the first run. */
  readonly facts: Facts;
  dispose(): Promise<void>;
}

export interface Facts {
  readonly dispatches?: number;
  readonly pipelines?: number;
  /** Bytes on the device: weights, values that are kept, and temporaries. */
  readonly deviceBytes?: number;
}

/** What an engine cannot do, in words for the table. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}
