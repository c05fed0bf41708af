/** The order in which the nodes of a module run: what feeds comes before what is fed. */
import type { Edge } from '../../graph/schema.ts';

/**
 * Ids in execution order; where that leaves a choice, in construction order. Of nodes in a circle the one that was
 * constructed first comes last.
 */
export function executionOrder(nodes: readonly { readonly id: string }[], edges: readonly Edge[]): readonly string[] {
  const sources = Map.groupBy(edges, ({ to }) => to[0]);
  const place = new Map(nodes.map(({ id }, index) => [id, index]));
  const feeding = (id: string): readonly string[] =>
    (sources.get(id) ?? []).map(({ from }) => from[0]).toSorted((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  const order: string[] = [];
  const seen = new Set<string>();
  for (const { id } of nodes) {
    // A stack of its own: a chain of 5,000 nodes is deeper than JavaScript calls go.
    const stack = seen.has(id) ? [] : [{ id, waiting: [...feeding(id)] }];
    seen.add(id);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.waiting.shift();
      if (next === undefined) order.push(stack.pop()!.id);
      else if (!seen.has(next) && place.has(next)) {
        seen.add(next);
        stack.push({ id: next, waiting: [...feeding(next)] });
      }
    }
  }
  return order;
}
