/**
 * Matmul by the small matrices of subgroups (WGSL's experimental `subgroup_matrix`): the workgroup loads blocks of both
 * operands, of which every subgroup multiplies as much at once as the hardware does. Elements outside are zeros. What a
 * subgroup has summed up goes back to workgroup memory a row of matrices at a time, because no invocation can tell which
 * elements of a matrix are its own, and from there its lanes store it.
 */
import type { Kernel } from '../../ir/kernel.ts';
import type { FloatStorage, Halves } from '../../ir/storage.ts';
import type { AdapterTraits, SubgroupMatrix } from '../../plan.ts';
import { WgslError } from '../errors.ts';
import { programWriter, storesText, type KernelContext, type ProgramWriter } from '../program-text.ts';
import { Scope } from '../scope.ts';
import { GROUP_NUMBER, mainHead, Shader, type GeneratedKernel } from '../shader.ts';
import { SUBGROUP_VALUES, useSubgroups } from '../subgroups.ts';
import { gridOf, groupsOf, matmulWriter, PLACE, placeText, type MatmulCore, type MatmulWriter } from './matmul.ts';
import { operandBlock, type BlockSizes } from './shared.ts';
import type { MatrixTile } from './tiles.ts';

/** What every adapter has for a workgroup. */
const MOST_INVOCATIONS = 256;
const MOST_BYTES = 16_384;

/** What both operands are in memory and shaders can load; numbers of f32 are never rounded. */
export function operandStorage({ left, right }: MatmulCore, { values, access }: Halves): FloatStorage {
  return access === 'f16' && values.has(left.value) && values.has(right.value) ? 'f16' : 'f32';
}

/** The adapter's matrices that this tile is made of; undefined: it has none. Those of f32 serve f16 too. */
export function subgroupMatrix(
  tile: MatrixTile,
  traits: AdapterTraits | undefined,
  operands: FloatStorage,
): SubgroupMatrix | undefined {
  if (!traits?.matrices || !traits.subgroups || traits.subgroupSize === 0) return undefined;
  if (invocationsOf(tile, traits) > MOST_INVOCATIONS) return undefined;
  const fitting = traits.matrices.filter((matrix) => {
    const { rows, columns, depth } = matrix;
    const isDivisor = tile.rows % rows === 0 && tile.columns % columns === 0 && tile.depth % depth === 0;
    return isDivisor && bytesOf(tile, matrix) <= MOST_BYTES;
  });
  const own = fitting.find((matrix) => matrix.operands === operands);
  return own ?? fitting.find((matrix) => matrix.operands === 'f32');
}

/** Of workgroup memory: the blocks, and a strip for each subgroup. */
function bytesOf({ rows, columns, across, down, depth }: MatrixTile, matrix: SubgroupMatrix): number {
  const strips = 4 * across * down * matrix.rows * columns;
  return (matrix.operands === 'f16' ? 2 : 4) * (rows * down + columns * across) * depth + strips;
}

function invocationsOf({ across, down }: MatrixTile, { subgroupSize }: AdapterTraits): number {
  return across * down * subgroupSize;
}

/** @throws {WgslError} if the adapter has no matrices for this product. */
export function matrixKernel(
  kernel: Kernel,
  core: MatmulCore,
  tile: MatrixTile,
  context: KernelContext,
): GeneratedKernel {
  const { elementwise, halves, texels, traits } = context;
  const matrix = subgroupMatrix(tile, traits, operandStorage(core, halves));
  if (!matrix || !traits) throw new WgslError('the adapter has no subgroup matrices for this product');
  const shader = new Shader(context);
  useSubgroups(shader);
  shader.direct('enable chromium_experimental_subgroup_matrix;');
  const workgroup = [invocationsOf(tile, traits), 1, 1] as const;
  const main = new Scope(mainHead(workgroup, SUBGROUP_VALUES), PLACE);
  const grid = gridOf(core, tile);
  main.line(`let group = ${GROUP_NUMBER};`);
  const [across, down] = [shader.word('groups_across', grid.across), shader.word('groups_down', grid.down)];
  // Where the whole workgroup begins.
  placeText(main, shader, core, tile, across, down, { across: '0u', down: '0u' });
  main.line(`let own_row = subgroup / ${tile.across}u * ${tile.rows}u;`);
  main.line(`let own_column = subgroup % ${tile.across}u * ${tile.columns}u;`);
  const programs = programWriter(shader, elementwise);
  const writer = matmulWriter(core, tile, main, programs, texels);
  const own: Matrices = { matrix, tile, across: tile.columns / matrix.columns, down: tile.rows / matrix.rows };
  sumMatrices(writer, own, { depth: tile.depth, invocations: workgroup[0], element: matrix.operands });
  storeMatrices(kernel, writer, programs, own, traits.subgroupSize);
  return shader.finish(main.render(), workgroup, groupsOf(core, tile));
}

