/** Matmuls by every tile there is, against their own evaluation in float64, and against themselves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile, type CompileOptions } from './compile.ts';
import { elementCount, type Graph, type ValueId } from './ir/types.ts';
import { broadcastTo } from './ops/broadcast.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { AdapterTraits, Tuning } from './plan.ts';
import type { Engine } from './runtime/engine.ts';
import {
  evaluateGraph,
  openTestEngine,
  randomNumbers,
  relativeError,
  runOnGpu,
  type Leaves,
} from './testing/on-gpu.ts';
import { SHAPE_CLASSES } from './wgsl/matmul/choose.ts';
import { MATMUL_TILES } from './wgsl/matmul/tiles.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.dispose());

interface Product {
  readonly batch?: number;
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  /** Whether the right matrix is [depth, columns] in memory, or [columns, depth]. */
  readonly columnsTogether?: boolean;
  /** One right matrix for each of the batch. */
  readonly batched?: boolean;
  /** What is made of the product: bias, GELU and a residual. */
  readonly epilogue?: boolean;
}

function build({ batch, rows, depth, columns, columnsTogether = false, batched = false, epilogue = false }: Product): {
  graph: Graph;
  leaves: Leaves;
} {
  const builder = createBuilder();
  const leaves: Record<string, Float64Array> = {};
  const input = (name: string, shape: readonly number[]): ValueId => {
    leaves[name] = randomNumbers(elementCount(shape), Object.keys(leaves).length + 1);
    return builder.emit('input', [], { name, key: `${name} ${shape.join(' ')}`, dtype: 'f32', shape });
  };
  const leading = batch === undefined ? [] : [batch];
  const shape = [...leading, rows, columns];
  const x = input('x', [...leading, rows, depth]);
  const matrix = columnsTogether ? [depth, columns] : [columns, depth];
  let right = input('w', [...(batched ? leading : []), ...matrix]);
  if (!columnsTogether) right = builder.emit('permute', [right], { axes: batched ? [0, 2, 1] : [1, 0] });
  if (!batched) right = broadcastTo(builder, right, [...leading, depth, columns]);
  let y = builder.emit('matmul', [x, right]);
  if (epilogue) {
    const bias = broadcastTo(builder, input('bias', [columns]), shape);
    const active = builder.emit('gelu', [builder.emit('add', [y, bias])]);
    y = builder.emit('add', [active, input('residual', shape)]);
  }
  builder.output('y', y, 'output');
  return { graph: builder.build(), leaves };
}

function tuningOf(tile: string, traits?: AdapterTraits): Tuning {
  return {
    ...engine.tuning,
    matmul: Object.fromEntries(SHAPE_CLASSES.map((name) => [name, tile])),
    ...(traits && { traits }),
  };
}

const PRODUCTS: readonly [string, Product][] = [
  ['one of everything', { rows: 1, depth: 1, columns: 1 }],
  ['a row', { rows: 1, depth: 64, columns: 96 }],
  ['a row of odd sizes', { rows: 1, depth: 61, columns: 37, epilogue: true }],
  ['a row by columns', { rows: 1, depth: 64, columns: 96, columnsTogether: true, epilogue: true }],
  ['a row by columns of odd sizes', { rows: 1, depth: 67, columns: 41, columnsTogether: true }],
  ['three rows, more steps than lanes', { rows: 3, depth: 1028, columns: 20 }],
  ['four rows, many columns', { rows: 4, depth: 128, columns: 1030 }],
  ['two rows for each of a batch', { batch: 3, rows: 2, depth: 20, columns: 12, batched: true, epilogue: true }],
  ['a column for each of a batch', { batch: 5, rows: 3, depth: 7, columns: 1, batched: true, columnsTogether: true }],
  [
    'a row for each of a batch, by columns',
    { batch: 7, rows: 1, depth: 24, columns: 36, batched: true, columnsTogether: true },
  ],
  ['odd sizes', { rows: 67, depth: 131, columns: 71, epilogue: true }],
  ['odd sizes by columns', { rows: 13, depth: 29, columns: 17, columnsTogether: true }],
  ['large', { rows: 130, depth: 256, columns: 132, columnsTogether: true }],
  ['large over a batch', { batch: 2, rows: 65, depth: 64, columns: 68, batched: true, epilogue: true }],
  ['no step', { rows: 3, depth: 0, columns: 5 }],
];

describe.each(Object.keys(MATMUL_TILES))('%s', (tile) => {
  test.each(PRODUCTS)('%s', async (_, product) => {
    const { graph, leaves } = build(product);
    await expectRight(graph, leaves, { tuning: tuningOf(tile) });
  });
});

async function expectRight(graph: Graph, leaves: Leaves, options: Partial<CompileOptions>): Promise<void> {
  const got = await runOnGpu(engine, graph, leaves, options);
  const again = await runOnGpu(engine, graph, leaves, options);
  for (const [name, want] of evaluateGraph(graph, leaves)) {
    expect(got.get(name)!.shape).toEqual(want.shape);
    expect(relativeError(got.get(name)!, want)).toBeLessThan(5e-6);
    expect(again.get(name)!.data).toEqual(got.get(name)!.data);
  }
}

test('where nothing was measured, the kind of adapter and the shape decide', () => {
  const shaderOf = (traits: AdapterTraits | undefined, rows: number): string => {
    const tuning: Tuning = { adapter: '', matmul: {}, ...(traits && { traits }) };
    const { graph } = build({ rows, depth: 768, columns: 768 });
    return compile(graph, { limits: engine.info.limits, tuning, keep: 'outputs' }).shaders[0]!.wgsl;
  };
  const software: AdapterTraits = { software: true, subgroups: true, subgroupSize: 8 };
  for (const traits of [undefined, software]) {
    for (const rows of [1, 4, 64, 1024]) expect(shaderOf(traits, rows)).not.toMatch(/workgroupBarrier|subgroup/);
  }
  const ofFour = { ...software, subgroupSize: 4 };
  for (const rows of [1, 4, 64]) expect(shaderOf(ofFour, rows)).not.toMatch(/workgroupBarrier|subgroup/);
  expect(shaderOf(ofFour, 1024)).toContain('subgroupBroadcast');
  const gpu: AdapterTraits = { software: false, subgroups: true, subgroupSize: 32 };
  expect(shaderOf(gpu, 1)).toContain('subgroupAdd');
  const without = shaderOf({ software: false, subgroups: false, subgroupSize: 0 }, 1);
  expect(without).toContain('workgroupBarrier');
  expect(without).not.toContain('subgroup');
  expect(shaderOf(gpu, 64)).toContain('left_block');
});
