/**
 * Sums of products in registers: each invocation keeps a tile of them and reads its operands straight from memory. As it
 * is, without a barrier, the family for adapters where a barrier is dear. Rows and columns beyond the edge read the last
 * one again; only stores are guarded, so the inner loop has no branch.
 */
import type { MatrixOperand } from '../../ir/kernel.ts';
import { useTogether, vectorsTogether } from '../subgroups.ts';
import type { MatmulCore, MatmulWriter, ProductAt } from './matmul.ts';
import type { RegisterTile } from './tiles.ts';

export function registerProducts(writer: MatmulWriter, tile: RegisterTile): ProductAt {
  const { core, main, rows, columns } = writer;
  if (tile.shared && areDots(core) && core.depth % tile.across === 0) {
    // Whole subgroups leave: in one that stays, every invocation reads for the others.
    main.line(`if (first_row >= ${rows}) { return; }`);
    return dotProductsTogether(writer, tile.vectors ?? 1);
  }
  // No barrier follows, so an invocation outside may leave.
  main.line(`if (first_row >= ${rows} || first_column >= ${columns}) { return; }`);
  return productsFromMemory(writer);
}

/** The sums over the steps that this invocation walks. */
export function productsFromMemory(writer: MatmulWriter): ProductAt {
  const { core } = writer;
  if (areDots(core)) return dotProducts(writer);
  if (alongColumns(core.right, core.columns) && writer.tile.columns % 4 === 0) return outerProducts(writer, 4);
  return outerProducts(writer, 1);
}

function areDots({ left, right, depth }: MatmulCore): boolean {
  return alongDepth(left, depth) && alongDepth(right, depth);
}

/** Four steps of k lie together and aligned. */
export function alongDepth({ depthStride, stride, baseAligned }: MatrixOperand, depth: number): boolean {
  return depthStride === 1 && stride % 4 === 0 && depth % 4 === 0 && baseAligned;
}

/** Four columns lie together and aligned. */
export function alongColumns({ depthStride, stride, baseAligned }: MatrixOperand, columns: number): boolean {
  return stride === 1 && depthStride % 4 === 0 && columns % 4 === 0 && baseAligned;
}

/** Both operands in vectors along k, as x · Wᵀ has them: sum += dot(left, right). */
function dotProducts(writer: MatmulWriter): ProductAt {
  const { core, tile, shader, main, rows, columns, walk, leftBase, rightBase } = writer;
  const left = shader.read(core.left.value, 'f32', 4);
  const right = writer.right(4);
  main.line(`var sums: array<f32, ${tile.rows * tile.columns}>;`);
  const rowStride = shader.word('row_stride', core.left.stride / 4);
  const columnStride = shader.word('column_stride', core.right.stride / 4);
  for (let i = 0; i < tile.rows; i++) {
    main.line(`let left_${i} = ${leftBase} / 4u + min(first_row + ${i}u, ${rows} - 1u) * ${rowStride};`);
  }
  for (let j = 0; j < tile.columns; j++) {
    main.line(`let right_${j} = ${rightBase} / 4u + min(first_column + ${j}u, ${columns} - 1u) * ${columnStride};`);
  }
  const loop = main.block(walk(4));
  for (let j = 0; j < tile.columns; j++) loop.line(`let b${j} = ${right.at(`right_${j} + k`)};`);
  for (let i = 0; i < tile.rows; i++) {
    loop.line(`let a${i} = ${left.at(`left_${i} + k`)};`);
    for (let j = 0; j < tile.columns; j++) loop.line(`sums[${i * tile.columns + j}] += dot(a${i}, b${j});`);
  }
  return (i, j) => `sums[${i} * ${tile.columns}u + ${j}]`;
}

/**
 * As `dotProducts`, the left rows read by the invocations of a subgroup together, each one step. For adapters that read
 * number by number and write a variable under a mask of who takes part, which takes them as long as ten additions: so a sum
 * takes several vectors at once where the depth allows it.
 * @param most Reads of a row, each as many steps as the subgroup has invocations, before its sums are stored.
 */
