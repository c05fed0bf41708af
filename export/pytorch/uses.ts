/** How often the values of a module are read. */
import { isInstance } from '../../graph/schema.ts';
import { calleeOf, type ExportPlan, type PlannedModule } from './plan.ts';

/** An output of a node, as a key. */
export function key(nodeId: string, port: string): string {
  return `${nodeId} ${port}`;
}

/** How often each output is read; what every layer of a stack reads counts twice, so that it is computed once. */
export function countUses(
  plan: ExportPlan,
  { definition, live }: PlannedModule,
): (nodeId: string, port: string) => number {
  const counts = new Map<string, number>();
  const nodes = new Map(definition.nodes.map((node) => [node.id, node]));
  for (const { from, to } of definition.edges) {
    const reader = nodes.get(to[0]);
    if (!reader || !live.nodes.has(reader.id)) continue;
    const layers =
      isInstance(reader) && reader.repeat !== undefined && !carriedBy(calleeOf(plan, reader)).includes(to[1]);
    const id = key(...from);
    counts.set(id, (counts.get(id) ?? 0) + (layers ? 2 : 1));
  }
  return (nodeId, port) => counts.get(key(nodeId, port)) ?? 0;
}

/** What goes from layer to layer: live outputs that are named like inputs. */
export function carriedBy({ inputs, outputs }: PlannedModule): readonly string[] {
  return outputs.filter((output) => inputs.some(({ port }) => port === output));
}
