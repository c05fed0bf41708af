/**
 * Matmul through workgroup memory: the workgroup loads blocks of both operands once, and every invocation reads them
 * from there. The family of GPUs with caches too small for the register tile's reads. Elements outside are zeros.
 */
import type { MatrixOperand } from '../../ir/kernel.ts';
import type { FloatStorage } from '../../ir/storage.ts';
import type { Scope } from '../scope.ts';
import type { MatmulWriter, ProductAt } from './matmul.ts';
import { alongColumns, alongDepth } from './register.ts';
import type { SharedTile } from './tiles.ts';

/** A right matrix, and the condition on which this workgroup multiplies by it; absent where there is but one. */
export interface RightMatrix {
  readonly operand: MatrixOperand;
  /** Position of its first element in this batch. */
  readonly base: string;
  readonly condition?: string;
  readonly columns: number;
}

/** @param rights Alike in `depthStride` 1 or not. */
export function sharedProducts(
  writer: Omit<MatmulWriter, 'right' | 'rightBase' | 'walk' | 'tile'>,
  tile: SharedTile,
  rights: readonly RightMatrix[],
): ProductAt {
  const { core, shader, main, rows, columns, depth, steps, leftBase } = writer;
  const lefts = [{ operand: core.left, base: leftBase, columns: core.rows }];
  const sizes: BlockSizes = { depth: tile.depth, invocations: tile.across * tile.down, element: 'f32' };
  const [down, across] = [tile.rows * tile.down, tile.columns * tile.across];
  const blocks = [
    operandBlock(writer, sizes, 'left', down, lefts, (item) => `block_row + ${item} < ${rows}`),
    operandBlock(writer, sizes, 'right', across, rights, (item) => `block_column + ${item} < ${columns}`),
  ];
  for (const { name, size } of blocks) {
    shader.declare(`var<workgroup> ${name}_block: array<f32, ${size * tile.depth * tile.buffers}>;`);
  }
  main.line(`var sums: array<f32, ${tile.rows * tile.columns}>;`);
  main.line(`let lane = local.y * ${tile.across}u + local.x;`);
  main.line(`let block_row = first_row - local.y * ${tile.rows}u;`);
  main.line(`let block_column = first_column - local.x * ${tile.columns}u;`);
  for (const { places } of blocks) places();
  const fetch = (scope: Scope, start: string): void => {
    for (const each of blocks) each.fetch(scope, start, depth);
  };
  const put = (scope: Scope, buffer: string): void => {
    for (const each of blocks) each.put(scope, buffer);
  };
  if (tile.buffers === 1) {
    const loop = main.block(`for (var start = ${steps.first}; start < ${steps.end}; start += ${tile.depth}u)`);
    fetch(loop, 'start');
    put(loop, '0u');
    loop.line('workgroupBarrier();');
    multiply(loop, tile, '0u');
    loop.line('workgroupBarrier();');
  } else {
    // While a block is multiplied, the next one is on its way; it lands where nobody reads any more.
    const first = main.block('');
    fetch(first, steps.first);
    put(first, '0u');
    main.line('workgroupBarrier();');
    main.line('var current = 0u;');
    const loop = main.block(`for (var start = ${steps.first}; start < ${steps.end}; start += ${tile.depth}u)`);
    fetch(loop, `(start + ${tile.depth}u)`);
    multiply(loop, tile, 'current');
    loop.line('current = 1u - current;');
    put(loop, 'current');
    loop.line('workgroupBarrier();');
  }
  return (i, j) => `sums[${i} * ${tile.columns}u + ${j}]`;
}

/** Adds the products of one block to the sums. */
function multiply(scope: Scope, tile: SharedTile, buffer: string): void {
  const [rows, columns] = [tile.rows * tile.down, tile.columns * tile.across];
  const inner = scope.block(
    `for (var k = ${buffer} * ${tile.depth}u; k < ${buffer} * ${tile.depth}u + ${tile.depth}u; k++)`,
  );
  for (let j = 0; j < tile.columns; j++) {
    // Columns of the block are dealt out in turn, so that neighbours read neighbours.
    inner.line(`let b${j} = right_block[k * ${columns}u + local.x * ${tile.columns}u + ${j}u];`);
  }
  for (let i = 0; i < tile.rows; i++) {
    inner.line(`let a${i} = left_block[k * ${rows}u + local.y * ${tile.rows}u + ${i}u];`);
    for (let j = 0; j < tile.columns; j++) inner.line(`sums[${i * tile.columns + j}] += a${i} * b${j};`);
  }
}

