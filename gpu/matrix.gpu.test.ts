/**
 * Matmuls by the matrices of subgroups against float64: by the adapter's own where it has some and they were asked for
 * (`PATCHBAY_SUBGROUP_MATRICES=1`; lavapipe of Mesa 26.2 has one of f16), else in plain WGSL with the same meaning. The
 * latter shows that indices, edges, barriers and epilogues are right. It cannot show how hardware adds up, nor how fast it
 * is; what the compiler says of the text itself stands in `matrix.test.ts`.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import type { AdapterTraits, SubgroupMatrix } from './plan.ts';
import { fromHalves, toHalves } from './runtime/half.ts';
import { emulateMatrices } from './testing/emulated-matrices.ts';
import { MATRIX_PRODUCTS, matrixGraph, matrixPlan, TILE, TILE_IN_PARTS } from './testing/matrix-plans.ts';
import { evaluateGraph, openTestEngine, relativeError, runPlan, type Leaves } from './testing/on-gpu.ts';
import type { Product } from './testing/products.ts';

const engine = await openTestEngine();
afterAll(() => engine.dispose());

const own = engine.tuning.traits?.matrices;

/** Not as high as wide, nor as deep, so that nothing that is turned round looks right. */
const EMULATED: readonly SubgroupMatrix[] = [
  { operands: 'f32', rows: 8, columns: 16, depth: 4 },
  ...(FULL ? [{ operands: 'f32', rows: 16, columns: 8, depth: 16 } as const] : []),
  ...(engine.info.shaderF16 ? [{ operands: 'f16', rows: 16, columns: 8, depth: 4 } as const] : []),
];

/** Of 32 invocations, as subgroups of Apple and NVIDIA are. */
const LANES = 32;
const traits: AdapterTraits = own ? engine.tuning.traits! : { software: false, subgroups: true, subgroupSize: LANES };

// Each is a pipeline that software adapters compile for seconds.
const FEW = new Set(['no step', 'odd sizes', 'by columns', 'over a batch']);
const products = MATRIX_PRODUCTS.filter(([name]) => FULL || own || FEW.has(name));

describe.each(own ?? EMULATED)('of $operands, $rows × $columns × $depth', (matrix) => {
  test.each(products)('%s', (_, product) => expectRight(product, TILE, matrix));

  test('in parts of an odd depth', () => {
    return expectRight({ rows: 5, depth: 300, columns: 7, epilogue: true }, TILE_IN_PARTS, matrix);
  });
});

async function expectRight(product: Product, tile: string, matrix: SubgroupMatrix): Promise<void> {
  const { graph, leaves } = matrixGraph(product);
  const plan = matrixPlan(product, tile, { limits: engine.info.limits, traits, matrix });
  const shaders = plan.shaders.map((shader) => {
    const isPlain = own || !shader.wgsl.includes('subgroup_matrix');
    return isPlain ? shader : { ...shader, wgsl: emulateMatrices(shader.wgsl, LANES) };
  });
  const got = await runPlan(engine, { ...plan, shaders }, leaves);
  const wanted = evaluateGraph(graph, matrix.operands === 'f16' ? asStored(leaves) : leaves);
  expect(relativeError(got.get('y')!, wanted.get('y')!)).toBeLessThan(5e-6);
}

/** The operands rounded as they are stored, so that what is left is the error of the kernel. */
function asStored(leaves: Leaves): Leaves {
  const rounded = ['x', 'w'].map((name) => {
    const numbers = Float32Array.from(leaves[name]!);
    const halves = new Uint16Array(numbers.length);
    toHalves(new Uint32Array(numbers.buffer), halves);
    return [name, Float64Array.from(fromHalves(halves))] as const;
  });
  return { ...leaves, ...Object.fromEntries(rounded) };
}
