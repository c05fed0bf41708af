/**
 * Places values in an arena of several buffers, so that lives that overlap do not, and no dispatch binds one buffer
 * for reading and for writing (WebGPU forbids it, whatever the ranges). Finding the smallest arena is NP-hard; several
 * greedy orders are tried, then repaired versions of the best, and the smallest is taken.
 */
import type { ValueId } from '../ir/types.ts';

export interface ArenaValue {
  readonly value: ValueId;
  readonly byteLength: number;
}

/** What one step reads and writes of the arena's values. */
export interface ArenaStep {
  readonly reads: readonly ValueId[];
  readonly writes: readonly ValueId[];
}

export interface ArenaPlace {
  readonly buffer: number;
  readonly offset: number;
  readonly byteLength: number;
}

export interface ArenaPlan {
  readonly places: ReadonlyMap<ValueId, ArenaPlace>;
  /** Byte length of each buffer. */
  readonly buffers: readonly number[];
  /** The largest sum of values alive at one step: no arena can be smaller. */
  readonly livePeakBytes: number;
}

export interface ArenaOptions {
  /** Every place starts and ends at a multiple of this. */
  readonly alignment: number;
  readonly maxBufferSize: number;
}

/** A value with its life: steps `first` to `last`, both inclusive, and the values it may not share a buffer with. */
interface Life {
  readonly value: ValueId;
  readonly byteLength: number;
  readonly first: number;
  readonly last: number;
  readonly apart: ReadonlySet<ValueId>;
}

/** Rounds of repair after the greedy orders; fewer where a round, whose work grows with the square, takes long. */
const REPAIRS = 200;
const REPAIR_WORK = 400_000;
/** Where the arena is this close to its lower bound, there is little to look for. */
const GOOD_ENOUGH = 1.05;

export function planArena(
  values: readonly ArenaValue[],
  steps: readonly ArenaStep[],
  { alignment, maxBufferSize }: ArenaOptions,
): ArenaPlan {
  const aligned = values.map(({ value, byteLength }) => {
    return { value, byteLength: Math.max(Math.ceil(byteLength / alignment), 1) * alignment };
  });
  const lives = livesOf(aligned, steps);
  const livePeakBytes = livePeak(lives, steps.length);
  const orders = greedyOrders(lives, steps);
  let best = place(orders[0]!, maxBufferSize, 'grow');
  let bestOrder: readonly Life[] = orders[0]!;
  const consider = (order: readonly Life[]): void => {
    for (const atEqualCost of ['grow', 'open'] as const) {
      const candidate = place(order, maxBufferSize, atEqualCost);
      if (total(candidate) < total(best)) [best, bestOrder] = [candidate, order];
    }
  };
  for (const order of orders) consider(order);
  const random = generator();
  const repairs = Math.min(REPAIRS, REPAIR_WORK / lives.length ** 2);
  for (let round = 0; round < repairs && total(best) > livePeakBytes * GOOD_ENOUGH; round++) {
    consider(repaired(bestOrder, random));
  }
  return { ...best, livePeakBytes };
}

type Placement = Omit<ArenaPlan, 'livePeakBytes'>;

function total({ buffers }: Placement): number {
  return buffers.reduce((sum, size) => sum + size, 0);
}

function livesOf(values: readonly ArenaValue[], steps: readonly ArenaStep[]): Life[] {
  const first = new Map<ValueId, number>();
  const last = new Map<ValueId, number>();
  const apart = new Map<ValueId, Set<ValueId>>(values.map(({ value }) => [value, new Set()]));
  for (const [index, { reads, writes }] of steps.entries()) {
    for (const value of [...reads, ...writes]) {
      if (!first.has(value)) first.set(value, index);
      last.set(value, index);
    }
    for (const read of reads) {
      for (const write of writes) {
        apart.get(read)?.add(write);
        apart.get(write)?.add(read);
      }
    }
  }
  return values
    .filter(({ value }) => first.has(value))
    .map(({ value, byteLength }) => {
      return { value, byteLength, first: first.get(value)!, last: last.get(value)!, apart: apart.get(value)! };
    });
}

