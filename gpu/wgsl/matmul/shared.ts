/**
 * Matmul through workgroup memory: the workgroup loads blocks of both operands once, and every invocation reads them
 * from there. The family of GPUs with caches too small for the register tile's reads. Elements outside are zeros.
 */
import { PART_STEPS, type MatrixOperand } from '../../ir/kernel.ts';
import type { MatmulWriter, ProductAt } from './matmul.ts';

/** Steps of k in one block; none is in two parts. */
const BLOCK_DEPTH = PART_STEPS;

/** A right matrix, and the condition on which this workgroup multiplies by it; absent where there is but one. */
export interface RightMatrix {
  readonly operand: MatrixOperand;
  /** Position of its first element in this batch. */
  readonly base: string;
  readonly condition?: string;
}

/** @param rights Alike in `depthStride` 1 or not. */
export function sharedProducts(
  { core, tile, shader, main, rows, columns, depth, steps, leftBase }: Omit<MatmulWriter, 'rightBase' | 'walk'>,
  rights: readonly RightMatrix[],
): ProductAt {
  const blockRows = tile.rows * tile.down;
  const blockColumns = tile.columns * tile.across;
  const invocations = tile.across * tile.down;
  shader.declare(`var<workgroup> left_block: array<f32, ${blockRows * BLOCK_DEPTH}>;`);
  shader.declare(`var<workgroup> right_block: array<f32, ${blockColumns * BLOCK_DEPTH}>;`);
  const left = shader.read(core.left.value, 'f32');
  main.line(`var sums: array<f32, ${tile.rows * tile.columns}>;`);
  main.line(`let lane = local.y * ${tile.across}u + local.x;`);
  main.line(`let block_row = first_row - local.y * ${tile.rows}u;`);
  main.line(`let block_column = first_column - local.x * ${tile.columns}u;`);
  const blocks = main.block(`for (var start = ${steps.first}; start < ${steps.end}; start += ${BLOCK_DEPTH}u)`);
  loadBlock(blocks, {
    name: 'left_block',
    size: blockRows,
    invocations,
    // Neighbouring invocations read along the axis whose elements are neighbours in memory.
    depthFirst: core.left.depthStride === 1,
    inside: (item) => `block_row + ${item} < ${rows}`,
    elements: (item, k) => [
      {
        text: left.at(
          `${leftBase} + (block_row + ${item}) * ${shader.word('row_stride', core.left.stride)} + ${k} * ${shader.word('left_step', core.left.depthStride)}`,
        ),
      },
    ],
    depth,
  });
  loadBlock(blocks, {
    name: 'right_block',
    size: blockColumns,
    invocations,
    depthFirst: core.right.depthStride === 1,
    inside: (item) => `block_column + ${item} < ${columns}`,
    elements: (item, k) =>
      rights.map(({ operand, base, condition }) => {
        const right = shader.read(operand.value, 'f32');
        const across = `(block_column + ${item}) * ${shader.word('column_stride', operand.stride)}`;
        const along = `${k} * ${shader.word('right_step', operand.depthStride)}`;
        return { text: right.at(`${base} + ${across} + ${along}`), condition };
      }),
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
  /** WGSL of the element, for each matrix that the workgroup may have. */
  elements(item: string, k: string): { readonly text: string; readonly condition?: string | undefined }[];
  readonly depth: string;
}

function loadBlock(blocks: MatmulWriter['main'], load: BlockLoad): void {
  const { name, size, invocations, depthFirst } = load;
  const loop = blocks.block(`for (var at = lane; at < ${size * BLOCK_DEPTH}u; at += ${invocations}u)`);
  loop.line(depthFirst ? `let item = at / ${BLOCK_DEPTH}u;` : `let item = at % ${size}u;`);
  loop.line(depthFirst ? `let step = at % ${BLOCK_DEPTH}u;` : `let step = at / ${size}u;`);
  loop.line('var element = 0.0;');
  const inside = loop.block(`if (${load.inside('item')} && start + step < ${load.depth})`);
  for (const { text, condition } of load.elements('item', '(start + step)')) {
    inside.line(condition === undefined ? `element = ${text};` : `if (${condition}) { element = ${text}; }`);
  }
  loop.line(`${name}[step * ${size}u + item] = element;`);
}
