/**
 * The runtime: runs plans on a WebGPU device, in a browser's worker or in Node through the `webgpu` package. It keeps
 * values between runs, skips what they make needless, and outlives the loss of its device.
 */
import type { Plan, PlanLeaf, PlanOutput, Tuning, ValueKey } from '../plan.ts';
import { requestDevice, type Device } from './device.ts';
import { DeviceFault, DeviceLostError, ValueGoneError } from './errors.ts';
import { execute } from './execute.ts';
import { Pace } from './pace.ts';
import { Pipelines } from './pipelines.ts';
import { Pool } from './pool.ts';
import { wholeSteps } from './pieces.ts';
import { PreparedPlan } from './prepared.ts';
import { emptyPreview, Previews } from './preview/previews.ts';
import { Profiler } from './profiler.ts';
import { neededSteps, wantedOutputs } from './skip.ts';
import { StagingRing } from './staging.ts';
import type { DeviceInfo, DeviceLimits, Preview, PreviewSpec, RunReport, RunRequest } from './types.ts';
import { uploadLeaf } from './upload.ts';

export interface EngineOptions {
  /** Bytes that kept values may take together; 2 GiB unless given. */
  readonly poolBudget?: number;
  /** What was measured on this adapter before. */
  readonly tuning?: Tuning;
  /** Limits to report and hold below the adapter's own. */
  readonly limits?: Partial<DeviceLimits>;
  /** Told when the device is lost by itself, with the adapter's words; the next run asks for another. */
  readonly onLost?: (message: string) => void;
}

const DEFAULT_BUDGET = 2 * 2 ** 30;
/** Losses of the device within one run that are recovered from. */
const MAX_LOSSES = 2;

/** How long after a failed call the device may take to say that it is lost. */
const LOSS_NOTICE_MS = 1000;

/** Everything that lives and dies with a device. */
interface Session {
  readonly device: Device;
  readonly pipelines: Pipelines;
  readonly pool: Pool;
  readonly staging: StagingRing;
  readonly previews: Previews;
  prepared: PreparedPlan | undefined;
}

