/** Operators on values that are known when a model is read: arithmetic on shapes above all, and weights in another order. */
import { intOf, intsOf, tensorOf, floatOf, floatsOf, called } from './attributes.ts';
import {
  arranged,
  broadcastDims,
  broadcastNumbers,
  constant,
  elementCount,
  filled,
  integers,
  LARGEST,
  ofTensor,
  scalar,
  stridesOf,
  type Constant,
} from './constant.ts';
import { ImportError } from '../import-error.ts';
import { WEIGHT_NAME } from './names.ts';
import type { OnnxNode } from './read-model.ts';
import { resolveAxis, reshapedDims, sliceRanges, squeezedDims, unsqueezedDims } from './shapes.ts';
import { kindOf, type NumberKind } from './tensor.ts';

/** What is made of operands that are all known; undefined: it is left to the graph. */
type Fold = (node: OnnxNode, operands: readonly (Constant | undefined)[]) => Constant | undefined;

/**
 * Weights are put in another order here, and nothing is computed with them: they are to be learned.
 * @throws {ImportError} where operands do not fit.
 */
export function fold(node: OnnxNode, operands: readonly (Constant | undefined)[]): Constant | undefined {
  if (operands.some((operand) => operand?.name !== undefined) && !KEEPS_WEIGHTS.has(node.operator)) return undefined;
  return FOLDS.get(node.operator)?.(node, operands);
}

export function isFoldable(operator: string): boolean {
  return FOLDS.has(operator);
}

/** What only the shape of an operand decides, or what is known beside it. */
export function foldShape(
  node: OnnxNode,
  dims: readonly number[] | undefined,
  operands: readonly (Constant | undefined)[],
): Constant | undefined {
  if (!dims || operands.slice(1).some((operand) => operand?.name !== undefined)) return undefined;
  if (node.operator === 'Shape') return shapeOf(node, dims);
  if (node.operator === 'Size') return scalar(elementCount(dims), 'int');
  return node.operator === 'EyeLike' ? eyeLike(node, dims) : undefined;
}

const KEEPS_WEIGHTS: ReadonlySet<string> = new Set([
  'Shape',
  'Size',
  'Identity',
  'Cast',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Concat',
  'Slice',
  'Gather',
]);

const FOLDS: ReadonlyMap<string, Fold> = new Map<string, Fold>([
  ['Constant', constantNode],
  ['ConstantOfShape', constantOfShape],
  ['Identity', identity],
  ['Cast', (node, [x]) => converted(x!, kindOf(intOf(node, 'to', 0)))],
  ['Neg', unary((x) => -x)],
  ['Abs', unary(Math.abs)],
  ['Sqrt', unary(Math.sqrt)],
  ['Floor', unary(Math.floor)],
  ['Ceil', unary(Math.ceil)],
  ['Exp', unary(Math.exp)],
  ['Log', unary(Math.log)],
  ['Reciprocal', unary((x) => 1 / x)],
  ['Not', unary((x) => Number(x === 0))],
  ['Add', binary((a, b) => a + b)],
  ['Sub', binary((a, b) => a - b)],
  ['Mul', binary((a, b) => a * b)],
  ['Div', (node, [a, b]) => (a!.kind === 'int' ? WHOLE_QUOTIENT : QUOTIENT)(node, [a, b])],
  ['Mod', binary((a, b) => a - b * Math.floor(a / b))],
  ['Pow', binary((a, b) => a ** b)],
  ['Min', binary(Math.min)],
  ['Max', binary(Math.max)],
  ['And', binary((a, b) => Number(a !== 0 && b !== 0))],
  ['Or', binary((a, b) => Number(a !== 0 || b !== 0))],
  ['Equal', binary((a, b) => Number(a === b), 'bool')],
  ['Less', binary((a, b) => Number(a < b), 'bool')],
  ['LessOrEqual', binary((a, b) => Number(a <= b), 'bool')],
  ['Greater', binary((a, b) => Number(a > b), 'bool')],
  ['GreaterOrEqual', binary((a, b) => Number(a >= b), 'bool')],
  ['Where', where],
  ['Range', range],
  ['Shape', (node, [x]) => shapeOf(node, x!.dims)],
  ['Size', (_, [x]) => scalar(x!.count, 'int')],
  ['Concat', concat],
  ['Gather', gather],
  ['Slice', slice],
  ['Reshape', (node, [x, shape]) => shape && reshaped(x!, reshapedDims(node, x!.dims, listOf(shape)))],
  ['Flatten', (node, [x]) => reshaped(x!, flattenedDims(node, x!.dims))],
  ['Squeeze', (node, [x, axes]) => reshaped(x!, squeezedDims(node, x!.dims, axes && listOf(axes)))],
  ['Unsqueeze', (node, [x, axes]) => reshaped(x!, unsqueezedDims(node, x!.dims, axes && listOf(axes)))],
  ['Transpose', transpose],
  ['Expand', expand],
  ['EyeLike', (node, [x]) => eyeLike(node, x!.dims)],
  ['Trilu', triangle],
  [
    'ReduceProd',
    (_, [x]) =>
      scalar(
        x!.numbers().reduce((product, value) => product * value, 1),
        x!.kind,
      ),
  ],
]);

