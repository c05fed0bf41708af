/** Matmul kernels: result[batch, row, column] = Σ_k left[batch, row, k] · right[batch, k, column], then the epilogue. */
import type { Kernel, KernelCore } from '../../ir/kernel.ts';
import { indexText } from '../index-text.ts';
import { programWriter, storesText, type KernelContext, type ProgramWriter } from '../program-text.ts';
import { Scope } from '../scope.ts';
import { GROUP_NUMBER, mainHead, Shader, type GeneratedKernel, type StoredElements } from '../shader.ts';
import { registerProducts } from './register.ts';
import { sharedProducts } from './shared.ts';
import type { MatmulTile, RegisterTile, SharedTile } from './tiles.ts';

export type MatmulCore = Extract<KernelCore, { kind: 'matmul' }>;

/** What the families write with. */
export interface MatmulWriter {
  readonly core: MatmulCore;
  readonly tile: MatmulTile;
  readonly shader: Shader;
  /** Inside `main`: `batch`, `first_row`, `first_column` (of this invocation) have values. */
  readonly main: Scope;
  readonly rows: string;
  readonly columns: string;
  readonly depth: string;
  /** The first of the steps that the workgroup adds up, and the first after them. */
  readonly steps: { readonly first: string; readonly end: string };
  /** Head of the loop of `k` over the steps that an invocation walks, so many of them at a time. */
  readonly walk: (width: 1 | 4) => string;
  /** The right matrix, by vectors of so many numbers. */
  readonly right: (width: 1 | 4) => StoredElements;
  /** Positions of the operands' first elements in this batch. */
  readonly leftBase: string;
  readonly rightBase: string;
}

/** Workgroups along columns and rows. */
export interface Grid {
  readonly across: number;
  readonly down: number;
}

/** What `placeText` gives values. */
export const PLACE = ['batch', 'part'];

/** A family's sums: WGSL of the one at row `i` and column `j` of the tile. */
export type ProductAt = (i: string, j: string) => string;

export function matmulKernel(
  kernel: Kernel,
  core: MatmulCore,
  tile: RegisterTile | SharedTile,
  context: KernelContext,
): GeneratedKernel {
  const shader = new Shader(context);
  const workgroup = [tile.across, tile.down, 1] as const;
  const grid = gridOf(core, tile);
  const main = new Scope(mainHead(workgroup), PLACE);
  main.line(`let group = ${GROUP_NUMBER};`);
  placeText(main, shader, core, tile, shader.word('groups_across', grid.across), shader.word('groups_down', grid.down));
  const programs = programWriter(shader, context.elementwise);
  const writer = matmulWriter(core, tile, main, programs, context.texels);
  const product =
    tile.family === 'register'
      ? registerProducts(writer, tile)
      : sharedProducts(writer, tile, [{ operand: core.right, base: writer.rightBase, columns: core.columns }]);
  finish(kernel, writer, programs, product);
  return shader.finish(main.render(), workgroup, groupsOf(core, tile));
}

/** What is the same for every family. */
export function matmulWriter(
  core: MatmulCore,
  tile: MatmulTile,
  main: Scope,
  programs: ProgramWriter,
  texels: KernelContext['texels'],
): MatmulWriter {
  const { shader } = programs;
  const [rows, columns] = [shader.word('rows', core.rows), shader.word('columns', core.columns)];
  const depth = shader.word('depth', core.depth);
  const steps = stepsText(core, main, shader, depth);
  return {
    core,
    tile,
    shader,
    main,
    rows,
    columns,
    depth,
    steps,
    right: (width) => {
      const asTexels = width === 4 && tile.family === 'register' && tile.texels && texels.has(core.right.value);
      return asTexels ? shader.readTexels(core.right.value) : shader.read(core.right.value, 'f32', width);
    },
    walk: (width) => `for (var k = ${inVectors(steps.first, width)}; k < ${inVectors(steps.end, width)}; k++)`,
    leftBase: indexText(core.left.base, main, programs).text,
    rightBase: indexText(core.right.base, main, programs).text,
  };
}

