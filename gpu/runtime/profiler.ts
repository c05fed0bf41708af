/** Times each step: by timestamp queries where the adapter has them, by awaited submissions of one step otherwise. */
import type { Plan } from '../plan.ts';
import { MAX_PIECES, type Piece } from './pieces.ts';
import type { StagingRing } from './staging.ts';
import { greatestCommonDivisor, NANOSECONDS, type SubmissionTimer } from './timestamps.ts';
import type { StepTimes } from './types.ts';

const BYTES_PER_PIECE = 2 * 8;
/** Timestamps are resolved to multiples of this. */
const RESOLVE_ALIGNMENT = 256;
/** Bytes of timestamps that wait on the device until they are read back. */
const CAPACITY = 128 * 1024;

export class Profiler {
  /** Whether several pieces may share a submission and still be told apart. */
  readonly batches: boolean;
  readonly #plan: Plan;
  readonly #timings = new Map<string, number>();
  readonly #steps = new Map<number, number>();
  /** Greatest common divisor of all durations, in nanoseconds. */
  #tick = 0n;
  readonly #staging: StagingRing;
  readonly #queries: GPUQuerySet | undefined;
  readonly #resolved: GPUBuffer | undefined;
  /** Submissions whose timestamps are on the device, with their offsets there. */
  #waiting: { readonly pieces: readonly Piece[]; readonly offset: number }[] = [];
  #used = 0;

  constructor(plan: Plan, device: GPUDevice, staging: StagingRing, timestamps: boolean) {
    this.#plan = plan;
    this.#staging = staging;
    this.batches = timestamps;
    if (!timestamps) return;
    this.#queries = device.createQuerySet({ type: 'timestamp', count: 2 * MAX_PIECES });
    this.#resolved = device.createBuffer({
      size: CAPACITY,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
  }

  /** Undefined where there are no timestamps. */
  timer(pieces: readonly Piece[]): SubmissionTimer | undefined {
    const [querySet, resolved] = [this.#queries, this.#resolved];
    if (!querySet || !resolved) return undefined;
    const offset = this.#used;
    this.#waiting.push({ pieces, offset });
    this.#used += Math.ceil((pieces.length * BYTES_PER_PIECE) / RESOLVE_ALIGNMENT) * RESOLVE_ALIGNMENT;
    return {
      writes: (index) => ({ querySet, beginningOfPassWriteIndex: 2 * index, endOfPassWriteIndex: 2 * index + 1 }),
      resolve: (encoder) => encoder.resolveQuerySet(querySet, 0, 2 * pieces.length, resolved, offset),
    };
  }

  /** After a submission finished in `milliseconds`. */
  async collect(pieces: readonly Piece[], milliseconds: number): Promise<void> {
    if (!this.batches) {
      for (const piece of pieces) this.#add(piece, milliseconds / pieces.length);
    } else if (this.#used + MAX_PIECES * BYTES_PER_PIECE > CAPACITY) {
      await this.#readBack();
    }
  }

  /** Milliseconds per origin; a fused kernel's time is divided among its origins by FLOPs. */
  async finish(): Promise<ReadonlyMap<string, number>> {
    await this.#readBack();
    return this.#timings;
  }

  /** By step, once `finish` has answered. */
  get steps(): StepTimes {
    const tick = Number(this.#tick) / NANOSECONDS;
    return { milliseconds: this.#steps, clock: this.batches ? 'timestamps' : 'submissions', tick };
  }

  destroy(): void {
    this.#queries?.destroy();
    this.#resolved?.destroy();
  }

  async #readBack(): Promise<void> {
    if (this.#used === 0) return;
    const [waiting, used] = [this.#waiting, this.#used];
    // What is submitted meanwhile writes over these places, and after the copy: the queue keeps its order.
    this.#waiting = [];
    this.#used = 0;
    const bytes = await this.#staging.read(this.#resolved!, 0, used);
    const nanoseconds = new BigUint64Array(bytes.buffer);
    for (const { pieces, offset } of waiting) {
      for (const [index, piece] of pieces.entries()) {
        // A transfer has no pass: what stands in its place is of another submission.
        if (this.#plan.steps[piece.step]!.kind !== 'dispatch') continue;
        const at = offset / 8 + 2 * index;
        const passed = nanoseconds[at + 1]! - nanoseconds[at]!;
        // Adapters may set the clock back between two passes.
        const duration = passed > 0n ? passed : 0n;
        this.#tick = greatestCommonDivisor(this.#tick, duration);
        this.#add(piece, Number(duration) / NANOSECONDS);
      }
    }
  }

  #add({ step: index }: Piece, milliseconds: number): void {
    const step = this.#plan.steps[index]!;
    this.#steps.set(index, (this.#steps.get(index) ?? 0) + milliseconds);
    for (const [place, origin] of step.origins.entries()) {
      const share = step.kind === 'dispatch' ? step.shares[place]! : 1 / step.origins.length;
      this.#timings.set(origin, (this.#timings.get(origin) ?? 0) + milliseconds * share);
    }
  }
}