function dotProductsTogether(writer: MatmulWriter, most: 1 | 2): ProductAt {
  const { core, tile, shader, main, rows, columns, depth, leftBase, rightBase } = writer;
  const perRead = tile.across / 4;
  const reads = most === 2 && core.depth % (2 * tile.across) === 0 ? 2 : 1;
  const vectors = Array.from({ length: reads * perRead }, (_, v) => v);
  const left = shader.read(core.left.value, 'f32', 1);
  const right = writer.right(4);
  useTogether(shader);
  main.line(`var sums: array<f32, ${tile.rows * tile.columns}>;`);
  const rowStride = shader.word('row_stride', core.left.stride);
  const columnStride = shader.word('column_stride', core.right.stride / 4);
  for (let i = 0; i < tile.rows; i++) {
    main.line(`let left_${i} = ${leftBase} + local.x + min(first_row + ${i}u, ${rows} - 1u) * ${rowStride};`);
  }
  for (let j = 0; j < tile.columns; j++) {
    main.line(`let right_${j} = ${rightBase} / 4u + min(first_column + ${j}u, ${columns} - 1u) * ${columnStride};`);
  }
  const loop = main.block(`for (var k = 0u; k < ${depth} / 4u; k += ${vectors.length}u)`);
  for (let j = 0; j < tile.columns; j++) {
    for (const v of vectors) loop.line(`let b${j}_${v} = ${right.at(`right_${j} + k + ${v}u`)};`);
  }
  for (let i = 0; i < tile.rows; i++) {
    for (let v = 0; v < vectors.length; v += perRead) {
      const names = vectors.slice(v, v + perRead).map((vector) => `a${i}_${vector}`);
      vectorsTogether(loop, names, left, `left_${i} + 4u * (k + ${v}u)`);
    }
    for (let j = 0; j < tile.columns; j++) {
      const products = vectors.map((v) => `dot(a${i}_${v}, b${j}_${v})`).join(' + ');
      loop.line(`sums[${i * tile.columns + j}] += ${products};`);
    }
  }
  return (i, j) => `sums[${i} * ${tile.columns}u + ${j}]`;
}

/** One step of k at a time; the right operand in vectors along the columns where `width` is 4. */
function outerProducts(writer: MatmulWriter, width: 1 | 4): ProductAt {
  const { core, tile, shader, main, rows, columns, walk, leftBase, rightBase } = writer;
  const left = shader.read(core.left.value, 'f32');
  const right = writer.right(width);
  const vectors = tile.columns / width;
  main.line(`var sums: array<${width === 4 ? 'vec4f' : 'f32'}, ${tile.rows * vectors}>;`);
  const rowStride = shader.word('row_stride', core.left.stride);
  const leftStep = shader.word('left_step', core.left.depthStride);
  const rightStep = shader.word('right_step', core.right.depthStride / width);
  for (let i = 0; i < tile.rows; i++) {
    main.line(`let left_${i} = ${leftBase} + min(first_row + ${i}u, ${rows} - 1u) * ${rowStride};`);
  }
  for (let j = 0; j < vectors; j++) {
    const column = `min(first_column + ${j * width}u, ${columns} - ${width}u)`;
    // Along columns the stride is 1: a vector's position is the column's divided by 4.
    const across = width === 4 ? `${column} / 4u` : `${column} * ${shader.word('column_stride', core.right.stride)}`;
    main.line(`let right_${j} = ${rightBase} / ${width}u + ${across};`);
  }
  const loop = main.block(walk(1));
  for (let j = 0; j < vectors; j++) loop.line(`let b${j} = ${right.at(`right_${j} + k * ${rightStep}`)};`);
  for (let i = 0; i < tile.rows; i++) {
    loop.line(`let a${i} = ${left.at(`left_${i} + k * ${leftStep}`)};`);
    for (let j = 0; j < vectors; j++) loop.line(`sums[${i * vectors + j}] += a${i} * b${j};`);
  }
  return width === 4
    ? (i, j) => `sums[${i} * ${vectors}u + ${j} / 4u][${j} % 4u]`
    : (i, j) => `sums[${i} * ${vectors}u + ${j}]`;
}