function eyeLike(node: OnnxNode, dims: readonly number[]): Constant | undefined {
  const [rows, columns] = dims;
  const [offset, kind] = [intOf(node, 'k', 0), kindOf(intOf(node, 'dtype', 1))];
  if (dims.length !== 2 || !kind || elementCount(dims) > LARGEST) return undefined;
  return constant({ dims, kind }, () =>
    Float64Array.from({ length: rows! * columns! }, (_, index) =>
      Number((index % columns!) - Math.floor(index / columns!) === offset),
    ),
  );
}

/** What lies above, or below, a diagonal; zeros elsewhere. */
function triangle(node: OnnxNode, [x, diagonal]: readonly (Constant | undefined)[]): Constant | undefined {
  const [rows, columns] = x!.dims.slice(-2) as [number, number?];
  const offset = diagonal?.numbers()[0] ?? 0;
  const upper = intOf(node, 'upper', 1) !== 0;
  if (columns === undefined) return undefined;
  return constant({ dims: x!.dims, kind: x!.kind, of: [x!] }, () =>
    x!.numbers().map((value, index) => {
      const distance = (index % columns) - (Math.floor(index / columns) % rows);
      return (upper ? distance >= offset : distance <= offset) ? value : 0;
    }),
  );
}

/** PyTorch writes weights of equal values once, and the others as an Identity under their own names. */
function identity({ outputs: [name] }: OnnxNode, [x]: readonly (Constant | undefined)[]): Constant | undefined {
  const isOwnName = x!.name !== undefined && name !== undefined && WEIGHT_NAME.test(name);
  return isOwnName ? { ...x!, name } : x;
}

const QUOTIENT = binary((a, b) => a / b);
const WHOLE_QUOTIENT = binary((a, b) => Math.trunc(a / b));

/** What `Shape` gives; from operator set 15 on a part of it. */
export function shapeOf(node: OnnxNode, dims: readonly number[]): Constant {
  const end = node.attributes.has('end') ? intOf(node, 'end', 0) : undefined;
  return integers(dims.slice(intOf(node, 'start', 0), end));
}

export function listOf(value: Constant): readonly number[] {
  return Array.from(value.numbers());
}

export function flattenedDims(node: OnnxNode, dims: readonly number[]): number[] {
  const axis = intOf(node, 'axis', 1);
  const cut = axis < 0 ? axis + dims.length : axis;
  return [elementCount(dims.slice(0, cut)), elementCount(dims.slice(cut))];
}

function unary(compute: (x: number) => number): Fold {
  return (_, [x]) => constant({ dims: x!.dims, kind: x!.kind, of: [x!] }, () => x!.numbers().map(compute));
}

function binary(compute: (a: number, b: number) => number, kind?: NumberKind): Fold {
  return (node, [a, b]) => {
    // Of one or of more than two it is not looked at.
    if (!a || !b || node.inputs.length !== 2) return undefined;
    const dims = broadcastDims(a.dims, b.dims);
    if (!dims)
      throw new ImportError(`${called(node)}: [${a.dims.join(', ')}] and [${b.dims.join(', ')}] do not broadcast`);
    if (elementCount(dims) > Math.max(LARGEST, a.count, b.count)) return undefined;
    return constant({ dims, kind: kind ?? a.kind, of: [a, b] }, () => {
      const [left, right] = [broadcastNumbers(a, dims), broadcastNumbers(b, dims)];
      return left.map((value, index) => compute(value, right[index]!));
    });
  };
}

