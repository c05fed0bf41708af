/** Removes operations whose results nobody asks for. */
import type { Graph, Operation, ValueId } from '../ir/types.ts';

export function removeDeadCode(graph: Graph): Graph {
  const live = new Set<ValueId>(graph.outputs.map(({ value }) => value));
  const kept: Operation[] = [];
  for (const operation of [...graph.operations].reverse()) {
    if (!operation.results.some((result) => live.has(result))) continue;
    for (const input of operation.inputs) live.add(input);
    kept.push(operation);
  }
  const operations = kept.reverse();
  const types = new Map(operations.flatMap(({ results }) => results.map((value) => [value, graph.types.get(value)!])));
  return { operations, types, outputs: graph.outputs };
}
