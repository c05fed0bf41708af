/**
 * Kernels over values that are larger than one binding may be: cut along their outer variable until every part reads
 * and writes windows that can be bound. The parts differ in uniform words only, so they share one pipeline.
 */
import { addConstant, variable } from '../ir/index-arithmetic.ts';
import { rangeOf, type IndexExpression, type Range } from '../ir/index-expression.ts';
import type { Kernel, KernelCore, MatrixOperand, Program, Store } from '../ir/kernel.ts';
import { substituteIndex, substituteProgram, type Replacements } from '../ir/substitute.ts';
import type { ValueId } from '../ir/types.ts';

/** Part of a value, in elements. */
export interface Window {
  readonly start: number;
  readonly count: number;
}

export interface KernelPart {
  readonly kernel: Kernel;
  /** Windows of the values that are bound in part; positions in the kernel count from the window's start. */
  readonly windows: ReadonlyMap<ValueId, Window>;
}

export interface SplitOptions {
  /** Elements that one binding may have. */
  readonly maxElements: number;
  /** A window starts at a multiple of this many elements. */
  readonly alignment: number;
  readonly elements: (value: ValueId) => number;
}

/** The values whose windows stay too large however the kernel is cut. */
export interface Unsplittable {
  readonly value: ValueId;
}

/** The kernel in one part where all its values fit, else in as few parts as do. */
export function splitKernel(kernel: Kernel, options: SplitOptions): KernelPart[] | Unsplittable {
  let tooLarge = tooLargeIn(kernel, new Map(), options);
  if (tooLarge === undefined) return [{ kernel, windows: new Map() }];
  for (const axis of axesOf(kernel.core)) {
    for (let parts = 2; parts < 2 * axis.size; parts *= 2) {
      const size = Math.ceil(axis.size / Math.min(parts, axis.size));
      const split = cut(kernel, axis.name, axis.size, size, options);
      tooLarge = split
        .map((part) => tooLargeIn(part.kernel, part.windows, options))
        .find((value) => value !== undefined);
      if (tooLarge === undefined) return split;
    }
  }
  return { value: tooLarge! };
}

/** Variables along which a kernel may be cut, and their sizes, the outermost first. */
function axesOf(core: KernelCore): { name: string; size: number }[] {
  switch (core.kind) {
    case 'map':
      return [{ name: 'point', size: core.count }];
    case 'reduce':
    case 'softmax':
    case 'layer_norm':
      return [{ name: 'row', size: core.rows }];
    case 'matmul':
      return [
        { name: 'batch', size: core.batch },
        { name: 'row', size: core.rows },
        { name: 'column', size: core.columns },
      ];
    default:
      return core satisfies never;
  }
}

function cut(kernel: Kernel, axis: string, total: number, size: number, options: SplitOptions): KernelPart[] {
  const parts: KernelPart[] = [];
  for (let start = 0; start < total; start += size) {
    const count = Math.min(size, total - start);
    const shifted = shift(kernel, axis, start, count);
    const windows = windowsOf(shifted, options);
    parts.push({ kernel: inWindows({ ...shifted, flops: (kernel.flops * count) / total }, windows), windows });
  }
  return parts;
}

/** The kernel over `count` values of the variable from `start`. */
function shift(kernel: Kernel, axis: string, start: number, count: number): Kernel {
  const replacements: Replacements = new Map([[axis, addConstant(variable(axis, count), start)]]);
  return {
    ...kernel,
    core: shiftCore(kernel.core, axis, start, count, replacements),
    epilogue: substituteProgram(kernel.epilogue, replacements),
    stores: kernel.stores.map((store) => ({ ...store, index: substituteIndex(store.index, replacements) })),
  };
}