function where(node: OnnxNode, [condition, a, b]: readonly (Constant | undefined)[]): Constant | undefined {
  const both = broadcastDims(a!.dims, b!.dims);
  const dims = both && broadcastDims(both, condition!.dims);
  if (!dims) throw new ImportError(`${called(node)}: its operands do not broadcast`);
  if (elementCount(dims) > LARGEST) return undefined;
  return constant({ dims, kind: a!.kind, of: [condition!, a!, b!] }, () => {
    const [mask, yes, no] = [condition!, a!, b!].map((value) => broadcastNumbers(value, dims));
    return mask!.map((value, index) => (value === 0 ? no![index]! : yes![index]!));
  });
}

/** The value is an attribute, in one of several forms. */
function constantNode(node: OnnxNode): Constant | undefined {
  const tensor = tensorOf(node, 'value');
  if (tensor) {
    const { name: _, ...nameless } = ofTensor(tensor);
    return nameless;
  }
  if (node.attributes.has('value_float')) return scalar(floatOf(node, 'value_float', 0), 'float');
  if (node.attributes.has('value_int')) return scalar(intOf(node, 'value_int', 0), 'int');
  const floats = floatsOf(node, 'value_floats');
  if (floats) return constant({ dims: [floats.length], kind: 'float' }, () => Float64Array.from(floats));
  const ints = intsOf(node, 'value_ints');
  return ints && integers(ints);
}

function constantOfShape(node: OnnxNode, [shape]: readonly (Constant | undefined)[]): Constant | undefined {
  const dims = listOf(shape!);
  const value = tensorOf(node, 'value');
  if (dims.some((size) => size < 0)) throw new ImportError(`${called(node)}: [${dims.join(', ')}] is no shape`);
  return filled(value?.numbers()[0] ?? 0, value?.kind ?? 'float', dims);
}

function converted(x: Constant, kind: NumberKind | undefined): Constant | undefined {
  if (kind === undefined) return undefined;
  if (kind === x.kind) return x;
  const compute = kind === 'bool' ? (value: number) => Number(value !== 0) : Math.trunc;
  const numbers = () => (kind === 'float' ? x.numbers() : x.numbers().map(compute));
  return constant({ dims: x.dims, kind, name: x.name, of: [x] }, numbers);
}

function range(node: OnnxNode, operands: readonly (Constant | undefined)[]): Constant {
  const [start, limit, delta] = operands.map((operand) => operand!.numbers()[0]!) as [number, number, number];
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!(count <= LARGEST)) throw new ImportError(`${called(node)}: it counts from ${start} to ${limit} by ${delta}`);
  return constant({ dims: [count], kind: operands[0]!.kind }, () =>
    Float64Array.from({ length: count }, (_, index) => start + index * delta),
  );
}

function concat(node: OnnxNode, operands: readonly (Constant | undefined)[]): Constant | undefined {
  const parts = operands as readonly Constant[];
  const [first] = parts;
  const axis = resolveAxis(node, intOf(node, 'axis', 0), first!.dims.length);
  const rest = (dims: readonly number[]) => dims.toSpliced(axis, 1).join();
  if (parts.some(({ dims }) => dims.length !== first!.dims.length || rest(dims) !== rest(first!.dims)))
    throw new ImportError(`${called(node)}: its operands differ on more than axis ${axis}`);
  const dims = first!.dims.with(
    axis,
    parts.reduce((sum, part) => sum + part.dims[axis]!, 0),
  );
  const most = [...new Set(parts)].reduce((sum, { count }) => sum + count, LARGEST);
  if (elementCount(dims) > most) return undefined;
  return constant(
    { dims, kind: first!.kind, name: parts.find(({ name }) => name !== undefined)?.name, of: parts },
    () => {
      const result = new Float64Array(elementCount(dims));
      const inner = elementCount(dims.slice(axis + 1));
      const [outer, row] = [elementCount(dims.slice(0, axis)), dims[axis]! * inner];
      let at = 0;
      for (const part of parts) {
        const [numbers, width] = [part.numbers(), part.dims[axis]! * inner];
        for (let index = 0; index < outer; index++)
          result.set(numbers.subarray(index * width, (index + 1) * width), index * row + at);
        at += width;
      }
      return result;
    },
  );
}

