/** What a graph computes, in float64 on the CPU: what exports are held to. */
import type { HostTensor } from '../gpu/ops/record.ts';
import { runPasses } from '../gpu/passes/pipeline.ts';
import { runReference } from '../gpu/reference.ts';
import { lower } from '../nodes/lower.ts';
import type { ExportSource } from './target.ts';

/** Every output of the main module by its name. Errors of `leaf` pass through. */
export async function referenceOutputs(source: ExportSource): Promise<ReadonlyMap<string, HostTensor>> {
  const { tree, inference, weights, sources, leaf } = source;
  const { graph } = lower(tree, inference, { weights: weights.recipes, sources: sources.keys });
  const { outputs } = await runReference(runPasses(graph), ({ kind, name }) => leaf(kind, name));
  return outputs;
}
