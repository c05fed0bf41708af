/** Times dispatches from the first to the last as a whole, by timestamps that the device itself writes. */
import type { StagingRing } from './staging.ts';
import { greatestCommonDivisor, NANOSECONDS, type SubmissionTimer } from './timestamps.ts';

const BYTES = 2 * 8;

/** When the first dispatch began and the last was done, by the device's clock, in nanoseconds. */
export interface Lap {
  readonly begin: bigint;
  readonly end: bigint;
}

export class Stopwatch {
  readonly #staging: StagingRing;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;

  constructor(device: GPUDevice, staging: StagingRing) {
    this.#staging = staging;
    this.#queries = device.createQuerySet({ type: 'timestamp', count: 2 });
    const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
    this.#resolved = device.createBuffer({ label: 'timestamps', size: BYTES, usage });
  }

  /** For one of `count` command buffers that are submitted together; each holds dispatches alone, in a single pass. */
  timer(index: number, count: number): SubmissionTimer {
    const [querySet, resolved] = [this.#queries, this.#resolved];
    const [isFirst, isLast] = [index === 0, index === count - 1];
    const timed = {
      querySet,
      ...(isFirst && { beginningOfPassWriteIndex: 0 }),
      ...(isLast && { endOfPassWriteIndex: 1 }),
    };
    return {
      writes: (piece) => (piece === 0 && (isFirst || isLast) ? timed : undefined),
      resolve: (encoder) => {
        if (isLast) encoder.resolveQuerySet(querySet, 0, 2, resolved, 0);
      },
    };
  }

  /** Of what was submitted last. */
  async read(): Promise<Lap> {
    const bytes = await this.#staging.read(this.#resolved, 0, BYTES);
    const [begin, end] = new BigUint64Array(bytes.buffer);
    return { begin: begin!, end: end! };
  }

  destroy(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
  }
}

/** A lap in which the clock moves by larger steps than this part of it tells like kernels apart no more. */
const COARSEST_STEP = 0.02;

/** In milliseconds; undefined where the clock did not move, or was set back, as adapters may between two passes. */
export function lapLength({ begin, end }: Lap): number | undefined {
  return end > begin ? Number(end - begin) / NANOSECONDS : undefined;
}

/**
 * The shortest of these laps in milliseconds; undefined where the clock does not tell: browsers make it move in steps, which
 * may be too large beside the lap. How large they are, the laps say themselves: all of their times differ by multiples of one.
 * @param others Further laps of the same clock, for its steps.
 */
export function shortestLap(laps: readonly Lap[], others: readonly Lap[] = []): number | undefined {
  const lengths = laps.flatMap((lap) => lapLength(lap) ?? []);
  if (lengths.length === 0) return undefined;
  const shortest = Math.min(...lengths);
  const [first, ...times] = [...laps, ...others].flatMap(({ begin, end }) => [begin, end]);
  const step = times.reduce((step, time) => greatestCommonDivisor(step, time - first!), 0n);
  return Number(step) / NANOSECONDS <= COARSEST_STEP * shortest ? shortest : undefined;
}