export class Engine {
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
    this.tuning = options.tuning ?? { adapter: session.device.fingerprint, matmul: {} };
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
    const next = this.#last.then(() => this.#runRecovering(request));
    this.#last = next.catch(() => undefined);
    return next;
  }

  /**
   * A whole output or tap of the last run.
   * @throws {ValueGoneError} if the last plan has none of this name, or its value is not kept any more.
   */
  async read(name: string): Promise<{ type: PlanOutput['type']; data: Uint8Array }> {
    const output = this.#output(name);
    const count = output.type.shape.reduce((product, size) => product * size, 1);
    if (count === 0) return { type: output.type, data: new Uint8Array(0) };
    const data = await this.#whileAlive(name, this.#session.staging.read(this.#buffer(output), 0, count * 4));
    return { type: output.type, data };
  }

  /**
   * Statistics, histogram and thumbnail of an output or tap of the last run.
   * @throws {ValueGoneError} as `read` does.
   */
  async preview(name: string, spec: PreviewSpec): Promise<Preview> {
    const output = this.#output(name);
    if (output.type.shape.includes(0)) return emptyPreview(output, spec);
    return this.#whileAlive(
      name,
      this.#session.previews.preview(output, () => this.#buffer(output), spec),
    );
  }

  /**
   * Milliseconds that a plan's steps take, the fastest of `repeats` runs, with everything compiled and uploaded; nothing
   * of it is kept. Runs of other plans wait.
   */
  measure(plan: Plan, leaf: RunRequest['leaf'], repeats: number, signal?: AbortSignal): Promise<number> {
    const next = this.#last.then(() => this.#measureNow(plan, leaf, repeats, signal));
    this.#last = next.catch(() => undefined);
    return next;
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
    this.#session.device.device.destroy();
  }

  /** Gives everything back. The engine is of no use afterwards. */
  dispose(): void {
    this.#disposed = true;
    closeSession(this.#session);
    this.#session.device.device.destroy();
  }

  async #runRecovering(request: RunRequest): Promise<RunReport> {
    for (let losses = 0; ; losses++) {
      if (this.#session.device.isLost()) await this.#reopen();
      try {
        return await this.#runOnce(request);
      } catch (error) {
        if (this.#disposed || !(await this.#causedByLoss(error))) throw error;
        request.signal?.throwIfAborted();
        if (losses >= MAX_LOSSES) throw new DeviceLostError(`the GPU device was lost ${losses + 1} times in one run`);
      }
    }
  }

  /** A loss shows as whatever call failed first; the device's own promise may settle a moment later. */
  async #causedByLoss(error: unknown): Promise<boolean> {
    const { device } = this.#session;
    const possible = error instanceof DOMException || error instanceof DeviceFault;
    if (possible)
      await Promise.race([device.device.lost, new Promise((resolve) => setTimeout(resolve, LOSS_NOTICE_MS))]);
    return device.isLost();
  }

  async #runOnce(request: RunRequest): Promise<RunReport> {
    const { plan, signal } = request;
    const session = this.#session;
    const start = performance.now();
    signal?.throwIfAborted();
    this.#outputs = plan.outputs;
    this.#leafKeys = new Set(plan.leaves.map(({ key }) => key));
    const wanted = wantedOutputs(plan, request.wanted);
    const needed = neededSteps(plan, wanted, (key) => session.pool.has(key));
    const preparing = this.#prepare(plan);
    // Handled where it is awaited; here so that an upload that fails first leaves no rejection unhandled.
    preparing.catch(() => undefined);
    reserve(session.pool, plan, needed, wanted);
    const profiler = request.profile
      ? new Profiler(session.device.device, session.staging, session.device.timestamps)
      : undefined;
    try {
      await this.#upload(plan, needed.leaves, request);
      const prepared = await preparing;
      await execute({
        device: session.device.device,
        prepared,
        pool: session.pool,
        pace: this.#pace,
        steps: needed.steps,
        awaitEach: session.device.info.software,
        profiler,
        signal,
        onProgress: request.onProgress,
      });
      // Browsers let work on a lost device end quietly.
      if (session.device.isLost()) throw new DeviceFault('the device was lost during the run');
    } finally {
      session.pool.dropUnfilled();
      profiler?.destroy();
    }
    return {
      milliseconds: performance.now() - start,
      stepsTotal: plan.steps.length,
      stepsRun: needed.steps.length,
      timings: profiler?.timings ?? new Map(),
      pool: { bytes: session.pool.bytes, budget: session.pool.budget },
    };
  }

  async #measureNow(
    plan: Plan,
    leaf: RunRequest['leaf'],
    repeats: number,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    signal?.throwIfAborted();
    if (this.#session.device.isLost()) await this.#reopen();
    const { device, pool, pipelines } = this.#session;
    const needed = neededSteps(plan, plan.outputs, () => false);
    const prepared = await PreparedPlan.prepare(plan, device.device, pipelines, pool);
    reserve(pool, plan, needed, plan.outputs);
    try {
      await this.#upload(plan, needed.leaves, { plan, leaf });
      let best = Infinity;
      // One more, which warms up.
      for (let run = 0; run <= repeats; run++) {
        signal?.throwIfAborted();
        const start = performance.now();
        device.device.queue.submit([prepared.encode(wholeSteps(plan))]);
        await device.device.queue.onSubmittedWorkDone();
        if (run > 0) best = Math.min(best, performance.now() - start);
      }
      return best;
    } finally {
      prepared.destroy();
      for (const { key } of [...plan.outputs, ...plan.leaves]) pool.drop(key);
    }
  }

  async #prepare(plan: Plan): Promise<PreparedPlan> {
    const session = this.#session;
    if (session.prepared?.plan === plan) return session.prepared;
    session.prepared?.destroy();
    session.prepared = undefined;
    const prepared = await PreparedPlan.prepare(plan, session.device.device, session.pipelines, session.pool);
    session.prepared = prepared;
    return prepared;
  }

  async #upload(plan: Plan, keys: ReadonlySet<ValueKey>, { leaf: fetchLeaf, signal }: RunRequest): Promise<void> {
    const { pool, device } = this.#session;
    for (const leaf of plan.leaves) {
      if (!keys.has(leaf.key) || pool.has(leaf.key)) continue;
      const bytes = leaf.data ?? (await fetchLeaf(leaf));
      signal?.throwIfAborted();
      await uploadLeaf(device.device, pool.use(leaf.key)!, leaf, bytes, signal);
      pool.markFilled(leaf.key);
    }
  }

  async #reopen(): Promise<void> {
    closeSession(this.#session);
    this.#session = await openSession(this.#gpu, this.#options);
  }

  /** @throws {ValueGoneError} if the device was lost while the value was fetched. */
  async #whileAlive<T>(name: string, fetching: Promise<T>): Promise<T> {
    try {
      return await fetching;
    } catch (error) {
      if (!(await this.#causedByLoss(error))) throw error;
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
    const buffer = pool.has(key) ? pool.use(key) : undefined;
    if (!buffer) throw new ValueGoneError(`${name} is not kept any more; run again`);
    return buffer;
  }
}

async function openSession(gpu: GPU, options: EngineOptions): Promise<Session> {
  const device = await requestDevice(gpu, options.limits);
  void device.device.lost.then(({ reason, message }) => {
    if (reason !== 'destroyed') options.onLost?.(message);
  });
  const staging = new StagingRing(device.device);
  return {
    device,
    pipelines: new Pipelines(device.device),
    pool: new Pool(device.device, options.poolBudget ?? DEFAULT_BUDGET),
    staging,
    previews: new Previews(device.device, staging),
    prepared: undefined,
  };
}

function closeSession({ pool, staging, previews, prepared }: Session): void {
  previews.destroy();
  prepared?.destroy();
  staging.destroy();
  pool.clear();
}

/** Takes pool buffers for what the run reads and writes there, and holds what it reads. */
function reserve(pool: Pool, plan: Plan, needed: ReturnType<typeof neededSteps>, wanted: readonly PlanOutput[]): void {
  const places = new Map<ValueKey, number>();
  const leaves = new Map<ValueKey, PlanLeaf>(plan.leaves.map((leaf) => [leaf.key, leaf]));
  for (const key of needed.leaves) {
    const { shape } = leaves.get(key)!.type;
    places.set(key, shape.reduce((product, size) => product * size, 1) * 4);
  }
  for (const index of needed.steps) {
    const step = plan.steps[index]!;
    const used =
      step.kind === 'dispatch'
        ? step.bindings.map(({ place }) => place)
        : step.kind === 'copy'
          ? [step.from, step.to]
          : [step.place];
    for (const place of used) if (place.kind === 'pool') places.set(place.key, place.byteLength);
  }
  pool.reserve(places, new Set(wanted.map(({ key }) => key)));
}
