/** A graph as fusion looks at it: who makes a value, who uses it, and what stands behind its movement ops. */
import { flatten, unflatten, variable } from '../../ir/index-arithmetic.ts';
import type { IndexExpression } from '../../ir/index-expression.ts';
import {
  elementCount,
  type Graph,
  type GraphOutput,
  type Operation,
  type TensorType,
  type ValueId,
} from '../../ir/types.ts';
import { recordOf } from '../../ops/infer.ts';
import type { MovementSource, MovementWgsl } from '../../ops/record.ts';
import { FusionError } from './errors.ts';

/**
 * What fusion does with an operation. `buffer`: a leaf with bytes of its own. `inline`: a leaf that is written into
 * its readers. `movement`: index arithmetic in its readers. `elementwise`: part of some kernel. `gather`: too, but at
 * positions that only the run knows. `core`: anchors a kernel.
 */
export type Role = 'buffer' | 'inline' | 'movement' | 'elementwise' | 'gather' | 'core';

export interface GraphView {
  readonly graph: Graph;
  type(value: ValueId): TensorType;
  producer(value: ValueId): Operation;
  role(value: ValueId): Role;
  /** Operations that have the value as an input. */
  users(value: ValueId): readonly Operation[];
  /** Outputs and taps that the value is. */
  outputs(value: ValueId): readonly GraphOutput[];
  /** Values that are not movement and that this one's elements come from; itself, if it is none. */
  bases(value: ValueId): ReadonlySet<ValueId>;
  /** Values made of this one by movement alone, itself included. */
  forms(value: ValueId): ReadonlySet<ValueId>;
  /** The base whose elements these are in the same row-major order, if there is one: reached by reshapes alone. */
  sameElements(value: ValueId): ValueId | undefined;
}

export function viewGraph(graph: Graph): GraphView {
  const producers = new Map<ValueId, Operation>();
  const users = new Map<ValueId, Operation[]>();
  const bases = new Map<ValueId, ReadonlySet<ValueId>>();
  for (const operation of graph.operations) {
    for (const input of new Set(operation.inputs)) users.set(input, [...(users.get(input) ?? []), operation]);
    for (const result of operation.results) {
      producers.set(result, operation);
      const moved = roleOf(operation) === 'movement';
      bases.set(
        result,
        moved ? new Set(operation.inputs.flatMap((input) => [...bases.get(input)!])) : new Set([result]),
      );
    }
  }
  const outputs = Map.groupBy(graph.outputs, ({ value }) => value);
  const view: GraphView = {
    graph,
    type: (value) => known(graph.types.get(value), value),
    producer: (value) => known(producers.get(value), value),
    role: (value) => roleOf(view.producer(value)),
    users: (value) => users.get(value) ?? [],
    outputs: (value) => outputs.get(value) ?? [],
    bases: (value) => known(bases.get(value), value),
    forms: (value) => formsOf(value, view),
    sameElements: (value) => sameElements(value, view),
  };
  return view;
}

/** Where a movement op reads the element at `coordinates`, and what it gives where no source's condition holds. */
export function movementSources(
  operation: Operation,
  coordinates: readonly IndexExpression[],
  view: GraphView,
): { sources: MovementSource[]; fill: number } {
  const movement = recordOf(operation.op).wgsl as MovementWgsl;
  const inputs = operation.inputs.map((input) => view.type(input));
  return {
    sources: movement.sources(coordinates, inputs, operation.attributes),
    fill: movement.fill?.(operation.attributes) ?? 0,
  };
}

function roleOf({ op }: Operation): Role {
  const { wgsl } = recordOf(op);
  switch (wgsl.kind) {
    case 'leaf':
      return wgsl.leaf === 'constant' || wgsl.leaf === 'iota' ? 'inline' : 'buffer';
    case 'movement':
      return 'movement';
    case 'expression':
      return 'elementwise';
    case 'gather':
      return 'gather';
    case 'kernel':
      return 'core';
    case 'decomposed':
      throw new FusionError(`${op} has no kernel and was not decomposed`);
    default:
      return wgsl satisfies never;
  }
}

function formsOf(value: ValueId, view: GraphView): ReadonlySet<ValueId> {
  const forms = new Set([value]);
  for (const form of forms) {
    for (const user of view.users(form)) {
      if (view.role(user.results[0]!) === 'movement') for (const result of user.results) forms.add(result);
    }
  }
  return forms;
}

/**
 * Where the element at these coordinates stands in the value that movement ops take it from; undefined where it depends on
 * the coordinates which value that is.
 */
export function behindMovement(
  value: ValueId,
  coordinates: readonly IndexExpression[],
  view: GraphView,
): { base: ValueId; position: IndexExpression } | undefined {
  let [base, from] = [value, coordinates];
  while (view.role(base) === 'movement') {
    const operation = view.producer(base);
    const [source, ...others] = movementSources(operation, from, view).sources;
    const always = source && (!source.condition || (source.condition.kind === 'boolean' && source.condition.value));
    if (!always || others.length > 0) return undefined;
    base = operation.inputs[source.operand]!;
    from = source.coordinates;
  }
  return { base, position: flatten(from, view.type(base).shape) };
}

function sameElements(value: ValueId, view: GraphView): ValueId | undefined {
  if (view.role(value) !== 'movement') return value;
  const { shape } = view.type(value);
  const count = elementCount(shape);
  const found = behindMovement(value, unflatten(variable('point', count), shape), view);
  if (!found || elementCount(view.type(found.base).shape) !== count) return undefined;
  const { base, position } = found;
  const same =
    count === 1 || position.kind === 'variable' || (position.kind === 'assume' && position.operand.kind === 'variable');
  return same ? base : undefined;
}

function known<T>(found: T | undefined, value: ValueId): T {
  if (found === undefined) throw new FusionError(`%${value} is no value of this graph`);
  return found;
}
