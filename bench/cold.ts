/**
 * Where the time to the first result goes, stage by stage, in a new process of Node; a workload of `npm run bench`.
 *
 *   VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json node bench/cold.ts [workload] [scale]
 *
 * Seconds are processor time, which others on the machine do not change: of the main thread, and of all other threads
 * (V8's, Dawn's, a software adapter's). The main thread asks Dawn for events as long as it waits, so what it is said to
 * take beside the others' work is idle. Each shader is compiled and dispatched by itself, one workgroup of it, because
 * drivers put off a part of compiling until the first dispatch. Caches of shaders on disk must be off
 * (`MESA_SHADER_CACHE_DISABLE=true`).
 */
import { compile } from '../gpu/compile.ts';
import { PASSES, runPasses } from '../gpu/passes/pipeline.ts';
import { openNodeGpu } from '../gpu/runtime/node-gpu.ts';
import { wholeSteps } from '../gpu/runtime/pieces.ts';
import { Session } from '../gpu/runtime/session.ts';
import { neededSteps } from '../gpu/runtime/skip.ts';
import { SCALES, type Scale } from './side-by-side/workload.ts';
import { WORKLOADS, workloadOf } from './side-by-side/workloads/registry.ts';

const POOL_BUDGET = 16 * 2 ** 30;
const RUNS = 3;

/** Processor seconds of the main thread and of the others, since the process began. */
function spent(): { main: number; others: number } {
  const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;
  const main = seconds(process.threadCpuUsage());
  return { main, others: seconds(process.cpuUsage()) - main };
}

let before = { main: 0, others: 0 };
function tell(stage: string): void {
  const now = spent();
  const [main, others] = [now.main - before.main, now.others - before.others];
  console.log(`${main.toFixed(3).padStart(9)} ${others.toFixed(3).padStart(9)}  ${stage}`);
  before = spent();
}

const [name = 'vit-3', scale = 'software'] = process.argv.slice(2);
if (!SCALES.includes(scale as Scale)) throw new RangeError(`${scale} is no scale; there are ${SCALES.join(', ')}`);
const record = WORKLOADS.find((workload) => workload.name === name);
console.log('     main    others  (processor seconds)');
tell('Node and the modules');

const session = await Session.open(await openNodeGpu(), { poolBudget: POOL_BUDGET });
tell(`device: ${session.device.info.name}`);
const { leaves, leaf } = await workloadOf(name, scale as Scale);
const numbers = new Map<string, Uint8Array>();
for (const wanted of leaves) {
  const { buffer, byteOffset, byteLength } = await leaf(wanted.name);
  numbers.set(wanted.name, new Uint8Array(buffer, byteOffset, byteLength));
}
tell('(the numbers are made up, which is not counted)');
const { graph: built } = await record!.build(scale as Scale);
tell('document to IR');
const graph = runPasses(built, PASSES);
tell(`passes: ${graph.operations.length} operations`);
const { limits } = session.device.info;
const plan = compile(graph, {
  limits,
  tuning: { adapter: '', matmul: {}, traits: session.device.traits },
  keep: 'outputs',
});
tell(`plan: ${plan.steps.length} steps, ${plan.shaders.length} shaders, ${(plan.flops / 1e9).toFixed(2)} GFLOP`);

const needed = neededSteps(plan, plan.outputs, () => false);
await session.reserve(plan, needed, plan.outputs);
await session.upload(plan, needed.leaves, { leaf: (wanted) => Promise.resolve(numbers.get(wanted.name)!) });
await session.gpu.queue.onSubmittedWorkDone();
tell(`upload: ${plan.leaves.length} leaves`);
const prepared = await session.prepare(plan, [], () => undefined);
tell('arena');
const whole = wholeSteps(plan);
for (const [shader, { label, wgsl }] of plan.shaders.entries()) {
  const step = plan.steps.findIndex((candidate) => candidate.kind === 'dispatch' && candidate.shader === shader);
  await prepared.compile([step]);
  tell(`pipeline ${shader}: ${label}, ${wgsl.split('\n').length} lines`);
  session.gpu.queue.submit([prepared.encode([{ ...whole[step]!, size: [1, 1, 1] }])]);
  await session.gpu.queue.onSubmittedWorkDone();
  tell(`  its first workgroup`);
}
for (let run = 0; run < RUNS; run++) {
  for (let at = 0; at < whole.length; at += 32) {
    session.gpu.queue.submit([prepared.encode(whole.slice(at, at + 32))]);
  }
  await session.gpu.queue.onSubmittedWorkDone();
  tell(`run ${run}`);
}
session.checkHealth();
process.exit(0);
