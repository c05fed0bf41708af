/** Which tile a matmul gets: what was measured for its class of shapes, or what suits the adapter where nothing was. */
import { PART_STEPS, type DepthParts, type KernelCore } from '../../ir/kernel.ts';
import type { FloatStorage, Halves } from '../../ir/storage.ts';
import type { AdapterTraits, Tuning } from '../../plan.ts';
import { readsTogether } from '../subgroups.ts';
import { operandStorage, subgroupMatrix } from './matrix.ts';
import { gridOf, type MatmulCore } from './matmul.ts';
import { fittedTile, MATMUL_TILES, THIN_ROWS, type MatmulTile } from './tiles.ts';

/** Classes of shapes that are measured apart. */
export const SHAPE_CLASSES = ['thin', 'deep', 'small', 'large'] as const;
export type ShapeClass = (typeof SHAPE_CLASSES)[number];

/** FLOPs of a whole plan below which a tile's compile time counts for more than its speed. */
const SMALL_PLAN = 4e8;
/**
 * FLOPs from which on a tile's larger one is taken: there a run is a twentieth faster, some 0.2 s, and half a second of
 * processor time is paid once for each shader.
 */
const LARGE_PLAN = 3e10;

/** Steps from which on a sum is long. */
const LONG_DEPTH = 1024;
/** Results, in blocks of 64 × 64, that leave a GPU idle. */
const FEW_BLOCKS = 32;
/** Workgroups that keep one busy. */
const BUSY_GROUPS = 128;
/** Steps below which adding up parts costs more than it gains. */
const SHORTEST_PART = 128;

/** @param workload FLOPs of the whole plan. */
export function shapeClass({ batch, rows, columns, depth }: Sizes, workload: number): ShapeClass {
  if (rows <= THIN_ROWS) return 'thin';
  const blocks = batch * Math.ceil(rows / 64) * Math.ceil(columns / 64);
  if (depth >= LONG_DEPTH && blocks <= FEW_BLOCKS) return 'deep';
  return bySize(workload);
}

type Sizes = Pick<MatmulCore, 'batch' | 'rows' | 'columns' | 'depth'>;

function bySize(workload: number): 'small' | 'large' {
  return workload < SMALL_PLAN ? 'small' : 'large';
}

/** What tuning results name a class by, of products whose right matrix is stored so. */
export function tuningKey(shape: ShapeClass, storage: FloatStorage): string {
  return storage === 'f32' ? shape : `${shape} ${storage}`;
}

/**
 * The tiles that may be best for a class, by family, each beginning with the one that speaks for it. The first that can run
 * is taken where the CPU computes, or nothing is known of the adapter: measured by bench/matmul.ts, one to four rows by 4 × 8
 * sums are 1.2 to 2.1 times as fast as by 4 × 4 in squares of invocations on SwiftShader, 1.0 to 1.7 times on lavapipe.
 */
const CANDIDATES: Readonly<Record<ShapeClass, readonly string[]>> = {
  thin: [
    'register 4x8',
    'register 4x8 texels',
    'register 4x4',
    'vector 4',
    'vector 2',
    'vector 4 subgroups',
    'vector 2 subgroups',
  ],
  deep: [
    'register 11x6 subgroups',
    'register 28x6 subgroups',
    'register 14x12',
    'shared 4x4 in 8 parts',
    'shared 4x4 in 16 parts',
    'shared 4x4 in 4 parts',
    'shared 4x4',
    'matrix 32x32 in 8 parts',
  ],
  small: ['register 11x6 subgroups', 'register 8x4', 'register 4x4', 'register 8x8', 'shared 4x4', 'shared 4x4 double'],
  large: [
    'register 11x6 subgroups',
    'register 28x6 subgroups',
    'register 14x12',
    'register 8x8',
    'shared 4x4 double',
    'shared 8x8',
    'shared 8x8 double',
    'matrix 32x32',
  ],
};

/** On a GPU of which nothing was measured. */
const GPU_TILES: Readonly<Record<ShapeClass, string>> = {
  thin: 'vector 4',
  deep: 'shared 4x4 in 8 parts',
  small: 'shared 4x4',
  large: 'shared 4x4 double',
};

/** There, for results that are enough for so large a tile to keep it busy. */
const LARGEST = 'shared 8x8 double';

/** There, where its subgroups multiply matrices. */
const MATRICES = 'matrix 32x32';

