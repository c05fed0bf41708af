/**
 * Copies that nobody has to make: where all that is wanted of a value is its copy in another order, its kernel stores the
 * elements in that order at once. The order is followed forwards, which permute and reshape allow.
 */
import { flatten, unflatten } from '../../ir/index-arithmetic.ts';
import type { IndexExpression } from '../../ir/index-expression.ts';
import type { Operation, ValueId } from '../../ir/types.ts';
import type { Clustering } from './clusters.ts';
import type { GraphView } from './view.ts';

/** A copy that takes the place of the value that it is made of. */
export interface Placing {
  readonly copy: ValueId;
  /** Position in the copy of the value's element at this position. */
  readonly position: (position: IndexExpression) => IndexExpression;
}

/** By the value that is stored as its copy. */
export function placeCopies(view: GraphView, clustering: Clustering): ReadonlyMap<ValueId, Placing> {
  const outputs = new Set(view.graph.outputs.map(({ value }) => value));
  const placings = new Map<ValueId, Placing>();
  for (const copy of clustering.copies.values) {
    const steps = stepsTo(copy, view);
    const source = steps?.[0]?.inputs[0];
    if (!steps || source === undefined || clustering.of(source)?.host !== null) continue;
    const between = steps.map(({ inputs }) => inputs[0]!);
    const seen = between.some(
      (value) => outputs.has(value) || clustering.copies.has(value) || view.users(value).length !== 1,
    );
    if (!seen) placings.set(source, { copy, position: (position) => forwards(position, source, steps, view) });
  }
  return placings;
}

/** From what a kernel computes to the copy, if these are all of its elements, each once. */
function stepsTo(copy: ValueId, view: GraphView): Operation[] | undefined {
  const steps: Operation[] = [];
  for (let at = copy; view.role(at) === 'movement'; at = steps[0]!.inputs[0]!) {
    const operation = view.producer(at);
    if (operation.op !== 'permute' && operation.op !== 'reshape') return undefined;
    steps.unshift(operation);
  }
  return steps;
}

function forwards(
  position: IndexExpression,
  source: ValueId,
  steps: readonly Operation[],
  view: GraphView,
): IndexExpression {
  let shape = view.type(source).shape;
  let coordinates = unflatten(position, shape);
  for (const { op, attributes, results } of steps) {
    const next = view.type(results[0]!).shape;
    if (op === 'permute') coordinates = (attributes['axes'] as readonly number[]).map((axis) => coordinates[axis]!);
    else coordinates = unflatten(flatten(coordinates, shape), next);
    shape = next;
  }
  return flatten(coordinates, shape);
}
