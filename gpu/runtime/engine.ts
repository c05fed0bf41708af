/**
 * The runtime: runs plans on a WebGPU device, in a browser's worker or in Node through the `webgpu` package. It keeps
 * values between runs, skips what they make needless, and outlives the loss of its device.
 */
import type { Plan, PlanOutput, Tuning, ValueKey } from '../plan.ts';
import { DeviceFault, DeviceLostError, NoAdapterError, ValueGoneError } from './errors.ts';
import { execute, flowOf } from './execute.ts';
import { measurePlan, type Measurement, type MeasureOptions } from './measure.ts';
import { Pace } from './pace.ts';
import { emptyPreview } from './preview/previews.ts';
import { Profiler } from './profiler.ts';
import { readElements } from './read-elements.ts';
import { Session } from './session.ts';
import { neededSteps, wantedOutputs } from './skip.ts';
import { sliceAt } from './slice.ts';
import type { DeviceInfo, DeviceLimits, Preview, PreviewSpec, RunReport, RunRequest } from './types.ts';
import { untilAborted } from './until-aborted.ts';

export interface EngineOptions {
  /** Bytes that kept values may take together; 2 GiB unless given. */
  readonly poolBudget?: number;
  /** What was measured before; of no effect on another adapter. */
  readonly tuning?: Tuning;
  /** Limits to report and hold below the adapter's own. */
  readonly limits?: Partial<DeviceLimits>;
  /** Told when the device is lost, with the adapter's words; the next run asks for another. */
  readonly onLost?: (message: string) => void;
}

const DEFAULT_BUDGET = 2 * 2 ** 30;
/** Losses of the device within one run that are recovered from. */
const MAX_LOSSES = 2;

export class Engine {
  /** Which kernels plans for this engine should use; `tuneEngine` measures it. */
  tuning: Tuning;
  readonly #gpu: GPU;
  readonly #options: EngineOptions;
  readonly #pace = new Pace();
  #session: Session;
  #disposed = false;
  #outputs: readonly PlanOutput[] = [];
  /** Leaves of the last run's plan. */
  #leafKeys: ReadonlySet<ValueKey> = new Set();
  /** Runs follow one another; reads and previews go in between. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(gpu: GPU, options: EngineOptions, session: Session) {
    this.#gpu = gpu;
    this.#options = options;
    this.#session = session;
    this.tuning = tuningOf(session, options.tuning);
  }

  /** @throws {NoAdapterError} if there is no WebGPU adapter. */
  static async create(gpu: GPU, options: EngineOptions = {}): Promise<Engine> {
    return new Engine(gpu, options, await openSession(gpu, options));
  }

  get info(): DeviceInfo {
    return this.#session.device.info;
  }

  /** Adapter and driver; tuning belongs to it. */
  get fingerprint(): string {
    return this.#session.device.fingerprint;
  }

  /**
   * Runs what is needed of the plan for the wanted outputs. Waits for the run before it.
   * @throws {MemoryError | DeviceLostError | DeviceFault}, the signal's reason, or what `leaf` throws.
   */
  run(request: RunRequest): Promise<RunReport> {
    return this.#inTurn(() => this.#runRecovering(request));
  }

