/** What the command line computes on: a GPU, ONNX Runtime or the float64 evaluator, seen alike. */
import type { LeafWords } from '../../export/target.ts';
import type { ComputedTensor } from '../../export/values.ts';
import type { Graph } from '../../gpu/ir/types.ts';

export interface Computed {
  /** Outputs, then taps, in the graph's order. */
  readonly tensors: readonly ComputedTensor[];
  /** What --stats prints: names and readable values. */
  readonly stats: readonly (readonly [name: string, value: string])[];
}

/** The values of an input (by the source's name) or a weight (by its `state_dict` path). */
export type LeafReader = (kind: 'input' | 'weight', name: string) => Promise<LeafWords>;

/** A device for several runs: values under the keys of outputs and taps are kept from one run to the next. */
export interface Device {
  /**
   * Computes all outputs and taps of a graph whose passes have run.
   * @param wanted names of those to read back; absent: all.
   */
  compute(graph: Graph, leaf: LeafReader, wanted?: readonly string[]): Promise<Computed>;
  dispose(): void;
}