/** What is loaded at once, and by how many. */
export interface BlockSizes {
  readonly depth: number;
  readonly invocations: number;
  /** What its elements are in workgroup memory. */
  readonly element: FloatStorage;
}

/** A block of one operand, [step, item] in workgroup memory: how its elements come there. */
export interface Block {
  readonly name: string;
  /** Rows or columns. */
  readonly size: number;
  /** Writes which elements this invocation brings. */
  readonly places: () => void;
  /** Reads them into variables: those of the block that begins at step `start`. */
  readonly fetch: (scope: Scope, start: string, depth: string) => void;
  /** Writes the variables to the block's buffer of this number. */
  readonly put: (scope: Scope, buffer: string) => void;
}

/** Takes `lane`, the invocation's number in the workgroup, `block_row` and `block_column`, where its blocks begin. */
export function operandBlock(
  { core, shader, main }: Pick<MatmulWriter, 'core' | 'shader' | 'main'>,
  { depth: blockDepth, invocations, element: stored }: BlockSizes,
  name: 'left' | 'right',
  size: number,
  matrices: readonly RightMatrix[],
  inside: (item: string) => string,
): Block {
  // Neighbouring invocations read along the axis whose elements are neighbours in memory, by vectors where they can.
  const depthFirst = matrices[0]!.operand.depthStride === 1;
  const together = ({ operand, columns }: RightMatrix): boolean =>
    depthFirst ? alongDepth(operand, core.depth) : alongColumns(operand, columns);
  const width = matrices.every(together) ? 4 : 1;
  const read = matrices.map(({ operand, base, condition }) => {
    const [stride, step] = [shader.word('stride', operand.stride), shader.word('step', operand.depthStride)];
    const elements = shader.read(operand.value, 'f32', width);
    return (item: string, k: string, variable: string): string => {
      const position = `${base} + (${item}) * ${stride} + (${k}) * ${step}`;
      const element = elements.at(width === 1 ? position : `(${position}) / ${width}u`);
      return `${condition === undefined ? '' : `if (${condition}) `}{ ${variable} = ${element}; }`;
    };
  });
  const turns = Array.from({ length: Math.ceil((size * blockDepth) / width / invocations) }, (_, turn) => turn);
  const line = (depthFirst ? blockDepth : size) / width;
  const vector = width === 1 ? '' : ` * ${width}u`;
  return {
    name,
    size,
    places: () => {
      for (const turn of turns) {
        const at = `(lane + ${turn * invocations}u)`;
        const [along, across] = [`${at} % ${line}u${vector}`, `${at} / ${line}u`];
        main.line(`let ${name}_item_${turn} = ${depthFirst ? across : along};`);
        main.line(`let ${name}_step_${turn} = ${depthFirst ? along : across};`);
      }
    },
    fetch: (scope, start, depth) => {
      for (const turn of turns) {
        const [item, step] = [`${name}_item_${turn}`, `${start} + ${name}_step_${turn}`];
        scope.line(`var ${name}_${turn} = ${width === 1 ? '0.0' : 'vec4f()'};`);
        const reads = scope.block(`if (${inside(item)} && ${step} < ${depth})`);
        for (const element of read) {
          reads.line(element(`block_${name === 'left' ? 'row' : 'column'} + ${item}`, step, `${name}_${turn}`));
        }
      }
    },
    put: (scope, buffer) => {
      for (const turn of turns) {
        for (let c = 0; c < width; c++) {
          const [item, step] = [`${name}_item_${turn}`, `${name}_step_${turn}`];
          const at = depthFirst ? `(${step} + ${c}u) * ${size}u + ${item}` : `${step} * ${size}u + ${item} + ${c}u`;
          const number = width === 1 ? `${name}_${turn}` : `${name}_${turn}[${c}]`;
          const element = stored === 'f16' ? `f16(${number})` : number;
          scope.line(`${name}_block[${buffer} * ${size * blockDepth}u + ${at}] = ${element};`);
        }
      }
    },
  };
}
