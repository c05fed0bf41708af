/** Verifying an export: random inputs, the graph's own values, what the engine gives for them, and how far they are. */
import type { ExportSource } from '../target.ts';
import { compareAll } from './compare.ts';
import { computeNamed, type ComputesGraphs } from './compute-named.ts';
import type { RunningExport } from './engine.ts';
import { randomInputs } from './random-inputs.ts';
import type { VerifyRound } from './report.ts';

/** @param bound names of sources that keep the numbers they have. */
export async function verifyRound(
  source: ExportSource,
  exported: RunningExport,
  device: ComputesGraphs,
  bound: ReadonlySet<string>,
  seed: number,
): Promise<VerifyRound> {
  const inputs = await randomInputs(source, bound, seed);
  const wanted = await computeNamed(source, exported.names, device, inputs, seed);
  return { seed, values: compareAll(wanted, await exported.run(inputs)) };
}
