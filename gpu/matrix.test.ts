/**
 * What is written for the matrices of subgroups is taken by the compiler: by that of Dawn's null backend, which knows them
 * and computes nothing.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { create } from 'webgpu';
import { compile } from './compile.ts';
import type { AdapterTraits, SubgroupMatrix } from './plan.ts';
import { APPLE, MATRIX_PRODUCTS, matrixPlan, TILE, TILE_IN_PARTS } from './testing/matrix-plans.ts';
import { productGraph } from './testing/products.ts';
import { tileCandidates } from './wgsl/matmul/choose.ts';
import { MATMUL_TILES } from './wgsl/matmul/tiles.ts';

const INTEL: SubgroupMatrix = { operands: 'f16', rows: 8, columns: 16, depth: 16 };
const NVIDIA: SubgroupMatrix = { operands: 'f16', rows: 16, columns: 16, depth: 16 };
const LAVAPIPE: SubgroupMatrix = { operands: 'f16', rows: 8, columns: 8, depth: 8 };

/** Of 32 invocations, as subgroups of Apple and NVIDIA are. */
const TRAITS = { software: false, subgroups: true, subgroupSize: 32 };

describe('by the compiler', () => {
  // It goes with its devices when it is collected.
  const gpu = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
  let device: GPUDevice;
  beforeAll(async () => {
    const adapter = await gpu.requestAdapter();
    const features = ['subgroups', 'shader-f16', 'chromium-experimental-subgroup-matrix'] as GPUFeatureName[];
    device = await adapter!.requestDevice({ requiredFeatures: features });
  });

  const expectTaken = async (code: string): Promise<void> => {
    const module = device.createShaderModule({ code });
    expect((await module.getCompilationInfo()).messages.map(({ message }) => message)).toEqual([]);
    await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  };

  describe.each([APPLE, NVIDIA, LAVAPIPE, INTEL])('of $operands, $rows × $columns × $depth', (matrix) => {
    const adapter = { limits: DEFAULT_LIMITS, traits: TRAITS, matrix };
    test.each(MATRIX_PRODUCTS)('%s', (_, product) => {
      return expectTaken(matrixPlan(product, TILE, adapter).shaders[0]!.wgsl);
    });

    test('sums in parts', async () => {
      const plan = matrixPlan({ rows: 64, depth: 1024, columns: 64 }, TILE_IN_PARTS, adapter);
      expect(plan.steps.map(({ label }) => label)).toEqual(['matmul in 8 parts', 'sum of 8 parts']);
      await expectTaken(plan.shaders[0]!.wgsl);
    });
  });

  test.each([
    ['Left = subgroup_matrix_left<f32, 8, 8>', 'Left = subgroup_matrix_left<f32, 4, 8>', 'no matching call to'],
    ['own_column = subgroup %', 'own_column = subgroup_lane %', 'uniform'],
    ['if (strip == 0u)', 'if (lane == 0u)', 'uniform'],
  ])('which refuses what is wrong: %s', async (right, wrong, message) => {
    const adapter = { limits: DEFAULT_LIMITS, traits: TRAITS, matrix: APPLE };
    const { wgsl } = matrixPlan({ rows: 64, depth: 32, columns: 64 }, TILE, adapter).shaders[0]!;
    expect(wgsl).toContain(right);
    device.pushErrorScope('validation');
    device.createShaderModule({ code: wgsl.replace(right, wrong) });
    expect((await device.popErrorScope())?.message).toContain(message);
  });
});

describe('a tile of them runs', () => {
  const candidates = (matrices: readonly SubgroupMatrix[], operands: 'f32' | 'f16', subgroupSize = 32): string[] => {
    return tileCandidates('large', { ...TRAITS, subgroupSize, matrices }, operands).filter(isMatrix);
  };

  test('where the adapter has some of what the operands are in memory, or of f32', () => {
    expect(candidates([], 'f32')).toEqual([]);
    expect(candidates([APPLE], 'f32')).toEqual([TILE]);
    expect(candidates([APPLE], 'f16')).toEqual([TILE]);
    expect(candidates([NVIDIA], 'f16')).toEqual([TILE]);
    // Numbers of f32 would be rounded.
    expect(candidates([NVIDIA], 'f32')).toEqual([]);
  });

  test('where subgroups are of one size, and the matrices fit', () => {
    expect(candidates([APPLE], 'f32', 64)).toEqual([TILE]);
    expect(candidates([APPLE], 'f32', 0)).toEqual([]);
    expect(candidates([APPLE], 'f32', 128)).toEqual([]);
    expect(candidates([{ ...APPLE, rows: 12 }], 'f32')).toEqual([]);
    expect(candidates([{ ...APPLE, depth: 32 }], 'f32')).toEqual([]);
    // More than the 16 KiB that every workgroup has.
    expect(candidates([{ ...APPLE, rows: 32 }], 'f32')).toEqual([]);
    expect(candidates([{ ...APPLE, rows: 12 }, APPLE], 'f32')).toEqual([TILE]);
  });

  test('by itself on a GPU whose matrices somebody asked for, for what is large', () => {
    const shaderOf = (rows: number, traits: Partial<AdapterTraits>): string => {
      const { graph } = productGraph({ rows, depth: 1024, columns: 1024 });
      const tuning = { adapter: '', matmul: {}, traits: { ...TRAITS, matrices: [APPLE], ...traits } };
      return compile(graph, { limits: DEFAULT_LIMITS, tuning, keep: 'outputs' }).shaders[0]!.wgsl;
    };
    expect(shaderOf(1024, {})).toContain('subgroup_matrix');
    expect(shaderOf(64, {})).not.toContain('subgroup_matrix');
    expect(shaderOf(1024, { software: true })).not.toContain('subgroup_matrix');
    expect(shaderOf(1024, { matrices: [NVIDIA] })).not.toContain('subgroup_matrix');
  });
});

function isMatrix(name: string): boolean {
  return MATMUL_TILES[name]!.family === 'matrix';
}
