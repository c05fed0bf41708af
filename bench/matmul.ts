/**
 * Times the families of matmul kernels over shapes, in Node: x[rows, depth] · W[columns, depth]ᵀ.
 *
 *   VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json node bench/matmul.ts [part of a tile's name [beginning of a shape]]
 *
 * GFLOP/s is of the fastest of several runs, by the device's timestamps (where it has them) and by the time of submissions;
 * GFLOP per CPU second counts all threads, and is what remains comparable on a machine that others use as well.
 */
import { compile } from '../gpu/compile.ts';
import { createBuilder } from '../gpu/ops/create-builder.ts';
import type { Plan, Tuning } from '../gpu/plan.ts';
import { Engine } from '../gpu/runtime/engine.ts';
import { openNodeGpu } from '../gpu/runtime/node-gpu.ts';
import { canRun } from '../gpu/wgsl/matmul/choose.ts';
import { MATMUL_TILES } from '../gpu/wgsl/matmul/tiles.ts';
import { vitLeaf } from '../gpu/testing/vit-graph.ts';

const SHAPES = [
  { rows: 196, depth: 768, columns: 768 },
  { rows: 196, depth: 768, columns: 3072 },
  { rows: 196, depth: 3072, columns: 768 },
  { rows: 197, depth: 195, columns: 768 },
  { rows: 64, depth: 64, columns: 64 },
  { rows: 1, depth: 768, columns: 768 },
  { rows: 1, depth: 768, columns: 3072 },
  { rows: 1, depth: 3072, columns: 768 },
  { rows: 4, depth: 768, columns: 30_000 },
] as const;
const RUNS = 5;

const engine = await Engine.create(await openNodeGpu());
console.log(`${engine.info.name}, Node ${process.version}`);
const tiles = Object.keys(MATMUL_TILES).filter((name) => {
  return name.includes(process.argv[2] ?? '') && canRun(MATMUL_TILES[name]!, engine.tuning.traits, 'f32');
});
for (const shape of SHAPES) {
  for (const tile of tiles) {
    const { rows, depth, columns } = shape;
    const name = `${rows}×${depth}×${columns}`;
    if (!name.startsWith(process.argv[3] ?? '')) continue;
    const plan = linearPlan(rows, depth, columns, tile);
    const start = performance.now();
    await engine.run({ plan, leaf: vitLeaf });
    const first = performance.now() - start;
    const cpu = process.cpuUsage();
    const { submissions, timestamps } = await engine.measure(plan, { leaf: vitLeaf, repeats: RUNS });
    const { user, system } = process.cpuUsage(cpu);
    const gigaflops = (2 * rows * depth * columns) / 1e9;
    const perCpu = (gigaflops * (RUNS + 1)) / ((user + system) / 1e6);
    const rate = (milliseconds: number | undefined): string => {
      return (milliseconds === undefined ? '–' : (gigaflops / (milliseconds / 1e3)).toFixed(2)).padStart(6);
    };
    console.log(
      `${name.padEnd(16)} ${tile.padEnd(24)} ${rate(timestamps)} GFLOP/s by timestamps, ${rate(submissions)} by submissions, ${perCpu.toFixed(2).padStart(5)} per CPU second; first run ${first.toFixed(0)} ms`,
    );
  }
}
engine.dispose();
process.exit(0);

function linearPlan(rows: number, depth: number, columns: number, tile: string): Plan {
  const builder = createBuilder();
  builder.origin = 'linear';
  const shapes = { x: [rows, depth], weight: [columns, depth], bias: [columns] };
  const operands = Object.entries(shapes).map(([name, shape]) => {
    return builder.emit('weight', [], { path: name, key: `${name} ${shape.join(' ')}`, dtype: 'f32', shape });
  });
  builder.output('y', builder.emit('linear', operands), 'output');
  const tuning: Tuning = { ...engine.tuning, matmul: { thin: tile, small: tile, large: tile } };
  return compile(builder.build(), { limits: engine.info.limits, tuning, keep: 'outputs' });
}