function gather(node: OnnxNode, [table, indices]: readonly (Constant | undefined)[]): Constant | undefined {
  const axis = resolveAxis(node, intOf(node, 'axis', 0), table!.dims.length);
  const size = table!.dims[axis]!;
  const dims = [...table!.dims.slice(0, axis), ...indices!.dims, ...table!.dims.slice(axis + 1)];
  if (elementCount(dims) > Math.max(LARGEST, table!.count)) return undefined;
  const places = listOf(indices!).map((index) => (index < 0 ? index + size : index));
  const outside = places.find((place) => !(place >= 0 && place < size));
  if (outside !== undefined) throw new ImportError(`${called(node)}: there is no position ${outside} among ${size}`);
  return constant({ dims, kind: table!.kind, name: table!.name, of: [table!] }, () => {
    const numbers = table!.numbers();
    const inner = elementCount(table!.dims.slice(axis + 1));
    const result = new Float64Array(elementCount(dims));
    let at = 0;
    for (let outer = 0; outer < elementCount(table!.dims.slice(0, axis)); outer++)
      for (const place of places) {
        const from = (outer * size + place) * inner;
        result.set(numbers.subarray(from, from + inner), at);
        at += inner;
      }
    return result;
  });
}

function slice(node: OnnxNode, operands: readonly (Constant | undefined)[]): Constant | undefined {
  const [x, ...bounds] = operands;
  const ranges = sliceRanges(
    node,
    x!.dims,
    bounds.map((bound) => bound && listOf(bound)),
  );
  const own = stridesOf(x!.dims);
  const dims = ranges.map(({ count }) => count);
  const start = ranges.reduce((sum, range, axis) => sum + range.start * own[axis]!, 0);
  const strides = ranges.map(({ step }, axis) => step * own[axis]!);
  return constant({ dims, kind: x!.kind, name: x!.name, of: [x!] }, () => arranged(x!.numbers(), dims, strides, start));
}

export function reshaped(x: Constant, dims: readonly number[]): Constant {
  return constant({ dims, kind: x.kind, name: x.name, of: [x] }, () => x.numbers());
}

function transpose(node: OnnxNode, [x]: readonly (Constant | undefined)[]): Constant | undefined {
  const { dims } = x!;
  const axes = intsOf(node, 'perm') ?? dims.map((_, axis) => axis).reverse();
  if (axes.length !== dims.length || axes.toSorted((a, b) => a - b).some((axis, index) => axis !== index))
    throw new ImportError(`${called(node)}: [${axes.join(', ')}] is no order of ${dims.length} axes`);
  return permuted(x!, axes);
}

export function permuted(x: Constant, axes: readonly number[]): Constant {
  const own = stridesOf(x.dims);
  const dims = axes.map((axis) => x.dims[axis]!);
  if (axes.every((axis, index) => axis === index)) return x;
  if (axes.length === 2 && x.transposed) return x.transposed;
  const facts = { dims, kind: x.kind, name: x.name, of: [x], ...(axes.length === 2 && { transposed: x }) };
  return constant(facts, () =>
    arranged(
      x.numbers(),
      dims,
      axes.map((axis) => own[axis]!),
    ),
  );
}

function expand(node: OnnxNode, [x, shape]: readonly (Constant | undefined)[]): Constant | undefined {
  const dims = broadcastDims(x!.dims, listOf(shape!));
  if (!dims)
    throw new ImportError(`${called(node)}: [${x!.dims.join(', ')}] does not expand to [${listOf(shape!).join(', ')}]`);
  if (elementCount(dims) > LARGEST) return undefined;
  return constant({ dims, kind: x!.kind, of: [x!] }, () => broadcastNumbers(x!, dims));
}
