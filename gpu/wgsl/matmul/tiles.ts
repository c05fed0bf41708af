/**
 * How a matmul is cut up: the one description that its WGSL is generated from. The families, and the tiles that there are
 * of each; which one runs is measured, not guessed from the adapter's name.
 */
import type { MatrixOperand } from '../../ir/kernel.ts';

interface Tile {
  /** Rows and columns of the result that one invocation computes. */
  readonly rows: number;
  readonly columns: number;
  /** Invocations of a workgroup along columns and rows. */
  readonly across: number;
  readonly down: number;
  /** Name of the tile that takes its place in a plan of so much work that its longer time to compile is worth it. */
  readonly larger?: string;
  /** Into how many parts sums are cut where else the workgroups would be too few for a GPU; absent: never. */
  readonly parts?: number;
}

/** No barrier, operands straight from memory. */
export interface RegisterTile extends Tile {
  readonly family: 'register';
  /**
   * The invocations across are a subgroup, of four or more: each reads one step of a row and tells the others. For adapters
   * that read number by number, where reading what the neighbour has read costs as much as reading something else.
   */
  readonly shared?: true;
  /** Vectors that a sum takes before it is stored, where the depth allows it; one unless given. */
  readonly vectors?: 2;
  /**
   * Vectors of the right matrix are texels, where it is a weight that shaders may have as a texture. For the same adapters:
   * they read a texel as a whole.
   */
  readonly texels?: true;
}

/** Blocks of the operands in workgroup memory. */
export interface SharedTile extends Tile {
  readonly family: 'shared';
  /** Steps of a block; `PART_STEPS` is a multiple of it. */
  readonly depth: 8 | 16;
  /** Of each block: with two the next block is loaded while one is multiplied, and half as many barriers are waited for. */
  readonly buffers: 1 | 2;
}

/** As many invocations as lanes share out the steps of each sum: for so few rows that memory is what is waited for. */
export interface VectorTile extends Tile {
  readonly family: 'vector';
  readonly down: 1;
  /** A power of 2. */
  readonly lanes: number;
  /** Whether subgroups add up what their lanes have, before workgroup memory does the rest. */
  readonly subgroups: boolean;
}

/**
 * Blocks in workgroup memory, which subgroups multiply by the small matrices of the adapter (`AdapterTraits.matrices`). Rows
 * and columns are those of a subgroup, across and down are subgroups.
 */
export interface MatrixTile extends Tile {
  readonly family: 'matrix';
  /** Steps of a block; `PART_STEPS` is a multiple of it. */
  readonly depth: 16;
}

export type MatmulTile = RegisterTile | SharedTile | VectorTile | MatrixTile;

const TOGETHER = { family: 'register', across: 4, down: 2, shared: true, texels: true } as const;
const SHARED_4X4 = { family: 'shared', rows: 4, columns: 4, across: 16, down: 16, depth: 16 } as const;
const MATRIX_32X32 = { family: 'matrix', rows: 32, columns: 32, across: 2, down: 2, depth: 16 } as const;
const SHARED_8X8 = { family: 'shared', rows: 8, columns: 8, across: 16, down: 16 } as const;

/** By name, the names that tuning results keep. */
export const MATMUL_TILES: Readonly<Record<string, MatmulTile>> = {
  // Small workgroups, because each is tens of milliseconds of work for one core of a software adapter.
  'register 14x12': { family: 'register', rows: 14, columns: 12, across: 4, down: 4 },
  // About the largest whose loop, of 33 KB where SwiftShader writes it, is not too long for a cache of instructions.
  'register 11x6 subgroups': { ...TOGETHER, rows: 11, columns: 6, larger: 'register 20x16 subgroups' },
  // Far too long for it, and all the same a twentieth faster: it reads less.
  'register 20x16 subgroups': { ...TOGETHER, rows: 20, columns: 16, vectors: 2 },
  // By eights: a row costs an eighth of what a column does, so it has many, as many as divide the 196 patches of a picture.
  'register 28x6 subgroups': { family: 'register', rows: 28, columns: 6, across: 8, down: 1, shared: true },
  'register 8x8': { family: 'register', rows: 8, columns: 8, across: 8, down: 8 },
  'register 8x4': { family: 'register', rows: 8, columns: 4, across: 8, down: 8 },
  'register 4x4': { family: 'register', rows: 4, columns: 4, across: 8, down: 8 },
  'register 4x8': { family: 'register', rows: 4, columns: 8, across: 16, down: 1 },
  'register 4x8 texels': { family: 'register', rows: 4, columns: 8, across: 16, down: 1, texels: true },
  'shared 4x4': { ...SHARED_4X4, buffers: 1 },
  'shared 4x4 double': { ...SHARED_4X4, buffers: 2 },
  'shared 8x8': { ...SHARED_8X8, depth: 16, buffers: 1 },
  'shared 8x8 double': { ...SHARED_8X8, depth: 8, buffers: 2 },
  'shared 4x4 in 4 parts': { ...SHARED_4X4, buffers: 1, parts: 4 },
  'shared 4x4 in 8 parts': { ...SHARED_4X4, buffers: 1, parts: 8 },
  'shared 4x4 in 16 parts': { ...SHARED_4X4, buffers: 1, parts: 16 },
  'vector 2': { family: 'vector', rows: 4, columns: 2, across: 1, down: 1, lanes: 64, subgroups: false },
  'vector 4': { family: 'vector', rows: 4, columns: 4, across: 1, down: 1, lanes: 64, subgroups: false },
  'vector 2 subgroups': { family: 'vector', rows: 4, columns: 2, across: 1, down: 1, lanes: 64, subgroups: true },
  'vector 4 subgroups': { family: 'vector', rows: 4, columns: 4, across: 1, down: 1, lanes: 64, subgroups: true },
  'matrix 32x32': MATRIX_32X32,
  'matrix 32x32 in 8 parts': { ...MATRIX_32X32, parts: 8 },
};

/** Rows up to which a result is thin, and a tile takes no more than there are. */
export const THIN_ROWS = 4;

/** Invocations along columns, and lanes, where neighbouring numbers of the right matrix are neighbouring columns. */
const ACROSS_COLUMNS = { across: 8, lanes: 16, columns: 4, subgroups: false, parts: 8 } as const;

/** The tile as it serves this product: without rows that a thin one does not have, its lanes as the right matrix lies. */
export function fittedTile(tile: MatmulTile, { rows, right }: ThinProduct): MatmulTile {
  if (tile.family === 'shared' || tile.family === 'matrix') return tile;
  const own = rows <= THIN_ROWS ? { ...tile, rows: Math.min(tile.rows, rows), down: 1 as const } : tile;
  return own.family === 'vector' && right.depthStride !== 1 ? { ...own, ...ACROSS_COLUMNS } : own;
}

interface ThinProduct {
  readonly rows: number;
  readonly right: Pick<MatrixOperand, 'depthStride'>;
}
