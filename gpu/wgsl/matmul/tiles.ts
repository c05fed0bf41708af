/** The families of matmul kernels and their tiles; which one runs is measured, not guessed from the adapter's name. */

/** How a matmul is cut up among invocations. */
export interface MatmulTile {
  /** `register`: no barrier, operands straight from memory. `shared`: blocks of the operands in workgroup memory. */
  readonly family: 'register' | 'shared';
  /** Rows and columns of the result that one invocation computes. */
  readonly rows: number;
  readonly columns: number;
  /** Invocations of a workgroup along columns and rows. */
  readonly across: number;
  readonly down: number;
}

/** By name, the names that tuning results keep. */
export const MATMUL_TILES: Readonly<Record<string, MatmulTile>> = {
  // Small workgroups, because each is tens of milliseconds of work for one core of a software adapter.
  'register 14x12': { family: 'register', rows: 14, columns: 12, across: 4, down: 4 },
  'register 8x8': { family: 'register', rows: 8, columns: 8, across: 8, down: 8 },
  'register 8x4': { family: 'register', rows: 8, columns: 4, across: 8, down: 8 },
  'register 4x4': { family: 'register', rows: 4, columns: 4, across: 8, down: 8 },
  'shared 4x4': { family: 'shared', rows: 4, columns: 4, across: 16, down: 16 },
  'shared 8x8': { family: 'shared', rows: 8, columns: 8, across: 16, down: 16 },
};
