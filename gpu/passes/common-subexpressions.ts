/** Computes equal values once: values of equal recipes, leaves with the same numbers included. */
import { givenKey, recipeOf } from '../ir/key.ts';
import type { Graph, Operation, ValueId } from '../ir/types.ts';

/** The first of equal operations stays, with its origin. */
export function mergeCommonSubexpressions(graph: Graph): Graph {
  // Equal values have one name, so texts say the same as the keys that runs are found by, without hashing them.
  const firstOf = new Map<string, readonly ValueId[]>();
  const renamed = new Map<ValueId, ValueId>();
  const nameOf = (value: ValueId): ValueId => renamed.get(value) ?? value;
  const operations: Operation[] = [];
  for (const operation of graph.operations) {
    const recipe = givenKey(operation) ?? recipeOf(operation, nameOf);
    const known = firstOf.get(recipe);
    if (known) {
      for (const [index, result] of operation.results.entries()) renamed.set(result, known[index]!);
      continue;
    }
    firstOf.set(recipe, operation.results);
    operations.push({ ...operation, inputs: operation.inputs.map(nameOf) });
  }
  const types = new Map(operations.flatMap(({ results }) => results.map((value) => [value, graph.types.get(value)!])));
  const outputs = graph.outputs.map((output) => ({ ...output, value: nameOf(output.value) }));
  return { operations, types, outputs };
}
