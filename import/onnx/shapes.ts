/** What operators that move elements mean, as sizes: the same for values that are known and for those that are computed. */
import { ImportError } from '../import-error.ts';
import { called, intOf, intsOf } from './attributes.ts';
import { elementCount } from './constant.ts';
import type { OnnxNode } from './read-model.ts';

/** @throws {ImportError} where there is no such axis. */
export function resolveAxis(node: OnnxNode, axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && resolved >= 0 && resolved < rank) return resolved;
  throw new ImportError(`${called(node)}: there is no axis ${axis} among ${rank}`);
}

/** Sizes of a `Reshape`: 0 keeps a size, unless `allowzero`; one -1 is what is left. */
export function reshapedDims(node: OnnxNode, from: readonly number[], wanted: readonly number[]): number[] {
  const kept = intOf(node, 'allowzero', 0) === 0;
  const dims = wanted.map((size, axis) => (size === 0 && kept ? (from[axis] ?? -2) : size));
  const open = dims.indexOf(-1);
  const count = elementCount(from);
  if (open !== -1) {
    const rest = elementCount(dims.toSpliced(open, 1));
    dims[open] = rest === 0 ? 0 : count / rest;
  }
  if (dims.every((size) => Number.isInteger(size) && size >= 0) && elementCount(dims) === count) return dims;
  throw new ImportError(`${called(node)}: [${from.join(', ')}] does not become [${wanted.join(', ')}]`);
}

/** @param given until operator set 12 the axes are an attribute; left out: all of size 1. */
export function squeezedDims(node: OnnxNode, dims: readonly number[], given?: readonly number[]): number[] {
  const axes = (given ?? intsOf(node, 'axes'))?.map((axis) => resolveAxis(node, axis, dims.length));
  const wrong = axes?.find((axis) => dims[axis] !== 1);
  if (wrong !== undefined) throw new ImportError(`${called(node)}: axis ${wrong} has size ${dims[wrong]}, not 1`);
  return dims.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1));
}

export function unsqueezedDims(node: OnnxNode, dims: readonly number[], given?: readonly number[]): number[] {
  const added = given ?? intsOf(node, 'axes') ?? [];
  const rank = dims.length + added.length;
  const axes = new Set(added.map((axis) => resolveAxis(node, axis, rank)));
  if (axes.size < added.length) throw new ImportError(`${called(node)}: its axes name one twice`);
  const rest = dims.values();
  return Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : rest.next().value!));
}

export interface SliceRange {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** What a `Slice` keeps of each axis; until operator set 9 bounds are attributes. */
export function sliceRanges(
  node: OnnxNode,
  dims: readonly number[],
  [starts, ends, axes, steps]: readonly (readonly number[] | undefined)[],
): SliceRange[] {
  const [from, to] = [starts ?? intsOf(node, 'starts') ?? [], ends ?? intsOf(node, 'ends') ?? []];
  const along = axes ?? intsOf(node, 'axes') ?? from.map((_, index) => index);
  if (to.length !== from.length || along.length !== from.length || (steps && steps.length !== from.length))
    throw new ImportError(`${called(node)}: it has not as many bounds as axes`);
  const ranges = dims.map((size): SliceRange => ({ start: 0, step: 1, count: size }));
  for (const [index, axis] of along.entries()) {
    const at = resolveAxis(node, axis, dims.length);
    ranges[at] = rangeOf(node, dims[at]!, from[index]!, to[index]!, steps?.[index] ?? 1);
  }
  return ranges;
}

/** Python's bounds. */
function rangeOf(node: OnnxNode, size: number, from: number, to: number, step: number): SliceRange {
  if (!Number.isInteger(step) || step === 0) throw new ImportError(`${called(node)}: its step is ${step}`);
  const within = (bound: number, least: number, most: number): number =>
    Math.min(Math.max(bound < 0 ? bound + size : bound, least), most);
  const [start, stop] =
    step > 0 ? [within(from, 0, size), within(to, 0, size)] : [within(from, -1, size - 1), within(to, -1, size - 1)];
  return { start: Math.max(0, start), step, count: Math.max(0, Math.ceil((stop - start) / step)) };
}
