/** Look-ups by position: one place, a run of them, rows of a table, or an element for each place. */
import { ImportError } from '../../import-error.ts';
import { called, intOf } from '../attributes.ts';
import { constant, elementCount, LARGEST, stridesOf, type Constant } from '../constant.ts';
import type { Draft, Value } from '../draft.ts';
import type { OnnxNode } from '../read-model.ts';
import { resolveAxis } from '../shapes.ts';
import {
  arithmetic,
  asKind,
  constantOf,
  permute,
  reshape,
  sizesOf,
  sliceAxis,
  type Operator,
  type OperatorContext,
} from './operator.ts';

export const LOOKUPS: readonly (readonly [string, Operator])[] = [
  ['Gather', gather],
  ['GatherElements', gatherElements],
];

/** One place, a run of places, or rows of a table: of a known one, an embedding. */
function gather({ node, draft, inputs: [table, given] }: OperatorContext): readonly Value[] | undefined {
  const dims = sizesOf(table!);
  const axis = resolveAxis(node, intOf(node, 'axis', 0), dims.length);
  const known = constantOf(given);
  const places = known && placesIn(node, known, dims[axis]!);
  if (places && places.length > 0 && places.every((place, index) => place === places[0]! + index)) {
    const run = sliceAxis(draft, table!, axis, { start: places[0]!, stop: places.at(-1)! + 1 });
    return [reshape(draft, run, dims.toSpliced(axis, 1, ...known.dims))];
  }
  const indices: Value | undefined = places
    ? { kind: 'constant', constant: constant({ dims: known.dims, kind: 'int' }, () => places) }
    : given;
  const weight = constantOf(table);
  if (weight && axis === 0 && weight.kind === 'float' && dims.length === 2) {
    const params = { num_embeddings: dims[0]!, embedding_dim: dims[1]! };
    return [draft.value('embedding', params, { ids: indices! }, { weights: { weight } })];
  }
  const order = [axis, ...dims.map((_, index) => index).toSpliced(axis, 1)];
  const rows = takeRows(draft, permute(draft, table!, order), indices!);
  // The axes of the indices stand first, and belong where the axis was.
  const added = sizesOf(indices!).length;
  const back = [
    ...Array.from({ length: axis }, (_, index) => added + index),
    ...Array.from({ length: added }, (_, index) => index),
    ...Array.from({ length: dims.length - 1 - axis }, (_, index) => added + axis + index),
  ];
  return [permute(draft, rows, back)];
}

/** Which positions are meant: negative ones count from the end. */
function placesIn(node: OnnxNode, indices: Constant, size: number): Float64Array {
  const places = indices.numbers().map((place) => (place < 0 ? place + size : place));
  const outside = places.find((place) => place < 0 || place >= size);
  if (outside === undefined) return places;
  throw new ImportError(`${called(node)}: there is no position ${outside} among ${size}`);
}

/** Rows of a tensor by number; whole numbers as float, which is exact up to 2^24. */
function takeRows(draft: Draft, table: Value, indices: Value): Value {
  return draft.value('take_rows', {}, { table, indices });
}

/**
 * data[…, indices[…], …] along an axis: rows of the same elements in one long table, at numbers that count what stands
 * before. Where the indices are the same along the axes behind, as in torch.gather of whole vectors, rows are whole.
 */
function gatherElements({ node, draft, inputs: [data, indices] }: OperatorContext): readonly Value[] | undefined {
  const [dims, wanted] = [sizesOf(data!), sizesOf(indices!)];
  const axis = resolveAxis(node, intOf(node, 'axis', 0), dims.length);
  if (wanted.length !== dims.length || wanted.some((size, at) => at !== axis && size > dims[at]!)) return undefined;
  const same = repeatedBehind(indices!, axis, dims);
  const places = same ?? indices!;
  const width = same ? elementCount(dims.slice(axis + 1)) : 1;
  const strides = stridesOf(dims).map((stride) => stride / width);
  const shape = sizesOf(places);
  if (elementCount(shape) > LARGEST) return undefined;
  const start = constant({ dims: shape, kind: 'float' }, () => offsets(shape, strides.with(axis, 0)));
  const place = fromTheStart(draft, asKind(draft, places, 'float'), dims[axis]!);
  const scaled = strides[axis] === 1 ? place : draft.value('multiply', { value: strides[axis]! }, { a: place });
  const rows = asKind(draft, arithmetic(draft, 'add', scaled, { kind: 'constant', constant: start }), 'int');
  const table = reshape(draft, data!, [elementCount(dims) / width, width]);
  return [reshape(draft, takeRows(draft, table, reshape(draft, rows, [elementCount(shape)])), wanted)];
}

/** What an expansion repeats along all axes behind this one, if the indices come of such a one and ask for all of them. */
function repeatedBehind(indices: Value, axis: number, dims: readonly number[]): Value | undefined {
  const input =
    indices.kind === 'wire' && indices.ref.node.type === 'expand' ? indices.ref.node.inputs['input'] : undefined;
  if (!input) return undefined;
  const [source, wanted]: [Value, readonly number[]] = [{ kind: 'wire', ref: input }, sizesOf(indices)];
  const own = sizesOf(source);
  const sameBefore =
    own.length === wanted.length && wanted.every((size, at) => (at <= axis ? own[at] === size : own[at] === 1));
  return sameBefore && wanted.every((size, at) => at === axis || size === dims[at]) ? source : undefined;
}

/** Negative positions count from the end. */
function fromTheStart(draft: Draft, place: Value, size: number): Value {
  const condition = draft.value('compare', { comparison: 'less', value: 0 }, { a: place });
  return draft.value('where', {}, { condition, a: draft.value('add', { value: size }, { a: place }), b: place });
}

/** For each place the sum of its coordinates times the strides. */
function offsets(shape: readonly number[], strides: readonly number[]): Float64Array {
  const own = stridesOf(shape);
  return Float64Array.from({ length: elementCount(shape) }, (_, index) =>
    shape.reduce((sum, size, axis) => sum + (Math.floor(index / own[axis]!) % size) * strides[axis]!, 0),
  );
}