/** The matrices of a subgroup: how many there are along columns and rows of its tile. */
interface Matrices {
  readonly matrix: SubgroupMatrix;
  readonly tile: MatrixTile;
  readonly across: number;
  readonly down: number;
}

/** Gives the variables `sum_row_column` their products. Each is a variable of its own, because registers have no index. */
function sumMatrices(writer: MatmulWriter, { matrix, tile, across, down }: Matrices, sizes: BlockSizes): void {
  const { core, shader, main, rows, columns, depth, steps, leftBase, rightBase } = writer;
  const [height, width] = [tile.rows * tile.down, tile.columns * tile.across];
  // Columns come before rows in these types.
  shader.declare(`alias Left = subgroup_matrix_left<${matrix.operands}, ${matrix.depth}, ${matrix.rows}>;`);
  shader.declare(`alias Right = subgroup_matrix_right<${matrix.operands}, ${matrix.columns}, ${matrix.depth}>;`);
  shader.declare(`alias Sum = subgroup_matrix_result<f32, ${matrix.columns}, ${matrix.rows}>;`);
  main.line('let lane = local.x;');
  main.line('let block_row = first_row;');
  main.line('let block_column = first_column;');
  const lefts = [{ operand: core.left, base: leftBase, columns: core.rows }];
  const rights = [{ operand: core.right, base: rightBase, columns: core.columns }];
  const blocks = [
    operandBlock(writer, sizes, 'left', height, lefts, (item) => `block_row + ${item} < ${rows}`),
    operandBlock(writer, sizes, 'right', width, rights, (item) => `block_column + ${item} < ${columns}`),
  ];
  for (const { name, size, places } of blocks) {
    shader.declare(`var<workgroup> ${name}_block: array<${sizes.element}, ${size * tile.depth}>;`);
    places();
  }
  const positions = range(down).flatMap((i) => range(across).map((j) => [i, j] as const));
  for (const [i, j] of positions) main.line(`var sum_${i}_${j} = Sum();`);
  const loop = main.block(`for (var start = ${steps.first}; start < ${steps.end}; start += ${tile.depth}u)`);
  for (const block of blocks) block.fetch(loop, 'start', depth);
  for (const block of blocks) block.put(loop, '0u');
  loop.line('workgroupBarrier();');
  const inner = loop.block(`for (var k = 0u; k < ${tile.depth}u; k += ${matrix.depth}u)`);
  // A block is [step, item]: of the left operand the columns lie together, of the right one the rows.
  for (const i of range(down)) {
    const at = `k * ${height}u + own_row + ${i * matrix.rows}u`;
    inner.line(`let a${i} = subgroupMatrixLoad<Left, col_major>(&left_block, ${at}, ${height}u);`);
  }
  for (const j of range(across)) {
    const at = `k * ${width}u + own_column + ${j * matrix.columns}u`;
    inner.line(`let b${j} = subgroupMatrixLoad<Right, row_major>(&right_block, ${at}, ${width}u);`);
  }
  for (const [i, j] of positions) {
    inner.line(`sum_${i}_${j} = subgroupMatrixMultiplyAccumulate(a${i}, b${j}, sum_${i}_${j});`);
  }
  loop.line('workgroupBarrier();');
}

/** A strip is a row of matrices; the epilogue is there once for all of them. */
function storeMatrices(
  kernel: Kernel,
  { shader, main, rows, columns }: MatmulWriter,
  programs: ProgramWriter,
  { matrix, tile, across, down }: Matrices,
  lanes: number,
): void {
  const length = matrix.rows * tile.columns;
  shader.declare(`var<workgroup> strips: array<f32, ${tile.across * tile.down * length}>;`);
  main.line(`let own_strip = subgroup * ${length}u;`);
  const loop = main.block(`for (var strip = 0u; strip < ${down}u; strip++)`);
  for (const i of range(down)) {
    const own = loop.block(`if (strip == ${i}u)`);
    for (const j of range(across)) {
      const at = `own_strip + ${j * matrix.columns}u`;
      own.line(`subgroupMatrixStore<row_major>(&strips, ${at}, sum_${i}_${j}, ${tile.columns}u);`);
    }
  }
  loop.line('workgroupBarrier();');
  const each = loop.block(`for (var at = subgroup_lane; at < ${length}u; at += ${lanes}u)`, [
    'row',
    'column',
    'product',
  ]);
  each.line(`let row = first_row + own_row + strip * ${matrix.rows}u + at / ${tile.columns}u;`);
  each.line(`let column = first_column + own_column + at % ${tile.columns}u;`);
  each.line(`if (row >= ${rows} || column >= ${columns}) { continue; }`);
  each.line('let product = strips[own_strip + at];');
  storesText(kernel.epilogue, kernel.stores, each, programs, [{ text: 'product', depends: new Set(['product']) }]);
  loop.line('workgroupBarrier();');
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