function shiftCore(
  core: KernelCore,
  axis: string,
  start: number,
  count: number,
  replacements: Replacements,
): KernelCore {
  switch (core.kind) {
    case 'map':
      return { ...core, count };
    case 'reduce':
    case 'softmax':
    case 'layer_norm':
      return { ...core, rows: count, element: substituteProgram(core.element, replacements) };
    case 'matmul': {
      const moved = (operand: MatrixOperand, along: string): MatrixOperand => {
        const base = substituteIndex(operand.base, replacements);
        return along === axis ? withBase(operand, addConstant(base, start * operand.stride)) : withBase(operand, base);
      };
      const sizes = axis === 'batch' ? { batch: count } : axis === 'row' ? { rows: count } : { columns: count };
      return { ...core, ...sizes, left: moved(core.left, 'row'), right: moved(core.right, 'column') };
    }
    default:
      return core satisfies never;
  }
}

function withBase(operand: MatrixOperand, base: IndexExpression): MatrixOperand {
  const moved = rangeOf(base).minimum - rangeOf(operand.base).minimum;
  return { ...operand, base, baseAligned: operand.baseAligned && moved % 4 === 0 };
}

/** For each value that is too large as a whole, the part of it that this kernel touches. */
function windowsOf(kernel: Kernel, { maxElements, alignment, elements }: SplitOptions): Map<ValueId, Window> {
  const windows = new Map<ValueId, Window>();
  for (const [value, { minimum, maximum }] of rangesOf(kernel)) {
    const total = elements(value);
    if (total <= maxElements) continue;
    const start = Math.floor(Math.max(minimum, 0) / alignment) * alignment;
    windows.set(value, { start, count: Math.min(maximum, total - 1) + 1 - start });
  }
  return windows;
}

function tooLargeIn(kernel: Kernel, windows: ReadonlyMap<ValueId, Window>, options: SplitOptions): ValueId | undefined {
  return [...rangesOf(kernel).keys()].find((value) => {
    return (windows.get(value)?.count ?? options.elements(value)) > options.maxElements;
  });
}

/** Positions that the kernel touches in each value. */
function rangesOf({ core, epilogue, stores }: Kernel): Map<ValueId, Range> {
  const ranges = new Map<ValueId, Range>();
  const touch = (value: ValueId, { minimum, maximum }: Range): void => {
    const known = ranges.get(value) ?? { minimum, maximum };
    ranges.set(value, { minimum: Math.min(known.minimum, minimum), maximum: Math.max(known.maximum, maximum) });
  };
  const visit = (program: Program): void => {
    for (const scalar of program) if (scalar.kind === 'load') touch(scalar.value, rangeOf(scalar.index));
  };
  if (core.kind === 'matmul') {
    const operand = ({ value, base, stride, depthStride }: MatrixOperand, across: number): void => {
      const { minimum, maximum } = rangeOf(base);
      touch(value, {
        minimum,
        maximum: maximum + Math.max(across - 1, 0) * stride + Math.max(core.depth - 1, 0) * depthStride,
      });
    };
    operand(core.left, core.rows);
    operand(core.right, core.columns);
  } else if (core.kind !== 'map') {
    visit(core.element);
  }
  visit(epilogue);
  for (const { value, index } of stores) touch(value, rangeOf(index));
  return ranges;
}

/** The kernel with positions that count from the windows' starts. */
function inWindows(kernel: Kernel, windows: ReadonlyMap<ValueId, Window>): Kernel {
  const from = (value: ValueId, index: IndexExpression): IndexExpression => {
    return addConstant(index, -(windows.get(value)?.start ?? 0));
  };
  const program = (scalars: Program): Program => {
    return scalars.map((scalar) =>
      scalar.kind === 'load' ? { ...scalar, index: from(scalar.value, scalar.index) } : scalar,
    );
  };
  const operand = (matrix: MatrixOperand): MatrixOperand => ({ ...matrix, base: from(matrix.value, matrix.base) });
  const { core } = kernel;
  return {
    ...kernel,
    core:
      core.kind === 'matmul'
        ? { ...core, left: operand(core.left), right: operand(core.right) }
        : core.kind === 'map'
          ? core
          : { ...core, element: program(core.element) },
    epilogue: program(kernel.epilogue),
    stores: kernel.stores.map((store): Store => ({ ...store, index: from(store.value, store.index) })),
  };
}
