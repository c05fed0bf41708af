/** Everything that lives and dies with a device: pipelines, kept values, the plan that is ready, staging, previews. */
import { storedBytes, type Plan, type PlanLeaf, type PlanOutput, type ValueKey } from '../plan.ts';
import { requestDevice, type Device } from './device.ts';
import { DeviceFault } from './errors.ts';
import { accessPatterns, Pipelines } from './pipelines.ts';
import { placesOf } from './places.ts';
import { Pool, type Wanted } from './pool.ts';
import { PreparedPlan } from './prepared.ts';
import { Previews } from './preview/previews.ts';
import { recomputeWork } from './recompute.ts';
import type { NeededSteps } from './skip.ts';
import { StagingRing } from './staging.ts';
import type { DeviceLimits, RunRequest } from './types.ts';
import { untilAborted } from './until-aborted.ts';
import { uploadLeaf } from './upload.ts';

export interface SessionOptions {
  readonly poolBudget: number;
  readonly limits?: Partial<DeviceLimits> | undefined;
  readonly onLost?: ((message: string) => void) | undefined;
}

/** How long after a failed call the device may take to say that it is lost. */
const LOSS_NOTICE_MS = 1000;

export class Session {
  readonly device: Device;
  readonly gpu: GPUDevice;
  readonly pool: Pool;
  readonly staging: StagingRing;
  readonly previews: Previews;
  readonly #pipelines: Pipelines;
  #prepared: PreparedPlan | undefined;
  #closed = false;
  /** Of leaves, by key; they hold as long as the numbers are the same. */
  readonly #warnings = new Map<ValueKey, string>();
  /** Counts calls of `prepare`, so that one that was overtaken can tell. */
  #turn = 0;

  private constructor(device: Device, poolBudget: number) {
    this.device = device;
    this.gpu = device.device;
    this.pool = new Pool(this.gpu, poolBudget);
    this.staging = new StagingRing(this.gpu);
    this.previews = new Previews(this.gpu, this.staging);
    this.#pipelines = new Pipelines(this.gpu);
  }

  /** @throws {NoAdapterError} if there is no adapter. */
  static async open(gpu: GPU, { poolBudget, limits, onLost }: SessionOptions): Promise<Session> {
    const session = new Session(await requestDevice(gpu, limits), poolBudget);
    void session.gpu.lost.then(({ message }) => {
      if (!session.#closed) onLost?.(message);
    });
    return session;
  }

  /** The loss of its device is nobody's from then on. */
  close(): void {
    this.#closed = true;
    this.#turn++;
    this.#prepared?.destroy();
    this.previews.destroy();
    this.staging.destroy();
    this.pool.clear();
  }

  /**
   * The plan made ready for these of its steps; kept until another is asked for.
   * @param onCompiled Called after each shader.
   */
  async prepare(plan: Plan, steps: readonly number[], onCompiled: () => void): Promise<PreparedPlan> {
    const prepared = await this.#preparedFor(plan);
    await prepared.compile(steps, onCompiled);
    return prepared;
  }

  /** Compiles what a plan and the previews of its values need, one after another: there is no hurry yet. */
  async warm(plan: Plan, signal: AbortSignal): Promise<void> {
    const patterns = accessPatterns(plan);
    for (const [index, shader] of plan.shaders.entries()) {
      signal.throwIfAborted();
      await this.#pipelines.get(shader, patterns[index]!);
    }
    for (const output of plan.outputs) {
      signal.throwIfAborted();
      await this.previews.warm(output);
    }
  }

  async #preparedFor(plan: Plan): Promise<PreparedPlan> {
    if (this.#prepared?.plan === plan) return this.#prepared;
    const turn = ++this.#turn;
    this.#prepared?.destroy();
    this.#prepared = undefined;
    const prepared = await PreparedPlan.prepare(plan, this.gpu, this.#pipelines, this.pool);
    if (turn === this.#turn) {
      this.#prepared = prepared;
    } else {
      // Nobody waits any more: the run that asked was cancelled.
      prepared.destroy();
    }
    return prepared;
  }

  /** The plan made ready beside the one that is kept; the caller destroys it. */
  async prepareApart(plan: Plan): Promise<PreparedPlan> {
    const prepared = await PreparedPlan.prepare(plan, this.gpu, this.#pipelines, this.pool);
    await prepared.compile([...plan.steps.keys()]);
    return prepared;
  }

  /**
   * Takes pool buffers for what the steps read and write there, and holds on to what is wanted.
   * @throws {MemoryError} if there is no room for all of it at once.
   */
  async reserve(plan: Plan, needed: NeededSteps, wanted: readonly PlanOutput[]): Promise<void> {
    const places = new Map<ValueKey, Wanted>();
    const work = recomputeWork(plan);
    const take = (key: ValueKey, byteLength: number, name: string, texels?: true) => {
      places.set(key, { name, byteLength, work: work.get(key)!, texels });
    };
    for (const { key, name, type, storage, texels } of plan.leaves) {
      if (needed.leaves.has(key)) take(key, storedBytes(type.shape, storage), name, texels);
    }
    for (const index of needed.steps) {
      const step = plan.steps[index]!;
      for (const place of placesOf(step)) {
        if (place.kind !== 'pool') continue;
        const name = places.get(place.key)?.name ?? step.origins[0] ?? '';
        take(place.key, place.byteLength, name, place.texels);
      }
    }
    await this.pool.reserve(places, new Set(wanted.map(({ key }) => key)));
  }

  /** Fetches and uploads the leaves of these keys that the pool lacks. */
  async upload(plan: Plan, keys: ReadonlySet<ValueKey>, { leaf: fetchLeaf, signal }: Uploading): Promise<void> {
    const missing = plan.leaves.filter(({ key }) => keys.has(key) && !this.pool.has(key));
    const fetch = async (leaf: PlanLeaf | undefined): Promise<Uint8Array | undefined> =>
      leaf && (leaf.data ?? (await fetchLeaf(leaf)));
    let next = fetch(missing[0]);
    for (const [index, leaf] of missing.entries()) {
      const bytes = await untilAborted(next, signal);
      // Drawn or read while this one is uploaded.
      next = fetch(missing[index + 1]);
      next.catch(() => undefined);
      const warning = await uploadLeaf(this.gpu, this.pool.use(leaf.key)!, leaf, bytes!, signal);
      if (warning !== undefined) this.#warnings.set(leaf.key, warning);
      this.pool.markFilled(leaf.key);
    }
  }

  /** What a person has to know of these leaves. */
  warningsOf(keys: ReadonlySet<ValueKey>): readonly string[] {
    return [...this.#warnings].flatMap(([key, warning]) => (keys.has(key) ? [warning] : []));
  }

  /** @throws {DeviceFault} if the device was lost or reported an error that no call received. */
  checkHealth(): void {
    // Browsers let work on a lost device end quietly.
    if (this.device.isLost()) throw new DeviceFault('the device was lost');
    const fault = this.device.takeFault();
    if (fault !== undefined) throw new DeviceFault(fault);
  }

  /** A loss shows as whatever call failed first; the device's own promise may settle a moment later. */
  async causedByLoss(error: unknown): Promise<boolean> {
    if (error instanceof DOMException || error instanceof DeviceFault) {
      await Promise.race([this.gpu.lost, new Promise((resolve) => setTimeout(resolve, LOSS_NOTICE_MS))]);
    }
    return this.device.isLost();
  }
}

type Uploading = Pick<RunRequest, 'leaf' | 'signal'>;
