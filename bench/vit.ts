/**
 * For tuning: times whole runs of a ViT of width 768 at 224 pixels and depth 3 (8.7 GFLOP) on this machine's adapter, in
 * Node. `npm run bench` compares it with other engines.
 *
 *   VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json node bench/vit.ts [runs] [--profile]
 */
import { compile } from '../gpu/compile.ts';
import { Engine } from '../gpu/runtime/engine.ts';
import { openNodeGpu } from '../gpu/runtime/node-gpu.ts';
import { NOTEBOOK_SIZES, vitGraph, vitLeaf } from '../gpu/testing/vit-graph.ts';

const runs = Number(process.argv[2] ?? 5);
const gpu = await openNodeGpu();
const engine = await Engine.create(gpu);
console.log(`${engine.info.name}, Node ${process.version}`);
const graph = vitGraph(NOTEBOOK_SIZES);
const plan = compile(graph, { limits: engine.info.limits, tuning: engine.tuning, keep: 'outputs' });
const { memory, steps, shaders, flops } = plan;
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
console.log(`${steps.length} steps, ${shaders.length} shaders, ${(flops / 1e9).toFixed(2)} GFLOP`);
console.log(
  `arena ${megabytes(memory.arenaBytes)} = ${(memory.arenaBytes / memory.livePeakBytes).toFixed(3)} × what is alive at once`,
);
for (let run = 0; run < runs; run++) {
  // Nothing that a run computes is kept for the next: only leaves are.
  engine.forgetResults();
  const { milliseconds, stepsRun } = await engine.run({ plan, leaf: vitLeaf });
  const note = run === 0 ? ' (compiles, draws and uploads)' : '';
  console.log(
    `run ${run}: ${milliseconds.toFixed(0)} ms, ${stepsRun} steps, ${(flops / milliseconds / 1e6).toFixed(2)} GFLOP/s${note}`,
  );
}
if (process.argv.includes('--profile')) {
  engine.forgetResults();
  const { timings } = await engine.run({ plan, leaf: vitLeaf, profile: true });
  for (const [origin, milliseconds] of timings) console.log(`${milliseconds.toFixed(1).padStart(8)} ms  ${origin}`);
}
engine.dispose();
process.exit(0);
