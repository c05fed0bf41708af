/** Runs a graph on another engine's arrays, operation by operation: an engine is then a table of calls, one per op. */
import type { Attributes, Graph, Operation, TensorType, ValueId } from '../../gpu/ir/types.ts';
import { decompose } from '../../gpu/passes/decompose.ts';
import { PASSES, runPasses } from '../../gpu/passes/pipeline.ts';
import { UnsupportedError } from './engine.ts';

/** What a call has beside its operands. */
export interface CallContext {
  readonly attributes: Attributes;
  readonly inputs: readonly TensorType[];
  /** Of the first result. */
  readonly result: TensorType;
}

/** How an engine computes an op: its first result, or all of them. */
export type Call<T> = (operands: readonly T[], context: CallContext) => T | readonly T[];
export type Calls<T> = Readonly<Record<string, Call<T>>>;

export interface Interpreter<T> {
  readonly calls: Calls<T>;
  /** The array of an input or a weight. */
  readonly leaf: (name: string) => T;
  /** What is handed to a call while the value has uses to come; for engines whose calls take their operands over. */
  readonly share?: (value: T) => T;
  /** Called with a value that has no use to come. */
  readonly release?: (value: T) => void;
}

/**
 * The graph in ops that the engine has calls for.
 * @throws {UnsupportedError} naming the ops that it has none for.
 */
export function inCalls(graph: Graph, names: readonly string[]): Graph {
  const known = new Set([...names, 'input', 'weight']);
  const taken = runPasses(
    decompose(graph, ({ name }) => known.has(name)),
    PASSES,
  );
  const missing = new Set(taken.operations.map(({ op }) => op).filter((op) => !known.has(op)));
  if (missing.size > 0)
    throw new UnsupportedError(`the bench has no call of this engine for ${[...missing].join(', ')}`);
  return taken;
}

/** The arrays of the outputs, in the graph's order. */
export function interpret<T>(graph: Graph, { calls, leaf, share = (value) => value, release }: Interpreter<T>): T[] {
  const uses = usesOf(graph);
  const values = new Map<ValueId, T>();
  const typeOf = (value: ValueId): TensorType => graph.types.get(value)!;
  const take = (value: ValueId): T => {
    const left = uses.get(value)! - 1;
    uses.set(value, left);
    const array = values.get(value)!;
    return left > 0 ? share(array) : array;
  };
  // Leaves stay: they are needed in the next run.
  const leaves = new Set(graph.operations.filter(isLeaf).flatMap(({ results }) => results));
  const releaseDead = (candidates: readonly ValueId[]): void => {
    for (const value of new Set(candidates)) {
      if (leaves.has(value) || !values.has(value) || (uses.get(value) ?? 0) > 0) continue;
      release?.(values.get(value)!);
      values.delete(value);
    }
  };
  for (const operation of graph.operations) {
    const { op, inputs, attributes, results } = operation;
    if (isLeaf(operation)) {
      values.set(results[0]!, leaf(String(attributes[op === 'input' ? 'name' : 'path'])));
      continue;
    }
    const context: CallContext = { attributes, inputs: inputs.map(typeOf), result: typeOf(results[0]!) };
    const computed = calls[op]!(inputs.map(take), context);
    const arrays = isMany<T>(computed) ? computed : [computed];
    for (const [index, array] of arrays.entries()) values.set(results[index]!, array);
    releaseDead([...inputs, ...results]);
  }
  return graph.outputs.map(({ value }) => take(value));
}

function isLeaf({ op }: Operation): boolean {
  return op === 'input' || op === 'weight';
}

function isMany<T>(computed: T | readonly T[]): computed is readonly T[] {
  return Array.isArray(computed);
}

function usesOf({ operations, outputs }: Graph): Map<ValueId, number> {
  const uses = new Map<ValueId, number>();
  const used = [...operations.flatMap(({ inputs }) => inputs), ...outputs.map(({ value }) => value)];
  for (const value of used) uses.set(value, (uses.get(value) ?? 0) + 1);
  return uses;
}
