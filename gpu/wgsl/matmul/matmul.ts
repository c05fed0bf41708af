/** Matmul kernels: result[batch, row, column] = Σ_k left[batch, row, k] · right[batch, k, column], then the epilogue. */
import type { Kernel, KernelCore } from '../../ir/kernel.ts';
import { indexText } from '../index-text.ts';
import { programWriter, storesText, type ElementwiseOps, type ProgramWriter } from '../program-text.ts';
import { Scope } from '../scope.ts';
import { GROUP_NUMBER, mainHead, Shader, type GeneratedKernel } from '../shader.ts';
import { registerProducts } from './register.ts';
import { sharedProducts } from './shared.ts';
import type { MatmulTile } from './tiles.ts';

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
  /** Positions of the operands' first elements in this batch. */
  readonly leftBase: string;
  readonly rightBase: string;
}

/** A family's sums: WGSL of the one at row `i` and column `j` of the tile. */
export type ProductAt = (i: string, j: string) => string;

export function matmulKernel(
  kernel: Kernel,
  core: MatmulCore,
  tile: MatmulTile,
  elementwise: ElementwiseOps,
): GeneratedKernel {
  const shader = new Shader();
  const workgroup = [tile.across, tile.down, 1] as const;
  const groupsAcross = Math.ceil(core.columns / (tile.columns * tile.across));
  const groupsDown = Math.ceil(core.rows / (tile.rows * tile.down));
  const main = new Scope(mainHead(workgroup), ['batch']);
  const across = shader.word('groups_across', groupsAcross);
  const down = shader.word('groups_down', groupsDown);
  main.line(`let group = ${GROUP_NUMBER};`);
  main.line(`let batch = group / (${across} * ${down});`);
  main.line(`let first_column = (group % ${across} * ${tile.across}u + local.x) * ${tile.columns}u;`);
  main.line(`let first_row = (group / ${across} % ${down} * ${tile.down}u + local.y) * ${tile.rows}u;`);
  const programs = programWriter(shader, elementwise);
  const writer: MatmulWriter = {
    core,
    tile,
    shader,
    main,
    rows: shader.word('rows', core.rows),
    columns: shader.word('columns', core.columns),
    depth: shader.word('depth', core.depth),
    leftBase: indexText(core.left.base, main, programs).text,
    rightBase: indexText(core.right.base, main, programs).text,
  };
  const product = tile.family === 'register' ? registerProducts(writer) : sharedProducts(writer);
  finish(kernel, writer, programs, product);
  return shader.finish(main.render(), workgroup, groupsAcross * groupsDown * core.batch);
}

/** Elements of a tile up to which drivers would unroll the loops that store it. */
const UNROLLED = 64;

/**
 * Stores the tile element by element, in a loop, because the epilogue written out for each would compile for seconds.
 * Compilers may do so in the family of GPUs alone: sums that are found by number stay in registers there. A tile too
 * large for them keeps bounds that they know, of which they make the better loop.
 */
function finish(kernel: Kernel, writer: MatmulWriter, programs: ProgramWriter, product: ProductAt): void {
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