function livePeak(lives: readonly Life[], steps: number): number {
  let peak = 0;
  for (let step = 0; step < steps; step++) {
    const alive = lives.filter(({ first, last }) => first <= step && step <= last);
    peak = Math.max(
      peak,
      alive.reduce((sum, { byteLength }) => sum + byteLength, 0),
    );
  }
  return peak;
}

function greedyOrders(lives: readonly Life[], steps: readonly ArenaStep[]): Life[][] {
  const length = ({ first, last }: Life): number => last - first + 1;
  const together = bytesReadTogether(lives, steps);
  return [
    [...lives].sort((a, b) => b.byteLength - a.byteLength || a.first - b.first),
    [...lives].sort((a, b) => b.byteLength * length(b) - a.byteLength * length(a) || a.first - b.first),
    // What one step reads may share a buffer, which has to be large enough for all of it.
    [...lives].sort((a, b) => together(b) - together(a) || b.byteLength - a.byteLength || a.first - b.first),
    [...lives].sort((a, b) => length(b) - length(a) || b.byteLength - a.byteLength),
    [...lives].sort((a, b) => a.first - b.first || b.byteLength - a.byteLength),
  ];
}

/** The bytes of all values that some step reads with this one, the most of any step. */
function bytesReadTogether(lives: readonly Life[], steps: readonly ArenaStep[]): (life: Life) => number {
  const sizes = new Map(lives.map(({ value, byteLength }) => [value, byteLength]));
  const most = new Map<ValueId, number>();
  for (const { reads } of steps) {
    const bytes = reads.reduce((sum, value) => sum + (sizes.get(value) ?? 0), 0);
    for (const value of reads) most.set(value, Math.max(most.get(value) ?? 0, bytes));
  }
  return ({ value }) => most.get(value) ?? 0;
}

/**
 * Places each value where the arena grows least; among equals in the earliest buffer.
 * @param atEqualCost Whether a buffer grows or another is opened where both cost the same.
 */
function place(order: readonly Life[], maxBufferSize: number, atEqualCost: 'grow' | 'open'): Placement {
  const placed: { life: Life; place: ArenaPlace }[] = [];
  const places = new Map<ValueId, ArenaPlace>();
  const buffers: number[] = [];
  for (const life of order) {
    const forbidden = new Set([...life.apart].map((other) => places.get(other)?.buffer));
    let best: { buffer: number; offset: number; growth: number } | undefined;
    for (let buffer = 0; buffer <= buffers.length; buffer++) {
      if (forbidden.has(buffer)) continue;
      const size = buffers[buffer] ?? 0;
      const offset = lowestGap(placed, buffer, life);
      if (offset + life.byteLength > maxBufferSize && buffer < buffers.length) continue;
      const growth = Math.max(0, offset + life.byteLength - size);
      const opens = atEqualCost === 'open' && buffer === buffers.length && growth > 0;
      if (!best || growth < best.growth || (opens && growth === best.growth)) best = { buffer, offset, growth };
    }
    const { buffer, offset } = best!;
    buffers[buffer] = Math.max(buffers[buffer] ?? 0, offset + life.byteLength);
    const at = { buffer, offset, byteLength: life.byteLength };
    places.set(life.value, at);
    placed.push({ life, place: at });
  }
  return { places, buffers };
}

function lowestGap(placed: readonly { life: Life; place: ArenaPlace }[], buffer: number, life: Life): number {
  const taken = placed
    .filter((other) => other.place.buffer === buffer && other.life.first <= life.last && life.first <= other.life.last)
    .map((other) => other.place)
    .sort((a, b) => a.offset - b.offset);
  let offset = 0;
  for (const { offset: start, byteLength } of taken) {
    if (start - offset >= life.byteLength) break;
    offset = Math.max(offset, start + byteLength);
  }
  return offset;
}

/** The order with a few values moved forward. */
function repaired(order: readonly Life[], random: () => number): Life[] {
  const next = [...order];
  for (let move = 0; move < 3; move++) {
    const [life] = next.splice(Math.floor(random() * next.length), 1);
    if (life) next.splice(Math.floor(random() * next.length), 0, life);
  }
  return next;
}

/** Numbers in [0, 1), the same ones at every call, so that a graph always gets the same plan (Park and Miller's minimal standard). */
function generator(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}
