/** What runs a program: a GPU through gpu/runtime, the CPU through ONNX Runtime, or the float64 evaluator. */
import type { Ceilings } from '../../gpu/ceilings.ts';
import type { Profile } from '../../gpu/profile.ts';
import type { Plan, PlanLeaf } from '../../gpu/plan.ts';
import type { Graph } from '../../gpu/ir/types.ts';
import type { DeviceInfo, Preview, PreviewSpec, RunReport } from '../../gpu/runtime/types.ts';
import type { MemoryUse } from '../stores/run.ts';
import type { RunStage, Target } from './protocol.ts';
import type { TensorData } from './session-api.ts';

export type Program =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'graph'; readonly graph: Graph };

/** A leaf as both devices name it: a source node's path, or a weight's. */
export type LeafName = Pick<PlanLeaf, 'kind' | 'name'>;

export interface RunOptions {
  readonly leaf: (leaf: LeafName) => Promise<Uint8Array<ArrayBuffer>>;
  readonly signal: AbortSignal;
  readonly onStage: (stage: RunStage) => void;
}

export interface ProfileOptions extends RunOptions {
  /** What was measured in former sessions, on this adapter or another. */
  readonly ceilings: Ceilings | null;
}

export interface Device {
  readonly info: DeviceInfo;
  /** What programs have to be compiled for. */
  readonly target: Target;
  /** Seconds that a run would take, by what is kept and the rate of the runs before; null if nothing is known. */
  predict(program: Program): number | null;
  /** Readies whatever a first run of the program would have to wait for, until `signal` is aborted. */
  warm(program: Program, signal: AbortSignal): Promise<void>;
  /** @throws what `signal` was aborted with, between two submissions. */
  run(program: Program, options: RunOptions): Promise<RunReport>;
  /** Runs all of the program, whatever is kept of it, and says where the time went. */
  profile(
    program: Program,
    options: ProfileOptions,
  ): Promise<{ readonly report: RunReport; readonly profile: Profile }>;
  memory(program: Program, report: RunReport): MemoryUse;
  /**
   * Measures what is fastest on this device, unless it is known; runs go in between.
   * @returns true if `target` is another now.
   */
  tune(signal: AbortSignal): Promise<boolean>;
  /** Null if the value is not there: never computed, or no longer kept. */
  preview(port: string, spec: PreviewSpec): Promise<Preview | null>;
  /** Whole, or the part at `index` of its leading axes. @throws {RangeError} if there is nothing at `index`. */
  read(port: string, index?: readonly number[]): Promise<TensorData | null>;
  /** Gives back its memory, when another takes its place and nothing runs. */
  dispose(): Promise<void>;
}
