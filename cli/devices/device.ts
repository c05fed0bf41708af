/** What the command line computes on: a GPU, ONNX Runtime or the float64 evaluator, seen alike. */
import type { LeafWords } from '../../export/target.ts';
import type { ComputedTensor } from '../../export/values.ts';
import type { Graph } from '../../gpu/ir/types.ts';
import type { ValueKey } from '../../gpu/plan.ts';

export interface Computed {
  /** Outputs, then taps, in the graph's order. */
  readonly tensors: readonly ComputedTensor[];
  /** What --stats prints: names and readable values. */
  readonly stats: readonly (readonly [name: string, value: string])[];
  /** What a person has to know of the numbers that it was given. */
  readonly warnings: readonly string[];
  /** Keys under which outputs and taps are kept for the next run, by name; none where the device keeps nothing. */
  readonly keys: ReadonlyMap<string, ValueKey>;
}

/** The values of an input (by the source's name) or a weight (by its `state_dict` path). */
export type LeafReader = (kind: 'input' | 'weight', name: string) => Promise<LeafWords>;

/** A device for several runs: values under the keys of outputs and taps are kept from one run to the next. */
export interface Device {
  /**
   * Computes all outputs and taps of a graph whose passes have run.
   * @param wanted names of those to read back; absent: all.
   * @param spent keys of kept values that nobody wants after this run.
   */
  compute(graph: Graph, leaf: LeafReader, wanted?: readonly string[], spent?: readonly ValueKey[]): Promise<Computed>;
  dispose(): void;
}