  /**
   * An output or tap of the last run, whole or the part of it at `index` of its leading axes.
   * @throws {ValueGoneError} if the last plan has none of this name, or its value is not kept any more.
   * @throws {RangeError} if there is nothing at `index`.
   */
  async read(name: string, index: readonly number[] = []): Promise<{ type: PlanOutput['type']; data: Uint8Array }> {
    const output = this.#output(name);
    const { shape, offset, count } = sliceAt(output.type.shape, index);
    const type = { ...output.type, shape };
    if (count === 0) return { type, data: new Uint8Array(0) };
    const reading = readElements(this.#session.staging, this.#buffer(output), output, { offset, count });
    return { type, data: await this.#whileAlive(name, reading) };
  }

  /**
   * Statistics, histogram and thumbnail of an output or tap of the last run.
   * @throws {ValueGoneError} as `read` does.
   */
  async preview(name: string, spec: PreviewSpec): Promise<Preview> {
    const output = this.#output(name);
    if (output.type.shape.includes(0)) return emptyPreview(output, spec);
    const preview = this.#session.previews.preview(output, () => this.#buffer(output), spec);
    return this.#whileAlive(name, preview);
  }

  /**
   * How long a plan takes with everything compiled and uploaded; nothing of it is kept. Runs of other plans wait while it is
   * timed, but not while it compiles.
   * @throws {DeviceFault} if the device is lost meanwhile; the signal's reason.
   */
  async measure(plan: Plan, options: MeasureOptions): Promise<Measurement> {
    await this.#inTurn(() => this.#ensureDevice());
    const session = this.#session;
    try {
      const prepared = await session.prepareApart(plan);
      try {
        return await this.#inTurn(() => measurePlan(session, prepared, options));
      } finally {
        prepared.destroy();
      }
    } catch (error) {
      // Whatever call failed first says nothing of that.
      if (options.signal?.aborted || !(await session.causedByLoss(error))) throw error;
      throw new DeviceFault('the device was lost while a plan was measured on it');
    }
  }

  /**
   * Compiles what a plan's first run and its previews would compile, beside whatever else goes on.
   * @throws {DeviceFault} if a shader does not compile; the signal's reason, between two shaders.
   */
  warm(plan: Plan, signal: AbortSignal): Promise<void> {
    return this.#session.warm(plan, signal);
  }

  /** Drops every value that a run computed; leaves stay. The next run starts from them. */
  forgetResults(): void {
    this.#session.pool.keepOnly(this.#leafKeys);
  }

  /** Drops every kept value, leaves too. */
  forgetAll(): void {
    this.#session.pool.clear();
  }

  /** Loses the device on purpose: to test what follows, or to start over with an adapter that misbehaves. */
  loseDevice(): void {
    this.#session.gpu.destroy();
  }

  /** Gives everything back. The engine is of no use afterwards. */
  dispose(): void {
    this.#disposed = true;
    this.#session.close();
    this.#session.gpu.destroy();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #runRecovering(request: RunRequest): Promise<RunReport> {
    for (let losses = 0; ; losses++) {
      try {
        await this.#ensureDevice();
        return await this.#runOnce(request);
      } catch (error) {
        const final = this.#disposed || request.signal?.aborted || error instanceof NoAdapterError;
        if (final || !(await this.#session.causedByLoss(error))) throw error;
        if (losses >= MAX_LOSSES)
          throw new DeviceLostError(`The GPU was lost ${losses + 1} times while it computed this graph`);
      }
    }
  }

  async #runOnce(request: RunRequest): Promise<RunReport> {
    const { plan, signal } = request;
    const session = this.#session;
    const start = performance.now();
    signal?.throwIfAborted();
    this.#outputs = plan.outputs;
    this.#leafKeys = new Set(plan.leaves.map(({ key }) => key));
    const wanted = wantedOutputs(plan, request.wanted);
    const isKept = (key: ValueKey): boolean => session.pool.has(key) && !(request.fresh && !this.#leafKeys.has(key));
    const needed = neededSteps(plan, wanted, isKept);
    // Shaders take their time on some adapters: who watches sees that something moves.
    const onCompiled = () => {
      if (!signal?.aborted) request.onProgress?.({ done: 0, total: needed.steps.length });
    };
    const preparing = session.prepare(plan, needed.steps, onCompiled);
    // Handled where it is awaited; here so that an upload that fails first leaves no rejection unhandled.
    preparing.catch(() => undefined);
    const profiler = request.profile
      ? new Profiler(plan, session.gpu, session.staging, session.device.timestamps)
      : undefined;
    let timings: RunReport['timings'] = new Map();
    try {
      await session.reserve(plan, needed, wanted);
      await session.upload(plan, needed.leaves, request);
      // Shaders that are being compiled are not waited for by a run that nobody wants.
      const prepared = await untilAborted(preparing, signal);
      const { info, waitsBusily } = session.device;
      const { software } = info;
      await execute({
        device: session.gpu,
        prepared,
        pool: session.pool,
        pace: this.#pace,
        steps: needed.steps,
        flow: flowOf({ software, waitsBusily }),
        sleepFirst: software && waitsBusily,
        profiler,
        signal,
        onProgress: request.onProgress,
      });
      if (profiler) timings = await profiler.finish();
      session.checkHealth();
      for (const key of plan.spent ?? []) session.pool.drop(key);
    } finally {
      session.pool.dropUnfilled();
      profiler?.destroy();
    }
    const warnings = session.warningsOf(this.#leafKeys);
    return {
      milliseconds: performance.now() - start,
      stepsTotal: plan.steps.length,
      stepsRun: needed.steps.length,
      timings,
      ...(profiler && { steps: profiler.steps }),
      pool: { bytes: session.pool.bytes, budget: session.pool.budget },
      ...(warnings.length > 0 && { warnings }),
    };
  }

  /** Another session where the device was lost: its values are gone, and leaves are fetched again. */
  async #ensureDevice(): Promise<void> {
    if (!this.#session.device.isLost() || this.#disposed) return;
    this.#session.close();
    this.#session = await reopenSession(this.#gpu, this.#options);
    // Another adapter may have come, which runs other kernels.
    if (this.tuning.adapter !== this.fingerprint) this.tuning = tuningOf(this.#session, this.#options.tuning);
  }

  /** @throws {ValueGoneError} if the device was lost while the value was fetched. */
  async #whileAlive<T>(name: string, fetching: Promise<T>): Promise<T> {
    const session = this.#session;
    try {
      return await fetching;
    } catch (error) {
      if (!(await session.causedByLoss(error))) throw error;
      throw new ValueGoneError(`the GPU device was lost while ${name} was read; run again`);
    }
  }

  #output(name: string): PlanOutput {
    const output = this.#outputs.find((candidate) => candidate.name === name);
    if (!output) throw new ValueGoneError(`the last run has no output or tap named ${name}`);
    return output;
  }

  #buffer({ name, key }: PlanOutput): GPUBuffer {
    const { pool } = this.#session;
    const memory = pool.has(key) ? pool.use(key) : undefined;
    if (!memory || !('buffer' in memory)) throw new ValueGoneError(`${name} is not kept any more; run again`);
    return memory.buffer;
  }
}

function tuningOf({ device: { fingerprint, traits } }: Session, known: Tuning | undefined): Tuning {
  const { matmul = {}, clocks = {} } = known?.adapter === fingerprint ? known : {};
  return { adapter: fingerprint, matmul, clocks, traits };
}

/** A GPU process that starts again may have no adapter yet. */
const REOPEN_TRIES = 4;
const REOPEN_PAUSE_MS = 500;

/** @throws {NoAdapterError} if the adapter does not come back. */
async function reopenSession(gpu: GPU, options: EngineOptions): Promise<Session> {
  for (let tries = 1; ; tries++) {
    try {
      return await openSession(gpu, options);
    } catch (error) {
      if (!(error instanceof NoAdapterError) || tries === REOPEN_TRIES) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, REOPEN_PAUSE_MS));
  }
}

function openSession(gpu: GPU, { poolBudget = DEFAULT_BUDGET, limits, onLost }: EngineOptions): Promise<Session> {
  return Session.open(gpu, { poolBudget, limits, onLost });
}
