/**
 * Movement ops say where each element of the result is read; their evaluation follows from that rule alone. Where
 * positions are linear in the coordinates and conditions bound single coordinates (every op here), whole rows are
 * copied; what is not so simple is evaluated element by element.
 */
import { linearForm } from '../ir/affine.ts';
import { constant, coordinateVariables, flatten } from '../ir/index-arithmetic.ts';
import { evaluateCondition, evaluateIndex, type IndexCondition, type IndexExpression } from '../ir/index-expression.ts';
import { elementCount, rowMajorStrides, type Attributes, type Shape, type TensorType } from '../ir/types.ts';
import type { OpOnnx } from './onnx.ts';
import type { HostTensor, MovementSource, MovementWgsl, OpRecord } from './record.ts';

interface MovementParts {
  readonly name: string;
  readonly summary: string;
  readonly attributes: OpRecord['attributes'];
  infer(inputs: readonly TensorType[], attributes: Attributes): TensorType;
  readonly onnx: OpOnnx;
  readonly sources: MovementWgsl['sources'];
  readonly fill?: MovementWgsl['fill'];
  readonly narrow?: OpRecord['narrow'];
}

/** A record of a movement op: its rule, with the evaluation that follows from it. */
export function movement(parts: MovementParts): OpRecord {
  const { name, summary, attributes, onnx, sources, fill, narrow } = parts;
  return {
    name,
    summary,
    attributes,
    wgsl: { kind: 'movement', sources, ...(fill && { fill }) },
    onnx,
    ...(narrow && { narrow }),
    infer: (inputs, given) => [parts.infer(inputs, given)],
    evaluate(inputs, given) {
      const type = parts.infer(inputs, given);
      const coordinates = coordinateVariables(type.shape);
      return [{ ...type, data: gather(inputs, type.shape, sources(coordinates, inputs, given), fill?.(given) ?? 0) }];
    },
    flops: () => 0,
  };
}

/**
 * The data of a tensor of this shape whose element at (i0, i1, …) is read where the first source says whose condition
 * holds; `fill` where none does. May be an operand's own data, when nothing moves.
 */
export function gather(
  inputs: readonly HostTensor[],
  shape: Shape,
  sources: readonly MovementSource[],
  fill: number,
): Float64Array {
  const count = elementCount(shape);
  if (count === 0) return new Float64Array(0);
  const possible = sources.filter(({ condition }) => condition?.kind !== 'boolean' || condition.value);
  const copies = possible.map((source) => boxCopy(source, inputs[source.operand]!, shape));
  if (!copies.every((copy) => copy !== undefined)) return gatherEach(inputs, shape, possible, fill);
  const [only] = copies;
  if (copies.length === 1 && only && isIdentity(only, shape)) return only.data;
  const data = new Float64Array(count).fill(fill);
  // The first source counts, so it is written last.
  for (const copy of copies.reverse()) copyBox(copy, data, shape);
  return data;
}

