/** What need not be computed again when ids grow: a graph for generation keeps it from step to step. */
import type { Graph, GraphOutput, Operation, ValueId } from '../../gpu/ir/types.ts';

/**
 * The graph that gives, beside its outputs, the values that they are made of and that do not depend on the input which
 * grows: the features of the image, say. They are outputs, so that a device keeps them under their keys.
 *
 * What depends on weights alone is left out: it is cheap, and often no more than a weight seen another way.
 * @param input name of the input that grows.
 */
export function withFrontier(graph: Graph, input: string): Graph {
  const growing = new Set<ValueId>();
  const fromData = new Set<ValueId>();
  for (const { op, inputs, results, attributes } of graph.operations) {
    const isGrowing = op === 'input' && attributes['name'] === input;
    const mark = isGrowing || inputs.some((value) => growing.has(value)) ? growing : fromData;
    const isData = mark === growing || op === 'input' || inputs.some((value) => fromData.has(value));
    if (isData) for (const result of results) mark.add(result);
  }
  const leaves = new Set(graph.operations.filter(({ op }) => op === 'input').flatMap(({ results }) => results));
  const frontier = new Set<ValueId>();
  for (const { inputs, results } of graph.operations) {
    if (!results.some((result) => growing.has(result))) continue;
    for (const value of inputs) if (fromData.has(value) && !leaves.has(value)) frontier.add(value);
  }
  const kept = Array.from(frontier, (value): GraphOutput => ({ name: `kept ${value}`, value, kind: 'tap' }));
  return { ...graph, outputs: [...graph.outputs, ...kept] };
}

/**
 * The graph with the last position of a value [batch, length, …] as a value of its own [batch, 1, …]: what the others hold
 * is then left out by gpu/passes/narrow.ts as far as nothing else needs it.
 */
export function lastPosition(graph: Graph, value: ValueId): { graph: Graph; last: ValueId } {
  const { dtype, shape } = graph.types.get(value)!;
  const last = Math.max(...graph.types.keys()) + 1;
  const { origin } = graph.operations.find(({ results }) => results.includes(value))!;
  const slice: Operation = {
    op: 'slice',
    inputs: [value],
    attributes: {
      starts: shape.map((size, axis) => (axis === 1 ? size - 1 : 0)),
      stops: shape,
      steps: shape.map(() => 1),
    },
    results: [last],
    origin,
  };
  const types = new Map(graph.types).set(last, { dtype, shape: shape.with(1, 1) });
  return { graph: { ...graph, operations: [...graph.operations, slice], types }, last };
}
