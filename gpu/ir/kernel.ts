/**
 * Kernels as plain data: what fusion makes of a graph and gpu/wgsl writes as shaders. A kernel has a core (none, passes
 * along rows, top-k, matmul, siblings, attention or panels) over index variables, programs of scalars around it, and stores.
 */
import type { IndexCondition, IndexExpression } from './index-expression.ts';
import type { Attributes, DType, TensorType, ValueId } from './types.ts';

/** Part of a value, in elements. */
export interface Window {
  readonly start: number;
  readonly count: number;
}

/** One scalar of a program, computed at every point of the kernel's variables; other scalars are named by index. */
export type Scalar =
  /** Element at row-major position `index` of a stored value. */
  | { readonly kind: 'load'; readonly value: ValueId; readonly index: IndexExpression; readonly dtype: DType }
  /** Element `index` of the row that an i32 scalar names, in a stored table of `rows` rows; clamped to the table. */
  | {
      readonly kind: 'gather';
      readonly value: ValueId;
      readonly row: number;
      readonly rows: number;
      /** Elements of a row. */
      readonly width: number;
      /** The parts in which a table that is too large for one binding is bound, one after the other; else none. */
      readonly windows: readonly Window[];
      readonly index: IndexExpression;
      readonly dtype: DType;
    }
  | { readonly kind: 'constant'; readonly number: number; readonly dtype: DType }
  /** An index as a number: iota. */
  | { readonly kind: 'position'; readonly index: IndexExpression; readonly dtype: DType }
  | {
      readonly kind: 'apply';
      /** Name of an elementwise op. */
      readonly op: string;
      readonly attributes: Attributes;
      readonly operands: readonly number[];
      readonly dtype: DType;
    }
  | {
      readonly kind: 'choose';
      readonly condition: IndexCondition;
      readonly yes: number;
      readonly no: number;
      readonly dtype: DType;
    }
  /** What the core computed at this point; `product` tells several apart and is 0 where there is one. */
  | { readonly kind: 'core'; readonly product: number; readonly dtype: DType };

/** Scalars in an order in which each is defined before it is used. */
export type Program = readonly Scalar[];

/** Writes a scalar of the epilogue to row-major position `index` of a value that gets a buffer. */
export interface Store {
  readonly value: ValueId;
  readonly scalar: number;
  readonly index: IndexExpression;
  readonly dtype: DType;
  /** Why the value has a buffer, in plain words. */
  readonly why: readonly string[];
}

/** A matmul's operand: a stored value whose position is affine in the tile's variables. */
export interface MatrixOperand {
  readonly value: ValueId;
  /** Position of the element at row (or column) 0 and k 0 of this batch; a function of `batch`. */
  readonly base: IndexExpression;
  /** Elements between rows (of the left operand) or columns (of the right one). */
  readonly stride: number;
  /** Elements between steps of k. */
  readonly depthStride: number;
  /** Every base is a multiple of 4. */
  readonly baseAligned: boolean;
}

/** The steps of a sum in parts of equal length, but for the last. */
export interface DepthParts {
  readonly count: number;
  /** Steps; a multiple of `PART_STEPS`. */
  readonly length: number;
}

/** Steps that are never in two parts: blocks of them are read at once. */
export const PART_STEPS = 16;

export type Combine = 'sum' | 'mean' | 'max' | 'min';

/** Makes one number of a row's elements. */
export interface RowPass {
  readonly combine: Combine;
  /** Computes the element as its last scalar. */
  readonly element: Program;
}

/**
 * The cores and the variables that their programs may use:
 * map `point`; rows `row` and `step` (in the epilogue where a value has an element per step); attention `batch`, `row`, with `step` inside and `column` in the epilogue; top_k `row`, with `step` inside and `rank` in the epilogue; matmul `batch`, `row`, `column`, and `part` where there are such; panels `row`, `column`.
 */
