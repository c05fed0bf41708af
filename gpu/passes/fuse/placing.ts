/**
 * Copies that nobody has to make: where all that is wanted of a value is its copy in another order, its kernel stores the
 * elements in that order at once. The order is followed forwards, which permute and reshape allow.
 */
import { flatten, unflatten } from '../../ir/index-arithmetic.ts';
import type { IndexExpression } from '../../ir/index-expression.ts';
import type { Operation, ValueId } from '../../ir/types.ts';
import type { Clustering, Refusal } from './cluster.ts';
import type { GraphView } from './view.ts';

/** A copy that takes the place of the value that it is made of. */
export interface Placing {
  readonly copy: ValueId;
  /** Position in the copy of the value's element at this position. */
  readonly position: (position: IndexExpression) => IndexExpression;
}

export interface Placings {
  /** By the value that is stored as its copy. */
  readonly bySource: ReadonlyMap<ValueId, Placing>;
  /** Why other copies are made by kernels of their own. */
  readonly refused: ReadonlyMap<ValueId, Refusal>;
}

export function placeCopies(view: GraphView, clustering: Clustering): Placings {
  const bySource = new Map<ValueId, Placing>();
  const refused = new Map<ValueId, Refusal>();
  const outputs = view.graph.outputs.filter(({ value }) => !clustering.copies.has(value));
  // Also those that were moved back into the order in which their elements are computed.
  const inOwnOrder = new Set(outputs.map(({ value }) => view.sameElements(value)));
  for (const copy of clustering.copies.values) {
    const steps = stepsTo(copy, view);
    const source = steps?.[0]?.inputs[0];
    const why = whyNotInPlace(steps, source, view, clustering, inOwnOrder);
    if (why !== undefined) refused.set(copy, why);
    else bySource.set(source!, { copy, position: (position) => forwards(position, source!, steps!, view) });
  }
  return { bySource, refused };
}

function whyNotInPlace(
  steps: readonly Operation[] | undefined,
  source: ValueId | undefined,
  view: GraphView,
  clustering: Clustering,
  inOwnOrder: ReadonlySet<ValueId | undefined>,
): Refusal | undefined {
  if (!steps || source === undefined) return 'what it is made of is not all there, or there more than once';
  if (clustering.of(source)?.host !== null) return 'no kernel computes what it is made of';
  const between = steps.map(({ inputs }) => inputs[0]!);
  const seen = between.some((value) => {
    return view.outputs(value).length > 0 || clustering.copies.has(value) || view.users(value).length !== 1;
  });
  return seen || inOwnOrder.has(source) ? 'what it is made of is wanted in its own order too' : undefined;
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
