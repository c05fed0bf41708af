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
  const { rows } = core.kind === 'siblings' ? core.members[0]!.core : core.kind === 'matmul' ? core : { rows: 0 };
  const shape = shapeClass(rows, workload);
  return MATMUL_TILES[tuning.matmul[shape] ?? ''] ?? MATMUL_TILES[DEFAULT_TILES[shape]]!;
}

/**
 * Why matmuls of one left matrix are better off each in a dispatch of its own, if they are. No number says which buffer is
 * read: in workgroup memory that concerns a line that loads, in registers the whole loop. Measured with three of them:
 * SwiftShader takes four times as long for the pipeline, lavapipe five times (0.3 and 1.4 s more of processor time for
 * 8 × 4 sums), and the two dispatches that are saved a fraction of a millisecond.
 */
export function whyNoSiblings({ family }: MatmulTile): string | undefined {
  if (family === 'shared') return undefined;
  return 'this tile would be written out for each, which takes longer to compile than a dispatch costs';
}
