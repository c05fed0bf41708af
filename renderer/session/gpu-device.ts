/** A program on the GPU: the runtime's engine, with what is predicted of its runs. */
import { measureCeilings, type Ceilings } from '../../gpu/ceilings.ts';
import type { FloatStorage } from '../../gpu/ir/storage.ts';
import { checkPlan } from '../../gpu/memory-need.ts';
import { storedBytes, type Plan, type PlanLeaf, type Tuning } from '../../gpu/plan.ts';
import { profilePlan } from '../../gpu/profile.ts';
import { Engine } from '../../gpu/runtime/engine.ts';
import { ValueGoneError } from '../../gpu/runtime/errors.ts';
import { neededSteps } from '../../gpu/runtime/skip.ts';
import type { RunRequest } from '../../gpu/runtime/types.ts';
import { tuneEngine } from '../../gpu/tune-engine.ts';
import type { Device, Program, RunOptions } from './device.ts';
import { machineMemory } from './machine-memory.ts';
import { guessedRates, learn, predictSeconds, type Rates, type Work } from './predictor.ts';
import { tensorOf } from './session-api.ts';

/**
 * @param tuning What was measured before, on this adapter or another.
 * @param onLost Told when the device is lost; the next run asks for another by itself.
 * @param poolBudget Bytes that kept values may take together; the runtime's own measure unless given.
 * @throws {NoAdapterError} if there is no WebGPU adapter.
 */
export async function openGpuDevice(
  gpu: GPU,
  tuning: Tuning | null,
  onLost: (message: string) => void,
  poolBudget?: number,
): Promise<Device> {
  let measured: Ceilings | null = null;
  /** Keys that runs have left in the pool; it may have dropped some since, and then a prediction is too low. */
  const kept = new Set<string>();
  const engine = await Engine.create(gpu, {
    ...(tuning && { tuning }),
    ...(poolBudget !== undefined && { poolBudget }),
    onLost: (message) => {
      kept.clear();
      onLost(message);
    },
  });
  let rates: Rates = guessedRates(engine.info);
  /** What floats were in the last run. */
  let storage: FloatStorage = 'f32';

  const workOf = (plan: Plan): Work => {
    const { steps } = neededSteps(plan, plan.outputs, (key) => kept.has(key));
    return { steps: steps.length, flops: steps.reduce((sum, index) => sum + flopsOf(plan, index), 0) };
  };

  /** Tells what is uploaded and what runs. */
  const requestOf = (plan: Plan, { leaf, signal, onStage }: RunOptions): RunRequest => {
    const total = plan.leaves.reduce((sum, leaf) => sum + (kept.has(leaf.key) ? 0 : byteLength(leaf)), 0);
    let bytes = 0;
    return {
      plan,
      leaf: async (planned) => {
        const { kind, name, key } = planned;
        onStage({ kind: 'uploading', bytes, total });
        const data = await leaf({ kind, name });
        bytes += byteLength(planned);
        kept.add(key);
        return data;
      },
      signal,
      onProgress: (progress) => onStage({ kind: 'running', ...progress }),
    };
  };

  return {
    get info() {
      return engine.info;
    },
    get target() {
      const { limits, shaderF16 = false } = engine.info;
      return { kind: 'gpu' as const, limits, shaderF16, tuning: engine.tuning };
    },
    predict: (program) => predictSeconds(workOf(planOf(program)), rates),
    warm: (program, signal) => engine.warm(planOf(program), signal),
    run: async (program, options) => {
      const plan = planOf(program);
      if (engine.info.software) checkPlan(plan, machineMemory());
      const work = workOf(plan);
      storage = plan.leaves.some((leaf) => leaf.storage === 'f16') ? 'f16' : 'f32';
      // The times of single steps are for a profile.
      const { steps: _, ...report } = await engine.run({ ...requestOf(plan, options), profile: true });
      const seconds = report.timings.values().reduce((sum, milliseconds) => sum + milliseconds, 0) / 1000;
      if (report.stepsRun === work.steps) rates = learn(rates, work, seconds);
      // More was run than expected: the pool had dropped what was believed to be there.
      else kept.clear();
      for (const key of keptKeys(plan)) kept.add(key);
      return report;
    },
    profile: async (program, options) => {
      const plan = planOf(program);
      if (engine.info.software) checkPlan(plan, machineMemory());
      // Once, and again after a start: the machine may have had other work the time before.
      if (measured?.adapter !== engine.fingerprint) {
        measured = await measureCeilings(engine, options.ceilings, options.signal);
      }
      const { profile, report } = await profilePlan(engine, requestOf(plan, options), measured);
      for (const key of keptKeys(plan)) kept.add(key);
      const { steps: _, ...told } = report;
      return { profile, report: told };
    },
    memory: (program, { pool }) => {
      const { arenaBytes, weightBytes } = planOf(program).memory;
      return { arenaBytes, weightBytes, pool };
    },
    tune: async (signal) => {
      const before = engine.tuning;
      return (await tuneEngine(engine, { storage, signal })) !== before;
    },
    preview: (port, spec) => orNull(engine.preview(port, spec)),
    read: async (port, index) => {
      const read = await orNull(engine.read(port, index));
      return read && tensorOf(read.type, read.data);
    },
    dispose: async () => engine.dispose(),
  };
}

function byteLength({ type, storage }: PlanLeaf): number {
  return storedBytes(type.shape, storage);
}

function planOf(program: Program): Plan {
  if (program.kind !== 'plan') throw new TypeError('a GPU runs plans, not graphs');
  return program.plan;
}

function flopsOf(plan: Plan, index: number): number {
  const step = plan.steps[index]!;
  return step.kind === 'dispatch' ? step.flops : 0;
}

function keptKeys(plan: Plan): readonly string[] {
  return plan.steps.flatMap((step) => {
    switch (step.kind) {
      case 'dispatch':
        return step.bindings.flatMap(({ place, access }) =>
          access === 'write' && place.kind === 'pool' ? [place.key] : [],
        );
      case 'copy':
        return step.to.kind === 'pool' ? [step.to.key] : [];
      case 'clear':
        return step.place.kind === 'pool' ? [step.place.key] : [];
      default:
        return step satisfies never;
    }
  });
}

async function orNull<T>(value: Promise<T>): Promise<T | null> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof ValueGoneError) return null;
    throw error;
  }
}
