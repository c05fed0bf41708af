/**
 * What is computed along rows: reductions, softmax and layer norm, and elementwise ops between and after them. A kernel
 * walks a row once for each thing that it has to know of it before it can go on, and once more if anything is stored along
 * it; what is cheap is computed again in each walk.
 */
import { constant, flatten, unflatten, variable } from '../../ir/index-arithmetic.ts';
import { printIndex, type IndexExpression } from '../../ir/index-expression.ts';
import type { Combine, KernelCore, Program, RowPass } from '../../ir/kernel.ts';
import { elementCount, type Operation, type ValueId } from '../../ir/types.ts';
import { recordOf } from '../../ops/infer.ts';
import { FusionError } from './errors.ts';
import { ProgramBuilder, type IsStored } from './programs.ts';
import { behindMovement, type GraphView } from './view.ts';

/** A value's elements as rows. */
export interface Rows {
  readonly rows: number;
  readonly steps: number;
  /** Of the element at `step` of `row`. */
  readonly coordinates: readonly IndexExpression[];
  /** Its row-major position. */
  readonly position: IndexExpression;
}

/** A kernel's rows, and which of its values have an element per step; the others have one per row. */
export interface RowSpace extends Rows {
  readonly along: Set<ValueId>;
}

const COMBINES: ReadonlyMap<string, Combine> = new Map([
  ['reduce_sum', 'sum'],
  ['reduce_mean', 'mean'],
  ['reduce_max', 'max'],
  ['reduce_min', 'min'],
]);

/** Rows along some axes, the others outside. */
export function rowsAlong(shape: readonly number[], axes: readonly number[]): Rows {
  const inner = new Set(axes.map((axis) => (axis + shape.length) % shape.length));
  const outside = shape.filter((_, axis) => !inner.has(axis));
  const inside = shape.filter((_, axis) => inner.has(axis));
  const [rows, steps] = [elementCount(outside), elementCount(inside)];
  const row = unflatten(variable('row', rows), outside);
  const step = steps === 0 ? inside.map(() => constant(0)) : unflatten(variable('step', steps), inside);
  const coordinates = shape.map((_, axis) => (inner.has(axis) ? step.shift()! : row.shift()!));
  return { rows, steps, coordinates, position: flatten(coordinates, shape) };
}

/** The rows of its operand that an op walks along; none, if it is no such op. */
export function rowsOf({ op, inputs, attributes }: Operation, view: GraphView): Rows | undefined {
  const { wgsl } = recordOf(op);
  if (wgsl.kind !== 'kernel') return undefined;
  const { shape } = view.type(inputs[0]!);
  switch (wgsl.family) {
    case 'reduce':
      return rowsAlong(shape, attributes['axes'] as readonly number[]);
    case 'softmax':
      return rowsAlong(shape, shape.length === 0 ? [] : [attributes['axis'] as number]);
    case 'layer_norm':
      return rowsAlong(shape, [shape.length - 1]);
    case 'matmul':
    case 'lstm_step':
    case 'top_k':
    case 'attention':
    case 'patch_conv':
      return undefined;
    default:
      return wgsl.family satisfies never;
  }
}

export function sameRows(one: Rows, other: Rows): boolean {
  const same = one.rows === other.rows && one.steps === other.steps;
  return same && printIndex(one.position) === printIndex(other.position);
}

/** Whether the element of `value` that movement gives, at every step of a row, is the one that belongs to the row. */
export function isOfRow(value: ValueId, base: ValueId, { rows, position }: Rows, view: GraphView): boolean {
  const found = behindMovement(value, unflatten(position, view.type(value).shape), view);
  return found?.base === base && printIndex(found.position) === printIndex(variable('row', rows));
}

/** How often an op's own walks go along the row, before what it gives along it is computed. */
export function walksOf({ op }: Operation): number {
  return COMBINES.has(op) ? 1 : 2;
}

/** Whether an op that walks along rows gives an element per step. */
export function staysAlong({ op }: Operation): boolean {
  return !COMBINES.has(op);
}

/**
 * In how many walks of the kernel each member is computed.
 * @param written Values that are stored.
 */
export function countWalks(
  members: readonly Operation[],
  { along }: RowSpace,
  written: readonly ValueId[],
  view: GraphView,
): ReadonlyMap<Operation, number> {
  const inside = new Set(members);
  const counts = new Map(members.map((member) => [member, 0]));
  /** Members along the row that the value is computed from, those behind a reshape included. */
  const reach = (value: ValueId, found: Set<Operation>): Set<Operation> => {
    for (const base of view.bases(value)) {
      const member = view.producer(base);
      if (!inside.has(member) || !along.has(base) || found.has(member)) continue;
      found.add(member);
      for (const input of member.inputs) reach(input, found);
    }
    return found;
  };
  const walk = (operations: Iterable<Operation>, times: number): void => {
    for (const operation of operations) counts.set(operation, counts.get(operation)! + times);
  };
  for (const member of members) {
    if (rowsOf(member, view)) {
      walk(reach(member.inputs[0]!, new Set()), walksOf(member));
      walk([member], walksOf(member));
    } else if (!member.results.some((result) => along.has(result))) walk([member], 1);
  }
  const last = new Set<Operation>();
  for (const value of written) if (along.has(value)) reach(value, last);
  walk(last, 1);
  return counts;
}

