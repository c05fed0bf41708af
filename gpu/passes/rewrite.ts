/** The common frame of passes that rebuild a graph operation by operation. */
import { Builder } from '../ir/builder.ts';
import type { Graph, Operation, ValueId } from '../ir/types.ts';
import { inferTypes } from '../ops/infer.ts';

/**
 * Gives the results of an operation in the new graph: emitted as it was, replaced by others, or values already there.
 * `inputs` are the operation's inputs in the new graph.
 */
export type Rewrite = (operation: Operation, inputs: readonly ValueId[], builder: Builder) => readonly ValueId[];

/** A graph of the same outputs, every operation passed through the rewrite; origins are kept. */
export function rewrite(graph: Graph, rewriteOperation: Rewrite): Graph {
  const builder = new Builder(inferTypes);
  const renamed = new Map<ValueId, ValueId>();
  for (const operation of graph.operations) {
    builder.origin = operation.origin;
    const inputs = operation.inputs.map((input) => renamed.get(input)!);
    const results = rewriteOperation(operation, inputs, builder);
    for (const [index, result] of operation.results.entries()) renamed.set(result, results[index]!);
  }
  for (const { name, value, kind } of graph.outputs) builder.output(name, renamed.get(value)!, kind);
  return builder.build();
}
