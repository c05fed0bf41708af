/** What an export is verified in: the engine that it was written for. */
import type { ExportSource } from '../target.ts';
import type { ComputedTensor } from '../values.ts';

/** An export, loaded and ready to run. */
export interface RunningExport {
  /** What of the graph it can tell: outputs and ports, by the graph's names. */
  readonly names: readonly string[];
  /**
   * Computes all of `names`.
   * @param inputs by the source's path.
   */
  run(inputs: ReadonlyMap<string, ComputedTensor>): Promise<ReadonlyMap<string, ComputedTensor>>;
  dispose(): Promise<void>;
}

export interface ExportEngine {
  /** As `--against` has it: the export target's name. */
  readonly name: string;
  /** What runs it, for the report: `ONNX Runtime`. */
  readonly title: string;
  /** @throws an error that is the user's to mend where the engine cannot be had or refuses the export. */
  readonly open: (source: ExportSource) => Promise<RunningExport>;
}
