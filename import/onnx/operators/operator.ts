/** What an operator of ONNX is here: how it is written in nodes of the library; helpers that several have in common. */
import type { ParameterValue } from '../../../graph/schema.ts';
import { broadcastDims, constant, filled, uniform, type Constant } from '../constant.ts';
import { dimsOf, DTYPES, kindOfValue, type Draft, type Value } from '../draft.ts';
import type { OnnxNode } from '../read-model.ts';
import type { NumberKind } from '../tensor.ts';

export interface OperatorContext {
  readonly node: OnnxNode;
  readonly draft: Draft;
  readonly operatorSet: number;
  /** Of known types; undefined for one that is left out. */
  readonly inputs: readonly (Value | undefined)[];
}

/** Its outputs as values; undefined: no nodes compute it as it stands, and a placeholder keeps it. */
export type Operator = (context: OperatorContext) => readonly (Value | undefined)[] | undefined;

export function sizesOf(value: Value): readonly number[] {
  return dimsOf(value)!;
}

export function constantOf(value: Value | undefined): Constant | undefined {
  return value?.kind === 'constant' ? value.constant : undefined;
}

/** Whole numbers that are known; undefined where they are computed. */
export function listOf(value: Value | undefined): readonly number[] | undefined {
  const known = constantOf(value);
  return known && Array.from(known.numbers());
}

/** The one number that a value is, beside which the other keeps its shape. */
export function scalarBeside(value: Value, other: Value): number | undefined {
  const known = constantOf(value);
  // A weight is learned, even where it is one number everywhere as long as it is not.
  if (!known || known.name !== undefined) return undefined;
  const both = broadcastDims(known.dims, sizesOf(other));
  if (both?.join() !== sizesOf(other).join()) return undefined;
  const number = uniform(known);
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}

/** The value with elements of another kind. */
export function asKind(draft: Draft, value: Value, kind: NumberKind): Value {
  if (kindOfValue(value) === kind) return value;
  if (value.kind === 'wire') return draft.value('cast', { dtype: DTYPES[kind] }, { input: value });
  const { constant: known } = value;
  const convert = kind === 'bool' ? (x: number) => Number(x !== 0) : kind === 'int' ? Math.trunc : (x: number) => x;
  if (known.filledWith !== undefined)
    return { kind: 'constant', constant: filled(convert(known.filledWith), kind, known.dims) };
  const { dims, name } = known;
  return {
    kind: 'constant',
    constant: constant({ dims, name, kind, of: [known] }, () => known.numbers().map(convert)),
  };
}

export type Arithmetic = 'add' | 'subtract' | 'multiply' | 'divide' | 'power';

/** Arithmetic in float; that of whole numbers is exact up to 2^24, and rounds towards zero as ONNX's division does. */
export function arithmetic(draft: Draft, type: Arithmetic, a: Value, b: Value): Value {
  const kind = kindOfValue(a);
  const [left, right] = [asKind(draft, a, 'float'), asKind(draft, b, 'float')];
  return asKind(draft, inFloat(draft, type, left, right), kind === 'int' ? 'int' : 'float');
}

/** The number that changes nothing: exporters leave it where a factor happens to be 1. */
const NEUTRAL: Readonly<Record<Arithmetic, number>> = { add: 0, subtract: 0, multiply: 1, divide: 1, power: 1 };

function inFloat(draft: Draft, type: Arithmetic, a: Value, b: Value): Value {
  const right = a.kind === 'wire' ? scalarBeside(b, a) : undefined;
  if (right !== undefined) return right === NEUTRAL[type] ? a : draft.value(type, { value: right }, { a });
  const commutes = type === 'add' || type === 'multiply';
  const left = commutes && b.kind === 'wire' ? scalarBeside(a, b) : undefined;
  if (left !== undefined) return left === NEUTRAL[type] ? b : draft.value(type, { value: left }, { a: b });
  // What was computed before what is known: as it is written by hand.
  return commutes && a.kind === 'constant' ? draft.value(type, {}, { a: b, b: a }) : draft.value(type, {}, { a, b });
}

/** The value under other sizes. */
export function reshape(draft: Draft, value: Value, dims: readonly number[]): Value {
  if (sizesOf(value).join() === dims.join() && sizesOf(value).length === dims.length) return value;
  return draft.value('reshape', { shape: dims.join(', ') }, { input: value });
}

/** The value with its axes in another order, swap by swap. */
export function permute(draft: Draft, value: Value, axes: readonly number[]): Value {
  const order = axes.map((_, axis) => axis);
  let result = value;
  for (let axis = 0; axis < axes.length; axis++) {
    const from = order.indexOf(axes[axis]!);
    if (from === axis) continue;
    result = draft.value('transpose', { dim0: axis, dim1: from }, { input: result });
    [order[axis], order[from]] = [order[from]!, order[axis]!];
  }
  return result;
}

/** A part of one axis. */
export function sliceAxis(
  draft: Draft,
  value: Value,
  axis: number,
  { start, stop, step = 1 }: { readonly start: number; readonly stop: number; readonly step?: number },
): Value {
  const size = sizesOf(value)[axis]!;
  if (start === 0 && stop === size && step === 1) return value;
  // 0 stands for the end, and nothing is before the first.
  const params: Record<string, ParameterValue> = { dim: axis, start, stop: stop === size ? 0 : stop };
  if (start >= stop) return draft.value('slice', { ...params, start: size, stop: 0 }, { input: value });
  return draft.value('slice', step === 1 ? params : { ...params, step }, { input: value });
}

/** Tensors one after the other, four to a node. */
export function concat(draft: Draft, parts: readonly Value[], axis: number): Value {
  let [result, ...rest] = parts as [Value, ...Value[]];
  while (rest.length > 0) {
    const [b, c, d] = rest.splice(0, 3) as [Value, Value?, Value?];
    result = draft.value('concat', { dim: axis }, { a: result, b, ...(c && { c }), ...(d && { d }) });
  }
  return result;
}
