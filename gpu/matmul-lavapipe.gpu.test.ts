/**
 * Matmuls whose invocations read for each other by eights, on lavapipe where it is installed, whose subgroups are so large;
 * elsewhere by what the adapter of all these tests takes in their place.
 */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAVAPIPE } from '../scripts/lavapipe.ts';
import { compile } from './compile.ts';
import type { Engine } from './runtime/engine.ts';
import { evaluateGraph, openTestEngine, relativeError, runOnGpu } from './testing/on-gpu.ts';
import { productGraph } from './testing/products.ts';

// Read by the Vulkan loader when the first instance is made; this file has a process of its own.
if (existsSync(LAVAPIPE.VK_DRIVER_FILES)) Object.assign(process.env, LAVAPIPE);

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

test.each([
  ['even sizes', { rows: 56, depth: 64, columns: 96, epilogue: true }],
  ['odd rows and columns', { rows: 59, depth: 24, columns: 53 }],
  ['a depth that they do not share evenly', { rows: 31, depth: 12, columns: 7, epilogue: true }],
  ['a batch', { batch: 3, rows: 29, depth: 16, columns: 50, batched: true }],
  ['columns together', { rows: 30, depth: 16, columns: 20, columnsTogether: true }],
])('%s', async (_, product) => {
  const tile = 'register 28x6 subgroups';
  const tuning = { ...engine.tuning, matmul: { thin: tile, small: tile, deep: tile, large: tile } };
  const { graph, leaves } = productGraph(product);
  const got = await runOnGpu(engine, graph, leaves, { tuning });
  expect(relativeError(got.get('y')!, evaluateGraph(graph, leaves).get('y')!)).toBeLessThan(1e-6);
  const [shader] = compile(graph, { limits: engine.info.limits, tuning, keep: 'outputs' }).shaders;
  const shares = engine.tuning.traits!.subgroupSize === 8 && product.depth % 8 === 0 && !('columnsTogether' in product);
  if (shares) expect(shader!.wgsl).toMatch(/sums: array<f32, 168>[^]*subgroupBroadcast/);
});
