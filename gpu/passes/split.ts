/**
 * Kernels over values that are larger than one binding may be: cut along their outer variable until every part reads
 * and writes windows that can be bound. The parts differ in uniform words only, so they share one pipeline.
 */
import { addConstant, variable } from '../ir/index-arithmetic.ts';
import { rangeOf, type IndexExpression, type Range } from '../ir/index-expression.ts';
import {
  mapPrograms,
  matricesOf,
  programsOf,
  type Kernel,
  type KernelCore,
  type MatrixOperand,
  type Program,
  type Scalar,
  type Store,
  type Window,
} from '../ir/kernel.ts';
import { substituteIndex, substituteProgram, type Replacements } from '../ir/substitute.ts';
import type { ValueId } from '../ir/types.ts';

export interface KernelPart {
  readonly kernel: Kernel;
  /** Windows of the values that are bound in part; positions in the kernel count from the window's start. */
  readonly windows: ReadonlyMap<ValueId, Window>;
}

export interface SplitOptions {
  /** Elements of a value that one binding may have. */
  readonly maxElements: (value: ValueId) => number;
  /** A window of a value starts at a multiple of this many elements. */
  readonly alignment: (value: ValueId) => number;
  readonly elements: (value: ValueId) => number;
}

/** The values whose windows stay too large however the kernel is cut. */
export interface Unsplittable {
  readonly value: ValueId;
}

/** Dispatches that one kernel may become. */
const MAX_PARTS = 4096;

/** The kernel in one part where all its values fit, else in as few parts as do. */
export function splitKernel(given: Kernel, options: SplitOptions): KernelPart[] | Unsplittable {
  const kernel = mapKernelPrograms(given, (program) => program.map((scalar) => withWindows(scalar, options)));
  let tooLarge = tooLargeIn(kernel, new Map(), options);
  if (tooLarge === undefined) return [{ kernel, windows: new Map() }];
  for (const counts of countsToTry(axesOf(kernel.core))) {
    const parts = cutAlong(kernel, counts).map((cut) => inWindows(cut, windowsOf(cut, options)));
    tooLarge = parts.map((part) => tooLargeIn(part.kernel, part.windows, options)).find((value) => value !== undefined);
    if (tooLarge === undefined) return parts;
  }
  return { value: tooLarge };
}

/** A lookup, its table in windows where it is too large for one binding: which rows are read, only the run knows. */
function withWindows(scalar: Scalar, { maxElements, alignment, elements }: SplitOptions): Scalar {
  if (scalar.kind !== 'gather' || elements(scalar.value) <= maxElements(scalar.value)) return scalar;
  const step = alignment(scalar.value);
  const [size, total] = [Math.floor(maxElements(scalar.value) / step) * step, scalar.rows * scalar.width];
  const windows = Array.from({ length: Math.ceil(total / size) }, (_, index): Window => {
    return { start: index * size, count: Math.min(size, total - index * size) };
  });
  return { ...scalar, windows };
}

/** The kernel with its programs rewritten. */
function mapKernelPrograms(kernel: Kernel, rewrite: (program: Program) => Program): Kernel {
  return { ...kernel, core: mapPrograms(kernel.core, rewrite), epilogue: rewrite(kernel.epilogue) };
}

interface Axis {
  readonly name: string;
  readonly size: number;
}

/** Into how many parts each axis is cut: powers of 2, in ascending order of all parts together. */
function countsToTry(axes: readonly Axis[]): { axis: Axis; count: number }[][] {
  let combinations: { axis: Axis; count: number }[][] = [[]];
  for (const axis of axes) {
    const counts = [1];
    while (counts.at(-1)! < Math.min(axis.size, MAX_PARTS)) counts.push(Math.min(2 * counts.at(-1)!, axis.size));
    combinations = combinations.flatMap((before) => counts.map((count) => [...before, { axis, count }]));
  }
  const total = (counts: readonly { count: number }[]): number =>
    counts.reduce((product, { count }) => product * count, 1);
  return combinations
    .filter((counts) => total(counts) > 1 && total(counts) <= MAX_PARTS)
    .sort((a, b) => total(a) - total(b));
}

function cutAlong(kernel: Kernel, counts: readonly { axis: Axis; count: number }[]): Kernel[] {
  return counts.reduce((parts, { axis, count }) => parts.flatMap((part) => cut(part, axis, count)), [kernel]);
}

