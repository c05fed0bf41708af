/** A matmul's operands as strides over stored values, where movement ops leave them affine. */
import { linearForm } from '../../ir/affine.ts';
import {
  add,
  constant,
  coordinateVariables,
  flatten,
  multiply,
  unflatten,
  variable,
} from '../../ir/index-arithmetic.ts';
import type { IndexExpression } from '../../ir/index-expression.ts';
import type { KernelCore, MatrixOperand } from '../../ir/kernel.ts';
import { elementCount, type Operation, type ValueId } from '../../ir/types.ts';
import type { Attention } from './attention.ts';
import { movementSources, type GraphView } from './view.ts';

/** Sizes of a matmul with its batch merged into the rows where both operands allow it. */
export interface MatrixProduct {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly left: MatrixOperand;
  readonly right: MatrixOperand;
}

type Affine = { readonly factors: ReadonlyMap<string, number>; readonly constant: number };

/** Matrices, the first two operands, that have to be copied before a kernel can read them: not affine, or not in any buffer. */
export function operandsToCopy(
  operation: Operation,
  view: GraphView,
  isCopied: (value: ValueId) => boolean,
): ValueId[] {
  return operation.inputs.slice(0, 2).filter((input) => {
    const coordinates = coordinateVariables(view.type(input).shape);
    return !affineRead(input, coordinates, view, isCopied);
  });
}

/** @param isCopied Says of a movement op's result that it has a buffer. */
export function matrixProduct(
  operation: Operation,
  view: GraphView,
  isCopied: (value: ValueId) => boolean,
): MatrixProduct {
  const [left, right] = operation.inputs as [ValueId, ValueId];
  const shape = view.type(operation.results[0]!).shape;
  const batchShape = shape.slice(0, -2);
  const [rows, columns] = shape.slice(-2) as [number, number];
  const depth = view.type(left).shape.at(-1)!;
  const batch = elementCount(batchShape);
  const batchAxes = coordinateVariables(batchShape, 'b');
  const [row, column, step] = [variable('row', rows), variable('column', columns), variable('step', depth)];
  const rightRead = affineRead(right, [...batchAxes, step, column], view, isCopied)!;
  if (batch > 1 && batchAxes.every((_, axis) => !rightRead.affine.factors.has(`b${axis}`))) {
    const merged = unflatten(variable('row', batch * rows), [...batchShape, rows]);
    const leftRead = affineRead(left, [...merged, step], view, isCopied);
    if (leftRead) {
      const sizes = { batch: 1, rows: batch * rows, columns, depth };
      return { ...sizes, left: operand(leftRead, 'row', []), right: operand(rightRead, 'column', []) };
    }
  }
  const leftRead = affineRead(left, [...batchAxes, row, step], view, isCopied)!;
  return {
    batch,
    rows,
    columns,
    depth,
    left: operand(leftRead, 'row', batchShape),
    right: operand(rightRead, 'column', batchShape),
  };
}

/** The matrices of an attention: queries, keys and values. */
export function attentionMatrices(
  { scores, product }: Attention,
  view: GraphView,
  isCopied: (value: ValueId) => boolean,
): Omit<Extract<KernelCore, { kind: 'attention' }>, 'kind' | 'element'> {
  const shape = view.type(product.results[0]!).shape;
  const batchShape = shape.slice(0, -2);
  const [rows, columns] = shape.slice(-2) as [number, number];
  const [queries, keys] = scores.inputs as [ValueId, ValueId];
  const [depth, steps] = view.type(keys).shape.slice(-2) as [number, number];
  const batchAxes = coordinateVariables(batchShape, 'b');
  const [row, key, column] = [variable('row', rows), variable('key', steps), variable('column', columns)];
  const [along, over] = [variable('step', depth), variable('step', steps)];
  const read = (value: ValueId, ...coordinates: readonly IndexExpression[]) =>
    affineRead(value, [...batchAxes, ...coordinates], view, isCopied)!;
  return {
    batch: elementCount(batchShape),
    rows,
    steps,
    depth,
    columns,
    left: operand(read(queries, row, along), 'row', batchShape),
    right: operand(read(keys, along, key), 'key', batchShape),
    values: operand(read(product.inputs[1]!, over, column), 'column', batchShape),
  };
}

/** A product with `panels` matrices that stand one below the other in the right operand [panels · columns, depth]. */
export function panelProduct(
  operation: Operation,
  panels: number,
  view: GraphView,
  isCopied: (value: ValueId) => boolean,
): Omit<Extract<KernelCore, { kind: 'panels' }>, 'kind'> {
  const [left, right] = operation.inputs as [ValueId, ValueId];
  const [rows, depth] = view.type(left).shape as [number, number];
  const columns = view.type(right).shape[0]! / panels;
  const step = variable('step', depth);
  const leftRead = affineRead(left, [variable('row', rows), step], view, isCopied)!;
  const rightRead = affineRead(right, [variable('column', panels * columns), step], view, isCopied)!;
  const matrices = operand(rightRead, 'column', []);
  const sizes = { panels, rows, columns, depth, panelStride: columns * matrices.stride };
  return { ...sizes, left: operand(leftRead, 'row', []), right: matrices };
}

/** Position in a stored value as a sum of multiples of the coordinates' variables; undefined where it is none. */
function affineRead(
  value: ValueId,
  coordinates: readonly IndexExpression[],
  view: GraphView,
  isCopied: (value: ValueId) => boolean,
): { value: ValueId; affine: Affine } | undefined {
  let at = value;
  let from = coordinates;
  while (view.role(at) === 'movement' && !isCopied(at)) {
    const operation = view.producer(at);
    const [source, ...others] = movementSources(operation, from, view).sources;
    const always = source && (!source.condition || (source.condition.kind === 'boolean' && source.condition.value));
    if (!always || others.length > 0) return undefined;
    at = operation.inputs[source.operand]!;
    from = source.coordinates;
  }
  if (view.role(at) === 'inline') return undefined;
  const affine = linearForm(flatten(from, view.type(at).shape));
  if (!affine || affine.constant < 0 || [...affine.factors.values()].some((factor) => factor < 0)) return undefined;
  return { value: at, affine };
}

function operand(
  { value, affine }: { value: ValueId; affine: Affine },
  along: 'row' | 'column' | 'key',
  batchShape: readonly number[],
): MatrixOperand {
  const batch = variable('batch', elementCount(batchShape));
  let base = constant(affine.constant);
  let baseAligned = affine.constant % 4 === 0;
  for (const [axis, coordinate] of unflatten(batch, batchShape).entries()) {
    const factor = affine.factors.get(`b${axis}`) ?? 0;
    base = add(base, multiply(coordinate, factor));
    if (factor % 4 !== 0) baseAligned = false;
  }
  return {
    value,
    base,
    baseAligned,
    stride: affine.factors.get(along) ?? 0,
    depthStride: affine.factors.get('step') ?? 0,
  };
}
