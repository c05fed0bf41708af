/** Shape rules that several nodes share: axes counted from either end, and PyTorch's broadcasting over named sizes. */
import { describeShape } from '../graph/patterns.ts';
import type { Dimension } from '../graph/problems.ts';
import type { InferResult, LocalProblem, PortType } from '../graph/signature.ts';

/** The axis that `dim` names, counted from the end when negative; undefined outside of `rank` axes. */
export function resolveAxis(dim: number, rank: number): number | undefined {
  const axis = dim < 0 ? dim + rank : dim;
  return Number.isInteger(axis) && axis >= 0 && axis < rank ? axis : undefined;
}

/** The inference of a node whose parameter `name` is no axis of its input. */
export function noSuchAxis(name: string, dim: number, dims: readonly Dimension[]): InferResult {
  return failure({
    code: 'shape.axis',
    message: `${name} ${dim} is not an axis of ${describeShape(dims)}`,
    param: name,
    ...(dims.length > 0 && { suggestions: [{ param: name, value: -1, title: `Set ${name} to -1, the last axis` }] }),
  });
}

/**
 * The shape two operands share after broadcasting (PyTorch's rule): axes are aligned at the right, and two sizes fit
 * where they are equal or one of them is 1. The name comes from the operand whose size it is, the first before the second.
 * @returns null where they do not fit.
 */
export function broadcastDimensions(a: readonly Dimension[], b: readonly Dimension[]): readonly Dimension[] | null {
  const rank = Math.max(a.length, b.length);
  const dims: Dimension[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - (rank - a.length)];
    const right = b[axis - (rank - b.length)];
    const chosen = broadcastPair(left, right);
    if (chosen === null) return null;
    dims.push(chosen);
  }
  return dims;
}

function broadcastPair(a: Dimension | undefined, b: Dimension | undefined): Dimension | null {
  if (a === undefined || b === undefined) return a ?? b ?? null;
  if (a.size === b.size) return a.name === undefined ? b : a;
  if (a.size === 1) return b;
  return b.size === 1 ? a : null;
}

/** An inference that found one problem and no outputs. */
export function failure(problem: Omit<LocalProblem, 'severity'>): InferResult {
  return { outputs: {}, problems: [{ severity: 'error', ...problem }] };
}

/** An inference of one output, named `output`. */
export function single(type: PortType): InferResult {
  return { outputs: { output: type }, problems: [] };
}

/** Nothing can be said yet: an input is missing, which is reported where it is missing. */
export const UNKNOWN: InferResult = { outputs: {}, problems: [] };

/** Sizes alone, for the IR. */
export function sizes(type: PortType | undefined): number[] {
  return type === undefined ? [] : type.dims.map(({ size }) => size);
}