export type KernelCore =
  | { readonly kind: 'map'; readonly count: number }
  /** Walks along each row, pass after pass: product p is what pass p made of the row, known to those after it. */
  | { readonly kind: 'rows'; readonly rows: number; readonly steps: number; readonly passes: readonly RowPass[] }
  /** Small kernels, one after the other in one workgroup: maps and rows. */
  | {
      readonly kind: 'stages';
      readonly stages: readonly Kernel[];
      /** Values that stages hand on in workgroup memory, and how many elements they have. */
      readonly shared: ReadonlyMap<ValueId, number>;
    }
  /** The `ranks` largest elements, the first largest first: product 0 is the element, product 1 its step. */
  | {
      readonly kind: 'top_k';
      readonly rows: number;
      readonly steps: number;
      readonly ranks: number;
      readonly element: Program;
    }
  | {
      readonly kind: 'matmul';
      readonly batch: number;
      readonly rows: number;
      readonly columns: number;
      readonly depth: number;
      readonly left: MatrixOperand;
      readonly right: MatrixOperand;
      /** The kernel computes these parts of each sum, every one by itself; absent: the sum. */
      readonly parts?: DepthParts;
    }
  /** Matmuls side by side: one grid, of which each has a part. They multiply the same left matrix. */
  | { readonly kind: 'siblings'; readonly members: readonly MatmulKernel[] }
  /** Σ_step weight[row, step] · values[step, column]; the weights are softmax, over the steps, of `element`. */
  | {
      readonly kind: 'attention';
      readonly batch: number;
      /** Queries. */
      readonly rows: number;
      /** Keys. */
      readonly steps: number;
      /** Of queries and keys. */
      readonly depth: number;
      /** Of the values. */
      readonly columns: number;
      /** The queries, along rows. */
      readonly left: MatrixOperand;
      /** The keys, along steps. */
      readonly right: MatrixOperand;
      /** The values, along columns; their depth is the steps. */
      readonly values: MatrixOperand;
      /** Computes the score of `row` and `step`, whose product of query and key is the core's, as its last scalar. */
      readonly element: Program;
    }
  /** Each row times the same columns of several matrices: product p is Σ_k left[row, k] · right[p, column, k]. */
  | {
      readonly kind: 'panels';
      readonly panels: number;
      readonly rows: number;
      /** Of one panel. */
      readonly columns: number;
      readonly depth: number;
      readonly left: MatrixOperand;
      readonly right: MatrixOperand;
      /** Elements between two panels of the right operand. */
      readonly panelStride: number;
    };

/** An operation that a kernel computes, and the instance that it comes from. */
export interface KernelOperation {
  readonly op: string;
  readonly origin: string;
}

export interface Kernel {
  readonly core: KernelCore;
  readonly epilogue: Program;
  readonly stores: readonly Store[];
  /** Instances whose work this is. */
  readonly origins: readonly string[];
  /** What part of the work is each origin's, by FLOPs; sums to 1. */
  readonly shares: readonly number[];
  /** What it computes, in order. */
  readonly operations: readonly KernelOperation[];
  /** `matmul+add+gelu`. */
  readonly label: string;
  readonly flops: number;
  /** Why it is a dispatch of its own, though the one before it multiplies the same left matrix. */
  readonly apart?: string;
}

/** A kernel whose core is a matmul. */
export interface MatmulKernel extends Kernel {
  readonly core: Extract<KernelCore, { kind: 'matmul' }>;
}

/** A matrix that a core multiplies, and how far it is read: rows or columns, and steps of the sum. */
export interface MatrixExtent {
  readonly operand: MatrixOperand;
  readonly across: number;
  readonly depth: number;
}

/** The matrices that a core multiplies. */
export function matricesOf(core: KernelCore): readonly MatrixExtent[] {
  switch (core.kind) {
    case 'matmul':
    case 'panels': {
      const across = core.kind === 'panels' ? core.panels * core.columns : core.columns;
      return [
        { operand: core.left, across: core.rows, depth: core.depth },
        { operand: core.right, across, depth: core.depth },
      ];
    }
    case 'attention':
      return [
        { operand: core.left, across: core.rows, depth: core.depth },
        { operand: core.right, across: core.steps, depth: core.depth },
        { operand: core.values, across: core.columns, depth: core.steps },
      ];
    case 'siblings':
      return core.members.flatMap((member) => matricesOf(member.core));
    case 'map':
    case 'rows':
    case 'top_k':
    case 'stages':
      return [];
    default:
      return core satisfies never;
  }
}

/** Stored values that a kernel reads, each once, in order of first use. */
export function readsOf(kernel: Kernel): ValueId[] {
  const { core } = kernel;
  if (core.kind === 'stages') {
    return [...new Set(core.stages.flatMap(readsOf))].filter((value) => !core.shared.has(value));
  }
  const matrices = matricesOf(core).map(({ operand }) => operand.value);
  return [...new Set([...matrices, ...[...programsOf(core), kernel.epilogue].flatMap(readsOfProgram)])];
}

/** Stored values that a program reads. */
export function readsOfProgram(program: Program): ValueId[] {
  return program.flatMap((scalar) => (scalar.kind === 'load' || scalar.kind === 'gather' ? [scalar.value] : []));
}

/** Programs of a core, apart from the epilogue. */
export function programsOf(core: KernelCore): readonly Program[] {
  if (core.kind === 'rows') return core.passes.map(({ element }) => element);
  if (core.kind === 'siblings') return core.members.map(({ epilogue }) => epilogue);
  return 'element' in core ? [core.element] : [];
}

/** The core with its programs rewritten. */
export function mapPrograms(core: KernelCore, rewrite: (program: Program) => Program): KernelCore {
  if (core.kind === 'rows') {
    return { ...core, passes: core.passes.map((pass) => ({ ...pass, element: rewrite(pass.element) })) };
  }
  if (core.kind === 'siblings') {
    return { ...core, members: core.members.map((own) => ({ ...own, epilogue: rewrite(own.epilogue) })) };
  }
  return 'element' in core ? { ...core, element: rewrite(core.element) } : core;
}

/** The types of the values that kernels name. */
export type ValueTypes = ReadonlyMap<ValueId, TensorType>;