/**
 * Names of the tiles to measure for a class.
 * @param operands What both operands are in memory, where they are alike.
 */
export function tileCandidates(
  shape: ShapeClass,
  traits: AdapterTraits | undefined,
  operands: FloatStorage = 'f32',
): string[] {
  return CANDIDATES[shape].filter((name) => canRun(MATMUL_TILES[name]!, traits, operands));
}

/** What was measured of f32 serves f16 too, until that was measured. */
export function chooseTile(core: KernelCore, { matmul, traits }: Tuning, workload: number, halves: Halves): MatmulTile {
  const product = core.kind === 'siblings' ? core.members[0]!.core : core;
  const isProduct = product.kind === 'matmul';
  const sizes = isProduct ? product : NO_SIZES;
  const shape = shapeClass(sizes, workload);
  const storage = isProduct && halves.values.has(product.right.value) ? 'f16' : 'f32';
  const measured = MATMUL_TILES[matmul[tuningKey(shape, storage)] ?? matmul[shape] ?? ''];
  const operands = isProduct ? operandStorage(product, halves) : 'f32';
  const runs = measured && canRun(measured, traits, operands);
  const tile = runs ? measured : MATMUL_TILES[defaultTile(shape, sizes, workload, traits, operands)]!;
  return tile.larger !== undefined && workload >= LARGE_PLAN ? MATMUL_TILES[tile.larger]! : tile;
}

const NO_SIZES: Sizes = { batch: 0, rows: 0, columns: 0, depth: 0 };

/** What a matmul's sums are cut into by this tile; undefined: they are not. */
export function chooseParts(core: MatmulCore, given: MatmulTile): DepthParts | undefined {
  const tile = fittedTile(given, core);
  const wanted = Math.min(
    tile.parts ?? 1,
    Math.floor(BUSY_GROUPS / workgroups(core, tile)),
    Math.floor(core.depth / SHORTEST_PART),
  );
  if (wanted < 2) return undefined;
  const length = Math.ceil(core.depth / wanted / PART_STEPS) * PART_STEPS;
  return { count: Math.ceil(core.depth / length), length };
}

function defaultTile(
  shape: ShapeClass,
  sizes: Sizes,
  workload: number,
  traits: AdapterTraits | undefined,
  operands: FloatStorage,
): string {
  if (!traits || traits.software) return tileCandidates(shape === 'deep' ? bySize(workload) : shape, traits)[0]!;
  // Nobody has an adapter's matrices who did not ask for them.
  if (shape === 'large' && canRun(MATMUL_TILES[MATRICES]!, traits, operands)) return MATRICES;
  if (shape === 'large' && workgroups(sizes, MATMUL_TILES[LARGEST]!) >= BUSY_GROUPS) return LARGEST;
  const name = GPU_TILES[shape];
  const inSubgroups = `${name} subgroups`;
  return traits.subgroups && inSubgroups in MATMUL_TILES ? inSubgroups : name;
}

function workgroups(sizes: Sizes, tile: MatmulTile): number {
  const { across, down } = gridOf(sizes, tile);
  return across * down * sizes.batch;
}

/** Whether the adapter can run it, for operands that are both so in memory. */
export function canRun(tile: MatmulTile, traits: AdapterTraits | undefined, operands: FloatStorage): boolean {
  switch (tile.family) {
    case 'register':
      return tile.shared ? readsTogether(traits, tile.across) : !tile.texels || readsTogether(traits);
    case 'vector':
      return !tile.subgroups || traits?.subgroups === true;
    case 'shared':
      return true;
    case 'matrix':
      return subgroupMatrix(tile, traits, operands) !== undefined;
    default:
      return tile satisfies never;
  }
}

/**
 * Why matmuls of one left matrix are better off each in a dispatch of its own, if they are. No number says which buffer is
 * read: in workgroup memory that concerns a line that loads, in registers the whole loop. Measured with three of them:
 * SwiftShader takes four times as long for the pipeline, lavapipe five times (0.3 and 1.4 s more of processor time for
 * 8 × 4 sums), and the two dispatches that are saved a fraction of a millisecond.
 */
export function whyNoSiblings({ family }: MatmulTile): string | undefined {
  if (family === 'shared') return undefined;
  if (family === 'matrix') return 'the matrices of subgroups have one right matrix';
  return 'this tile would be written out for each, which takes longer to compile than a dispatch costs';
}
