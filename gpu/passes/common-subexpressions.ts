/** Computes equal values once: values whose recipes have the same key, leaves with the same numbers included. */
import { valueKeys } from '../ir/key.ts';
import type { Graph, Operation, ValueId } from '../ir/types.ts';

/** The first of equal operations stays, with its origin. */
export function mergeCommonSubexpressions(graph: Graph): Graph {
  const keys = valueKeys(graph);
  const firstOf = new Map<string, ValueId>();
  const renamed = new Map<ValueId, ValueId>();
  const operations: Operation[] = [];
  for (const operation of graph.operations) {
    const known = operation.results.map((result) => firstOf.get(keys.get(result)!));
    if (known.every((value) => value !== undefined)) {
      for (const [index, result] of operation.results.entries()) renamed.set(result, known[index]!);
      continue;
    }
    for (const result of operation.results) firstOf.set(keys.get(result)!, result);
    operations.push({ ...operation, inputs: operation.inputs.map((input) => renamed.get(input) ?? input) });
  }
  const types = new Map(operations.flatMap(({ results }) => results.map((value) => [value, graph.types.get(value)!])));
  const outputs = graph.outputs.map((output) => ({ ...output, value: renamed.get(output.value) ?? output.value }));
  return { operations, types, outputs };
}
