/** What an export is compared with: the graph's own values, from a device. */
import type { Graph } from '../../gpu/ir/types.ts';
import { runPasses } from '../../gpu/passes/pipeline.ts';
import { lower } from '../../nodes/lower.ts';
import type { ExportSource } from '../target.ts';
import { valueNames } from '../value-names.ts';
import type { ComputedTensor } from '../values.ts';

/** What computes a graph whose passes have run. */
export interface ComputesGraphs {
  compute(graph: Graph, leaf: ExportSource['leaf']): Promise<{ readonly tensors: readonly ComputedTensor[] }>;
}

/** The graph's own values of these names, in the order in which they are computed. */
export async function computeNamed(
  { tree, inference, weights, leaf }: ExportSource,
  names: readonly string[],
  device: ComputesGraphs,
  inputs: ReadonlyMap<string, ComputedTensor>,
  seed: number,
): Promise<readonly ComputedTensor[]> {
  const told = new Set(names);
  const { graph } = lower(tree, inference, {
    weights: weights.recipes,
    // Other numbers need other keys: a device keeps values by them.
    sources: new Map([...inputs.keys()].map((path) => [path, `verify ${seed} ${path}`])),
    taps: valueNames(tree).filter((name) => told.has(name)),
  });
  const { tensors } = await device.compute(runPasses(graph), (kind, name) =>
    kind === 'input' ? Promise.resolve(inputs.get(name)!.data) : leaf(kind, name),
  );
  return inOrder(graph, tensors);
}

/** Ports as the graph computes them, so that the first that differs is where it began. */
function inOrder({ outputs }: Graph, tensors: readonly ComputedTensor[]): readonly ComputedTensor[] {
  const place = new Map(outputs.map(({ name, value }) => [name, value]));
  return tensors.toSorted((a, b) => place.get(a.name)! - place.get(b.name)!);
}
