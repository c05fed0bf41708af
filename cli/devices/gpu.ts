/** `--device gpu`: WebGPU in Node, through Dawn. */
import { existsSync } from 'node:fs';
import { measureCeilings } from '../../gpu/ceilings.ts';
import { compile } from '../../gpu/compile.ts';
import type { FloatStorage } from '../../gpu/ir/storage.ts';
import type { Graph } from '../../gpu/ir/types.ts';
import { checkPlan } from '../../gpu/memory-need.ts';
import type { Plan, Stored } from '../../gpu/plan.ts';
import { profilePlan, type Profile } from '../../gpu/profile.ts';
import { Engine } from '../../gpu/runtime/engine.ts';
import { NoAdapterError } from '../../gpu/runtime/errors.ts';
import { openNodeGpu } from '../../gpu/runtime/node-gpu.ts';
import type { RunReport, RunRequest } from '../../gpu/runtime/types.ts';
import { formatBytes, formatCount, formatMilliseconds } from '../numbers.ts';
import type { LeafWords } from '../../export/target.ts';
import type { Computed, Device, LeafReader } from './device.ts';
import { machineMemory } from './machine-memory.ts';
import { SWIFTSHADER_DRIVER } from './swiftshader.ts';

/**
 * Opens the adapter that the system offers; where it offers none, SwiftShader's, if Chromium brought it.
 * @throws {NoAdapterError} if there is neither.
 */
export async function openEngine(): Promise<Engine> {
  try {
    return await Engine.create(await openNodeGpu());
  } catch (error) {
    const fallback = process.env['VK_DRIVER_FILES'] === undefined && existsSync(SWIFTSHADER_DRIVER);
    if (!(error instanceof NoAdapterError) || !fallback) throw error;
    // Read by the Vulkan loader when the next instance is made.
    process.env['VK_DRIVER_FILES'] = SWIFTSHADER_DRIVER;
    return Engine.create(await openNodeGpu());
  }
}

/** The plan that the device would run. */
export async function planOnGpu(graph: Graph, storage: FloatStorage): Promise<Plan> {
  const engine = await openEngine();
  try {
    return planFor(engine, graph, storage);
  } finally {
    engine.dispose();
  }
}

export interface ProfiledRun {
  readonly device: string;
  readonly profile: Profile;
  /** What a person has to know of the numbers that it was given. */
  readonly warnings: readonly string[];
}

/**
 * Runs a graph whose passes have run, and says where the time went, beside what the adapter can do.
 * @throws {NoAdapterError} if there is no adapter.
 */
export async function profileOnGpu(graph: Graph, leaf: LeafReader, storage: FloatStorage): Promise<ProfiledRun> {
  const engine = await openEngine();
  try {
    const plan = planFor(engine, graph, storage);
    checkMemory(engine, plan);
    const ceilings = await measureCeilings(engine);
    const { profile, report } = await profilePlan(engine, { plan, leaf: leafBytes(leaf) }, ceilings);
    return { device: engine.info.name, profile, warnings: report.warnings ?? [] };
  } finally {
    engine.dispose();
  }
}

function planFor({ info, tuning }: Engine, graph: Graph, storage: FloatStorage): Plan {
  const { limits, shaderF16 = false } = info;
  return compile(graph, { limits, shaderF16, tuning, keep: 'outputs', storage });
}

/**
 * A software adapter gives what the machine does not have, until the system ends it.
 * @throws {MemoryError} if the plan needs more, before anything is drawn or read.
 */
function checkMemory({ info }: Engine, plan: Plan): void {
  if (info.software) checkPlan(plan, machineMemory());
}

/**
 * @param storage What floats are in its memory.
 * @throws {NoAdapterError} if there is no adapter.
 */
export async function openGpuDevice(storage: FloatStorage): Promise<Device> {
  const engine = await openEngine();
  return {
    compute: async (graph, leaf, wanted, spent = []) => {
      const begin = performance.now();
      const plan: Plan = { ...planFor(engine, graph, storage), spent };
      const compiled = performance.now() - begin;
      checkMemory(engine, plan);
      const report = await engine.run({
        plan,
        leaf: leafBytes(leaf),
      });
      const tensors = [];
      for (const { name } of plan.outputs) {
        if (wanted && !wanted.includes(name)) continue;
        const { type, data } = await engine.read(name);
        tensors.push({ name, type, data: wordsOf(type.dtype, data) });
      }
      const keys = new Map(plan.outputs.map(({ name, key }) => [name, key]));
      const stats = statsOf(engine.info.name, plan, report, compiled);
      return { tensors, keys, stats, warnings: report.warnings ?? [] };
    },
    dispose: () => engine.dispose(),
  };
}

function statsOf(device: string, plan: Plan, report: RunReport, compiled: number): Computed['stats'] {
  const { arenaBytes, livePeakBytes, weightBytes } = plan.memory;
  const ratio = livePeakBytes > 0 ? ` (${(arenaBytes / livePeakBytes).toFixed(3)} × the live peak)` : '';
  return [
    ['device', device],
    ['time', `${formatMilliseconds(report.milliseconds)} (and ${formatMilliseconds(compiled)} to make the plan)`],
    ['steps', formatCount(report.stepsRun, report.stepsTotal)],
    ['pipelines', String(plan.shaders.length)],
    ['work', `${(plan.flops / 1e9).toFixed(3)} GFLOP`],
    ['arena', `${formatBytes(arenaBytes)}${ratio}`],
    ['live peak', formatBytes(livePeakBytes)],
    ['pool', `${formatBytes(report.pool.bytes)} of ${formatBytes(report.pool.budget)}`],
    ['weights', formatBytes(weightBytes)],
    ['storage', storageText(plan)],
  ];
}

function storageText({ leaves, steps }: Plan): string {
  const isHalf = ({ storage }: Stored): boolean => storage === 'f16';
  const writes = steps.flatMap((step) => (step.kind === 'dispatch' ? step.bindings : []));
  if (writes.some(({ access, place }) => access === 'write' && isHalf(place))) return 'f16 for weights and on the way';
  return leaves.some(isHalf) ? 'f16 for weights' : 'f32';
}

function leafBytes(leaf: LeafReader): RunRequest['leaf'] {
  return async ({ kind, name }) => bytesOf(await leaf(kind === 'input' ? 'input' : 'weight', name));
}

function bytesOf(data: LeafWords): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function wordsOf(dtype: string, bytes: Uint8Array): LeafWords {
  const { buffer } = new Uint8Array(bytes);
  if (dtype === 'f32') return new Float32Array(buffer);
  return dtype === 'i32' ? new Int32Array(buffer) : new Uint32Array(buffer);
}
