/** For tests of subgroup matrices: products of all kinds of edges, and their plans for an adapter that would have some. */
import { expect } from 'vitest';
import { compile } from '../compile.ts';
import type { AdapterTraits, Plan, SubgroupMatrix } from '../plan.ts';
import type { DeviceLimits } from '../runtime/types.ts';
import { SHAPE_CLASSES } from '../wgsl/matmul/choose.ts';
import { productGraph, type Product } from './products.ts';

export const TILE = 'matrix 32x32';
export const TILE_IN_PARTS = 'matrix 32x32 in 8 parts';

/** What GPUs of Apple report. */
export const APPLE: SubgroupMatrix = { operands: 'f32', rows: 8, columns: 8, depth: 8 };

export const MATRIX_PRODUCTS: readonly [string, Product][] = [
  ['one of everything', { rows: 1, depth: 1, columns: 1 }],
  ['no step', { rows: 3, depth: 0, columns: 5 }],
  ['a multiple of everything', { rows: 64, depth: 32, columns: 128 }],
  ['odd sizes', { rows: 67, depth: 37, columns: 71, epilogue: true }],
  ['odd sizes by columns', { rows: 13, depth: 29, columns: 17, columnsTogether: true }],
  ['by columns', { rows: 70, depth: 20, columns: 36, columnsTogether: true, epilogue: true }],
  ['over a batch', { batch: 2, rows: 33, depth: 20, columns: 68, batched: true, epilogue: true }],
];

/** Both operands as weights, so that plans store them as the matrices take them. */
export function matrixGraph(product: Product): ReturnType<typeof productGraph> {
  return productGraph({ ...product, weights: true });
}

export interface MatrixAdapter {
  readonly limits: DeviceLimits;
  readonly traits: AdapterTraits;
  readonly matrix: SubgroupMatrix;
}

/** The plan of a product by a tile of these matrices. */
export function matrixPlan(product: Product, tile: string, { limits, traits, matrix }: MatrixAdapter): Plan {
  const matmul = Object.fromEntries(SHAPE_CLASSES.map((name) => [name, tile]));
  const tuning = { adapter: '', matmul, traits: { ...traits, matrices: [matrix] } };
  const options = { limits, tuning, keep: 'outputs', storage: matrix.operands, shaderF16: true } as const;
  const plan = compile(matrixGraph(product).graph, options);
  const { operands, rows, columns, depth } = matrix;
  expect(plan.shaders[0]!.wgsl).toContain(`subgroup_matrix_left<${operands}, ${depth}, ${rows}>`);
  expect(plan.shaders[0]!.wgsl).toContain(`subgroup_matrix_right<${operands}, ${columns}, ${depth}>`);
  return plan;
}