/** A number of steps as a number of vectors. */
export function inVectors(steps: string, width: 1 | 4): string {
  return width === 1 || steps === '0u' ? steps : `${steps} / ${width}u`;
}

export function stepsText({ parts }: MatmulCore, main: Scope, shader: Shader, depth: string): MatmulWriter['steps'] {
  if (!parts) return { first: '0u', end: depth };
  const length = shader.word('part_steps', parts.length);
  main.line(`let first_step = part * ${length};`);
  main.line(`let end_step = min(first_step + ${length}, ${depth});`);
  return { first: 'first_step', end: 'end_step' };
}

/** All workgroups of a matmul. */
export function groupsOf(core: MatmulCore, tile: MatmulTile): number {
  const { across, down } = gridOf(core, tile);
  return across * down * core.batch * (core.parts?.count ?? 1);
}

export function gridOf({ rows, columns }: Pick<MatmulCore, 'rows' | 'columns'>, tile: MatmulTile): Grid {
  return {
    across: Math.ceil(columns / (tile.columns * tile.across)),
    down: Math.ceil(rows / (tile.rows * tile.down)),
  };
}

/**
 * Where this invocation's tile begins, by the number of its workgroup, `group`, and its own in that. A grid of several
 * rows may have more workgroups than are wanted: they leave, all of one together; without a batch they do once more what
 * another does.
 */
export function placeText(
  main: Scope,
  shader: Shader,
  { batch, parts }: MatmulCore,
  tile: MatmulTile,
  across: string,
  down: string,
  invocation = { across: 'local.x', down: 'local.y' },
): void {
  const slice = `group / (${across} * ${down})`;
  if (parts) {
    const count = shader.word('parts', parts.count);
    main.line(`let part = ${slice} % ${count};`);
    main.line(`let batch = ${slice} / ${count};`);
  } else main.line(`let batch = ${slice};`);
  if (batch > 1 || parts) main.line(`if (batch >= ${shader.word('batches', batch)}) { return; }`);
  main.line(`let first_column = (group % ${across} * ${tile.across}u + ${invocation.across}) * ${tile.columns}u;`);
  main.line(`let first_row = (group / ${across} % ${down} * ${tile.down}u + ${invocation.down}) * ${tile.rows}u;`);
}

/** Elements of a tile up to which drivers would unroll the loops that store it. */
const UNROLLED = 64;

/**
 * Stores the tile element by element, in a loop, because the epilogue written out for each would compile for seconds.
 * Compilers may do so in the family of GPUs alone: sums that are found by number stay in registers there. A tile too
 * large for them keeps bounds that they know, of which they make the better loop.
 */
export function finish(
  kernel: Kernel,
  writer: Pick<MatmulWriter, 'shader' | 'main' | 'tile' | 'rows' | 'columns'>,
  programs: ProgramWriter,
  product: ProductAt,
): void {
  const { shader, main, tile, rows, columns } = writer;
  const loop = (variable: string, turns: number): string => {
    if (tile.family === 'register' && tile.rows * tile.columns <= UNROLLED) return shader.rolled(variable, turns);
    return `for (var ${variable} = 0u; ${variable} < ${turns}u; ${variable}++)`;
  };
  const down = main.block(loop('i', tile.rows), ['row']);
  down.line('let row = first_row + i;');
  down.line(`if (row >= ${rows}) { break; }`);
  const across = down.block(loop('j', tile.columns), ['column', 'product']);
  across.line('let column = first_column + j;');
  across.line(`if (column >= ${columns}) { break; }`);
  across.line(`let product = ${product('i', 'j')};`);
  storesText(kernel.epilogue, kernel.stores, across, programs, [{ text: 'product', depends: new Set(['product']) }]);
}
