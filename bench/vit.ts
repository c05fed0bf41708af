/**
 * Times whole runs of a ViT of width 768 at 224 pixels and depth 3 (8.7 GFLOP) on this machine's adapter, in Node.
 *
 *   VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json node bench/vit.ts [runs] [--profile]
 */
import { compile } from '../gpu/compile.ts';
import { Engine } from '../gpu/runtime/engine.ts';
import { openNodeGpu } from '../gpu/runtime/node-gpu.ts';
import { NOTEBOOK_SIZES, vitGraph, vitLeaf } from '../gpu/testing/vit-graph.ts';
import { timeRuns } from './vit-runs.ts';

const runs = Number(process.argv[2] ?? 5);
const gpu = await openNodeGpu();
const engine = await Engine.create(gpu);
console.log(`${engine.info.name}, Node ${process.version}`);
const graph = vitGraph(NOTEBOOK_SIZES);
const plan = compile(graph, { limits: engine.info.limits, tuning: engine.tuning, keep: 'outputs' });
await timeRuns(engine, plan, runs, (line) => console.log(line));
if (process.argv.includes('--profile')) {
  engine.forgetResults();
  const { timings } = await engine.run({ plan, leaf: vitLeaf, profile: true });
  for (const [origin, milliseconds] of timings) console.log(`${milliseconds.toFixed(1).padStart(8)} ms  ${origin}`);
}
engine.dispose();
process.exit(0);
