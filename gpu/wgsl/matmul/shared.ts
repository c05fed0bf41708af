/**
 * Matmul through workgroup memory: the workgroup loads blocks of both operands once, and every invocation reads them
 * from there. The family of GPUs with caches too small for the register tile's reads. Elements outside are zeros.
 */
import type { MatmulWriter, ProductAt } from './matmul.ts';

/** Steps of k in one block. */
const BLOCK_DEPTH = 16;

export function sharedProducts(writer: MatmulWriter): ProductAt {
  const { core, tile, shader, main, rows, columns, depth, leftBase, rightBase } = writer;
  const blockRows = tile.rows * tile.down;
  const blockColumns = tile.columns * tile.across;
  const invocations = tile.across * tile.down;
  shader.declare(`var<workgroup> left_block: array<f32, ${blockRows * BLOCK_DEPTH}>;`);
  shader.declare(`var<workgroup> right_block: array<f32, ${blockColumns * BLOCK_DEPTH}>;`);
  const left = shader.buffer(core.left.value, 'f32', 'read');
  const right = shader.buffer(core.right.value, 'f32', 'read');
  main.line(`var sums: array<f32, ${tile.rows * tile.columns}>;`);
  main.line(`let lane = local.y * ${tile.across}u + local.x;`);
  main.line(`let block_row = first_row - local.y * ${tile.rows}u;`);
  main.line(`let block_column = first_column - local.x * ${tile.columns}u;`);
  const blocks = main.block(`for (var start = 0u; start < ${depth}; start += ${BLOCK_DEPTH}u)`);
  loadBlock(blocks, {
    name: 'left_block',
    size: blockRows,
    invocations,
    // Neighbouring invocations read along the axis whose elements are neighbours in memory.
    depthFirst: core.left.depthStride === 1,
    inside: (item) => `block_row + ${item} < ${rows}`,
    element: (item, k) =>
      `${left}[${leftBase} + (block_row + ${item}) * ${shader.word('row_stride', core.left.stride)} + ${k} * ${shader.word('left_step', core.left.depthStride)}]`,
    depth,
  });
  loadBlock(blocks, {
    name: 'right_block',
    size: blockColumns,
    invocations,
    depthFirst: core.right.depthStride === 1,
    inside: (item) => `block_column + ${item} < ${columns}`,
    element: (item, k) =>
      `${right}[${rightBase} + (block_column + ${item}) * ${shader.word('column_stride', core.right.stride)} + ${k} * ${shader.word('right_step', core.right.depthStride)}]`,
    depth,
  });
  blocks.line('workgroupBarrier();');
  const inner = blocks.block(`for (var k = 0u; k < ${BLOCK_DEPTH}u; k++)`);
  for (let j = 0; j < tile.columns; j++) {
    // Columns of the block are dealt out in turn, so that neighbours read neighbours.
    inner.line(`let b${j} = right_block[k * ${blockColumns}u + local.x * ${tile.columns}u + ${j}u];`);
  }
  for (let i = 0; i < tile.rows; i++) {
    inner.line(`let a${i} = left_block[k * ${blockRows}u + local.y * ${tile.rows}u + ${i}u];`);
    for (let j = 0; j < tile.columns; j++) inner.line(`sums[${i * tile.columns + j}] += a${i} * b${j};`);
  }
  blocks.line('workgroupBarrier();');
  return (i, j) => `sums[${i} * ${tile.columns}u + ${j}]`;
}

interface BlockLoad {
  readonly name: string;
  /** Rows or columns of the block. */
  readonly size: number;
  readonly invocations: number;
  readonly depthFirst: boolean;
  inside(item: string): string;
  element(item: string, k: string): string;
  readonly depth: string;
}

function loadBlock(blocks: MatmulWriter['main'], load: BlockLoad): void {
  const { name, size, invocations, depthFirst } = load;
  const loop = blocks.block(`for (var at = lane; at < ${size * BLOCK_DEPTH}u; at += ${invocations}u)`);
  loop.line(depthFirst ? `let item = at / ${BLOCK_DEPTH}u;` : `let item = at % ${size}u;`);
  loop.line(depthFirst ? `let step = at % ${BLOCK_DEPTH}u;` : `let step = at / ${size}u;`);
  loop.line('var element = 0.0;');
  loop.line(
    `if (${load.inside('item')} && start + step < ${load.depth}) { element = ${load.element('item', '(start + step)')}; }`,
  );
  loop.line(`${name}[step * ${size}u + item] = element;`);
}
