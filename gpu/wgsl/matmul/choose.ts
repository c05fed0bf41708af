/** Which tile a matmul gets: what was measured for its class of shapes, or what is best where nothing was. */
import type { KernelCore } from '../../ir/kernel.ts';
import { MATMUL_TILES, type MatmulTile } from './tiles.ts';

/** Classes of shapes that are measured apart. */
export const SHAPE_CLASSES = ['thin', 'small', 'large'] as const;
export type ShapeClass = (typeof SHAPE_CLASSES)[number];

/** Multiply-adds of a whole plan below which a tile's compile time counts for more than its speed. */
const SMALL_PLAN = 4e8;

/** @param workload FLOPs of the whole plan. */
export function shapeClass(rows: number, workload: number): ShapeClass {
  if (rows <= 4) return 'thin';
  return workload < SMALL_PLAN ? 'small' : 'large';
}

/** Until something was measured: the barrier-free family, best on software adapters and good on some GPUs. */
export const DEFAULT_TILES: Readonly<Record<ShapeClass, string>> = {
  thin: 'register 4x4',
  small: 'register 8x4',
  large: 'register 14x12',
};

export function chooseTile(
  core: KernelCore,
  tuning: { readonly matmul: Readonly<Record<string, string>> },
  workload: number,
): MatmulTile {
  const shape = shapeClass(core.kind === 'matmul' ? core.rows : 0, workload);
  return MATMUL_TILES[tuning.matmul[shape] ?? ''] ?? MATMUL_TILES[DEFAULT_TILES[shape]]!;
}
