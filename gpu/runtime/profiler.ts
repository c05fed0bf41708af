/** Times each step: by timestamp queries where the adapter has them, by awaited submissions of one step otherwise. */
import type { Plan } from '../plan.ts';
import type { Piece } from './pieces.ts';
import { MAX_PIECES } from './prepared.ts';
import type { StagingRing } from './staging.ts';

const BYTES_PER_TIMESTAMP = 8;

export class Profiler {
  /** Milliseconds per origin. */
  readonly timings = new Map<string, number>();
  /** Whether several pieces may share a submission and still be told apart. */
  readonly batches: boolean;
  readonly #staging: StagingRing;
  readonly #queries: GPUQuerySet | undefined;
  readonly #resolved: GPUBuffer | undefined;

  constructor(device: GPUDevice, staging: StagingRing, timestamps: boolean) {
    this.#staging = staging;
    this.batches = timestamps;
    if (!timestamps) return;
    this.#queries = device.createQuerySet({ type: 'timestamp', count: 2 * MAX_PIECES });
    this.#resolved = device.createBuffer({
      size: 2 * MAX_PIECES * BYTES_PER_TIMESTAMP,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
  }

  /** Timestamp writes for the pass of each piece, if there are any. */
  timestampWrites(): ((index: number) => GPUComputePassTimestampWrites) | undefined {
    const querySet = this.#queries;
    if (!querySet) return undefined;
    return (index) => ({ querySet, beginningOfPassWriteIndex: 2 * index, endOfPassWriteIndex: 2 * index + 1 });
  }

  /** After the submission of `pieces` finished in `milliseconds`. */
  async collect(plan: Plan, pieces: readonly Piece[], milliseconds: number): Promise<void> {
    const times = this.#queries ? await this.#read(pieces.length) : pieces.map(() => milliseconds / pieces.length);
    for (const [index, piece] of pieces.entries()) {
      const { origins } = plan.steps[piece.step]!;
      for (const origin of origins) {
        this.timings.set(origin, (this.timings.get(origin) ?? 0) + times[index]! / origins.length);
      }
    }
  }

  destroy(): void {
    this.#queries?.destroy();
    this.#resolved?.destroy();
  }

  async #read(count: number): Promise<number[]> {
    const bytes = await this.#staging.read(this.#resolved!, 0, 2 * count * BYTES_PER_TIMESTAMP, (encoder) => {
      encoder.resolveQuerySet(this.#queries!, 0, 2 * count, this.#resolved!, 0);
    });
    const nanoseconds = new BigUint64Array(bytes.buffer);
    return Array.from({ length: count }, (_, index) => {
      return Number(nanoseconds[2 * index + 1]! - nanoseconds[2 * index]!) / 1e6;
    });
  }
}