/** Variables along which a kernel may be cut, and their sizes, the outermost first. */
function axesOf(core: KernelCore): Axis[] {
  switch (core.kind) {
    case 'stages':
    case 'siblings':
      // Joined only where everything fits.
      return [];
    case 'map':
      return [{ name: 'point', size: core.count }];
    case 'rows':
    case 'top_k':
      return [{ name: 'row', size: core.rows }];
    case 'panels':
      return [{ name: 'row', size: core.rows }];
    case 'attention':
      return [
        { name: 'batch', size: core.batch },
        { name: 'row', size: core.rows },
      ];
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

function cut(kernel: Kernel, { name, size: total }: Axis, parts: number): Kernel[] {
  if (parts === 1) return [kernel];
  const size = Math.ceil(total / parts);
  return Array.from({ length: Math.ceil(total / size) }, (_, index) => {
    const count = Math.min(size, total - index * size);
    return { ...shift(kernel, name, index * size, count), flops: (kernel.flops * count) / total };
  });
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
  const moved = (operand: MatrixOperand, along: string): MatrixOperand => {
    const base = substituteIndex(operand.base, replacements);
    return along === axis ? withBase(operand, addConstant(base, start * operand.stride)) : withBase(operand, base);
  };
  const shifted = (program: Program): Program => substituteProgram(program, replacements);
  switch (core.kind) {
    case 'stages':
    case 'siblings':
      return core;
    case 'map':
      return { ...core, count };
    case 'rows':
      return { ...core, rows: count, passes: core.passes.map((pass) => ({ ...pass, element: shifted(pass.element) })) };
    case 'top_k':
      return { ...core, rows: count, element: shifted(core.element) };
    case 'panels':
      return { ...core, rows: count, left: withBase(core.left, addConstant(core.left.base, start * core.left.stride)) };
    case 'attention': {
      const sizes = axis === 'batch' ? { batch: count } : { rows: count };
      const element = shifted(core.element);
      const [right, values] = [moved(core.right, 'step'), moved(core.values, 'column')];
      return { ...core, ...sizes, element, left: moved(core.left, 'row'), right, values };
    }
    case 'matmul': {
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
    if (total <= maxElements(value)) continue;
    // Where a condition guards the read, positions may lie outside; what is read there is not used.
    const [first, last] = [minimum, maximum].map((position) => Math.min(Math.max(position, 0), total - 1)) as [
      number,
      number,
    ];
    const start = Math.floor(first / alignment(value)) * alignment(value);
    windows.set(value, { start, count: last + 1 - start });
  }
  return windows;
}

function tooLargeIn(kernel: Kernel, windows: ReadonlyMap<ValueId, Window>, options: SplitOptions): ValueId | undefined {
  return [...rangesOf(kernel).keys()].find((value) => {
    return (windows.get(value)?.count ?? options.elements(value)) > options.maxElements(value);
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
    for (const scalar of program) {
      if (scalar.kind === 'load') touch(scalar.value, rangeOf(scalar.index));
      else if (scalar.kind === 'gather' && scalar.windows.length === 0) {
        touch(scalar.value, { minimum: 0, maximum: scalar.rows * scalar.width - 1 });
      }
    }
  };
  for (const { operand, across, depth } of matricesOf(core)) {
    const { minimum, maximum } = rangeOf(operand.base);
    const furthest = Math.max(across - 1, 0) * operand.stride + Math.max(depth - 1, 0) * operand.depthStride;
    touch(operand.value, { minimum, maximum: maximum + furthest });
  }
  for (const program of programsOf(core)) visit(program);
  visit(epilogue);
  for (const { value, index } of stores) touch(value, rangeOf(index));
  return ranges;
}

/** The kernel with positions that count from the windows' starts. */
function inWindows(kernel: Kernel, windows: ReadonlyMap<ValueId, Window>): KernelPart {
  const from = (value: ValueId, index: IndexExpression): IndexExpression => {
    return addConstant(index, -(windows.get(value)?.start ?? 0));
  };
  const program = (scalars: Program): Program => {
    return scalars.map((scalar) =>
      scalar.kind === 'load' ? { ...scalar, index: from(scalar.value, scalar.index) } : scalar,
    );
  };
  const operand = (matrix: MatrixOperand): MatrixOperand => ({ ...matrix, base: from(matrix.value, matrix.base) });
  const moved = mapKernelPrograms(kernel, program);
  const { core } = moved;
  const left = 'left' in core && { left: operand(core.left), right: operand(core.right) };
  const values = 'values' in core && { values: operand(core.values) };
  return {
    kernel: {
      ...moved,
      core: { ...core, ...left, ...values },
      stores: kernel.stores.map((store): Store => ({ ...store, index: from(store.value, store.index) })),
    },
    windows,
  };
}