/** The core of a kernel along rows, and the scalars of what it stores. */
export function rowsCore(
  members: readonly Operation[],
  space: RowSpace,
  written: readonly ValueId[],
  view: GraphView,
  isStored: IsStored,
): { core: KernelCore; epilogue: Program; scalars: ReadonlyMap<ValueId, number> } {
  const inside = new Set(members.flatMap(({ results }) => results));
  const writers = new Map<ValueId, (builder: ProgramBuilder) => number>();
  const passes: RowPass[] = [];
  const start = (): ProgramBuilder => {
    const builder = new ProgramBuilder(view, (value) => isStored(value) && !inside.has(value));
    for (const [value, write] of writers) builder.define(value, write);
    return builder;
  };
  const pass: Walk = (combine, element) => {
    const builder = start();
    // The element is the last scalar; where it was shared with an earlier one, nothing after it is needed.
    passes.push({ combine, element: builder.scalars.slice(0, element(builder) + 1) });
    return passes.length - 1;
  };
  for (const member of members) {
    if (rowsOf(member, view)) writers.set(member.results[0]!, writerOf(member, view, pass));
  }
  const epilogue = start();
  const scalars = new Map(
    written.map((value) => {
      const { shape } = view.type(value);
      return [value, epilogue.element(value, unflatten(positionOf(value, space), shape))];
    }),
  );
  const { rows, steps } = space;
  return { core: { kind: 'rows', rows, steps, passes }, epilogue: epilogue.scalars, scalars };
}

/** Where the element of a kernel's value stands that belongs to `row`, or to `row` and `step`. */
export function positionOf(value: ValueId, { along, position, rows }: RowSpace): IndexExpression {
  return along.has(value) ? position : variable('row', rows);
}

/** Adds a pass along the row; gives the number of its product. */
type Walk = (combine: Combine, element: (builder: ProgramBuilder) => number) => number;

/** Adds the passes of an op, and gives what writes its result. */
function writerOf(operation: Operation, view: GraphView, pass: Walk): (builder: ProgramBuilder) => number {
  const { op, inputs, attributes } = operation;
  const [input, weight, bias] = inputs as [ValueId, ValueId?, ValueId?];
  const { dtype } = view.type(input);
  const { coordinates } = rowsOf(operation, view)!;
  const element = (builder: ProgramBuilder): number => builder.element(input, coordinates);
  const product = (builder: ProgramBuilder, index: number) => builder.push({ kind: 'core', product: index, dtype });
  const apply = (builder: ProgramBuilder, name: string, ...operands: number[]): number => {
    return builder.applyOp(name, operands, dtype);
  };
  const combine = COMBINES.get(op);
  if (combine) {
    const reduced = pass(combine, element);
    return (builder) => product(builder, reduced);
  }
  switch (op) {
    case 'softmax': {
      const maximum = pass('max', element);
      const power = (builder: ProgramBuilder): number => {
        return apply(builder, 'exp', apply(builder, 'sub', element(builder), product(builder, maximum)));
      };
      const total = pass('sum', power);
      return (builder) => apply(builder, 'mul', power(builder), apply(builder, 'reciprocal', product(builder, total)));
    }
    case 'layer_norm': {
      const mean = pass('mean', element);
      const centred = (builder: ProgramBuilder): number => {
        return apply(builder, 'sub', element(builder), product(builder, mean));
      };
      // Of the differences, not of the squares less the square of the mean, which cancel.
      const variance = pass('mean', (builder) => {
        const difference = centred(builder);
        return apply(builder, 'mul', difference, difference);
      });
      return (builder) => {
        const epsilon = builder.push({ kind: 'constant', number: attributes['epsilon'] as number, dtype });
        const deviation = apply(builder, 'sqrt', apply(builder, 'add', product(builder, variance), epsilon));
        let result = apply(builder, 'mul', centred(builder), apply(builder, 'reciprocal', deviation));
        const step = [coordinates.at(-1)!];
        if (weight !== undefined) result = apply(builder, 'mul', result, builder.element(weight, step));
        if (bias !== undefined) result = apply(builder, 'add', result, builder.element(bias, step));
        return result;
      };
    }
    default:
      throw new FusionError(`${op} walks along rows, and nothing says how`);
  }
}