/** Elements at base + Σ stride·coordinate of `data`, for the coordinates in [low, high) per axis. */
interface BoxCopy {
  readonly data: Float64Array;
  readonly base: number;
  readonly strides: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/**
 * The source as a box, if its position is linear and its condition and assumptions bound single coordinates. Outside an
 * assumption it is never read: an earlier source counts there.
 */
function boxCopy({ coordinates, condition }: MovementSource, input: HostTensor, shape: Shape): BoxCopy | undefined {
  const position = linearForm(flatten(coordinates, input.shape));
  if (!position) return undefined;
  const low = shape.map(() => 0);
  const high = [...shape];
  if (condition && !narrow(condition, low, high)) return undefined;
  for (const coordinate of coordinates) if (!narrowAssumption(coordinate, low, high)) return undefined;
  const strides = shape.map((_, axis) => position.factors.get(`i${axis}`) ?? 0);
  return { data: input.data, base: position.constant, strides, low, high };
}

/** Narrows the box to where the condition holds. False where a box cannot say it. */
function narrow(condition: IndexCondition, low: number[], high: number[]): boolean {
  switch (condition.kind) {
    case 'boolean':
      return condition.value;
    case 'and':
      return narrow(condition.left, low, high) && narrow(condition.right, low, high);
    case 'less':
      return narrowLess(condition.left, condition.right, low, high);
    case 'equal':
    case 'or':
      return false;
    default:
      return condition satisfies never;
  }
}

/** Narrows the box to where an assumed coordinate is in its range. */
function narrowAssumption(coordinate: IndexExpression, low: number[], high: number[]): boolean {
  if (coordinate.kind !== 'assume') return true;
  const { operand, size } = coordinate;
  return narrowLess(constant(-1), operand, low, high) && narrowLess(operand, constant(size), low, high);
}

/** left < right, where one side is a coordinate plus a constant and the other a constant. */
function narrowLess(left: IndexExpression, right: IndexExpression, low: number[], high: number[]): boolean {
  const forms = [linearForm(left), linearForm(right)] as const;
  if (!forms[0] || !forms[1]) return false;
  const factors = new Map(forms[0].factors);
  for (const [name, factor] of forms[1].factors) factors.set(name, (factors.get(name) ?? 0) - factor);
  const [entry, ...others] = [...factors].filter(([, factor]) => factor !== 0);
  const bound = forms[1].constant - forms[0].constant;
  if (!entry) {
    if (bound <= 0) high.fill(0);
    return true;
  }
  if (others.length > 0) return false;
  // factor · coordinate < bound
  const [name, factor] = entry;
  const axis = Number(name.slice(1));
  if (factor === 1) high[axis] = Math.min(high[axis]!, bound);
  else if (factor === -1) low[axis] = Math.max(low[axis]!, 1 - bound);
  else return false;
  return true;
}

function isIdentity({ data, base, strides, low, high }: BoxCopy, shape: Shape): boolean {
  const wanted = rowMajorStrides(shape);
  return (
    base === 0 &&
    data.length === elementCount(shape) &&
    shape.every(
      (size, axis) => low[axis] === 0 && high[axis] === size && (size === 1 || strides[axis] === wanted[axis]),
    )
  );
}

function copyBox({ data: from, base, strides, low, high }: BoxCopy, to: Float64Array, shape: Shape): void {
  if (shape.some((_, axis) => low[axis]! >= high[axis]!)) return;
  const toStrides = rowMajorStrides(shape);
  if (shape.length === 0) {
    to[0] = from[base]!;
    return;
  }
  const last = shape.length - 1;
  const step = strides[last]!;
  const start = low[last]!;
  const length = high[last]! - start;
  const copyAxis = (axis: number, source: number, target: number): void => {
    if (axis < last) {
      for (let i = low[axis]!; i < high[axis]!; i++) {
        copyAxis(axis + 1, source + i * strides[axis]!, target + i * toStrides[axis]!);
      }
      return;
    }
    const first = source + start * step;
    const at = target + start;
    if (step === 1) to.set(from.subarray(first, first + length), at);
    else if (step === 0) to.fill(from[first]!, at, at + length);
    else for (let i = 0; i < length; i++) to[at + i] = from[first + i * step]!;
  };
  copyAxis(0, base, 0);
}

function gatherEach(
  inputs: readonly HostTensor[],
  shape: Shape,
  sources: readonly MovementSource[],
  fill: number,
): Float64Array {
  const positions = sources.map(({ operand, coordinates, condition }) => ({
    data: inputs[operand]!.data,
    position: flatten(coordinates, inputs[operand]!.shape),
    condition,
  }));
  const strides = rowMajorStrides(shape);
  const values = new Map<string, number>();
  return Float64Array.from({ length: elementCount(shape) }, (_, flat) => {
    for (const [axis, size] of shape.entries()) values.set(`i${axis}`, Math.floor(flat / strides[axis]!) % size);
    const source = positions.find(({ condition }) => !condition || evaluateCondition(condition, values));
    return source ? source.data[evaluateIndex(source.position, values)]! : fill;
  });
}
