/** Which candidate wins, on an engine whose kernels take as long as a table says. */
import { expect, test } from 'vitest';
import type { Plan } from '../plan.ts';
import { DeviceFault } from './errors.ts';
import type { Measurement, MeasureOptions } from './measure.ts';
import { measureTiles, type Candidate } from './tune.ts';

/** Milliseconds of the smallest work; of submissions and, where the device tells, by timestamps. */
type Times = Readonly<Record<string, readonly [submissions: number, timestamps?: number]>>;

interface Asked {
  readonly tile: string;
  readonly scale: number;
  readonly options: MeasureOptions;
}

/** An engine on which the tiles take these times, and what it was asked. */
function fakeEngine(times: Times, onMeasure: (asked: Asked) => void = () => undefined) {
  const asked: Asked[] = [];
  const plans = new Map<Plan, { readonly tile: string; readonly scale: number }>();
  const engine = {
    fingerprint: 'an adapter',
    measure: async (plan: Plan, options: MeasureOptions): Promise<Measurement> => {
      const { tile, scale } = plans.get(plan)!;
      asked.push({ tile, scale, options });
      onMeasure(asked.at(-1)!);
      options.signal?.throwIfAborted();
      const [submissions, timestamps] = times[tile]!;
      return { submissions: scale * submissions, ...(timestamps !== undefined && { timestamps: scale * timestamps }) };
    },
  };
  const planFor = ({ tile }: Candidate, scale: number): Plan => {
    const plan = {} as Plan;
    plans.set(plan, { tile, scale });
    return plan;
  };
  return { engine, asked, planFor };
}

/** Each a family of its own, unless its name says which: `register 4x4`. */
function candidatesOf(times: Times): Candidate[] {
  return Object.keys(times).map((tile) => ({ tile, family: tile.split(' ')[0]! }));
}

async function winnerOf(times: Times) {
  const { engine, asked, planFor } = fakeEngine(times);
  const winner = await measureTiles(engine, { candidates: candidatesOf(times), planFor });
  return { ...winner, asked };
}

test('timestamps decide where every candidate has them, whatever its submissions took', async () => {
  const times: Times = { a: [9, 5], b: [8, 4], c: [7, 4.5] };
  expect(await winnerOf(times)).toMatchObject({ tile: 'b', clock: 'timestamps' });
});

test('submissions decide where there are no timestamps, or one was too coarse', async () => {
  expect(await winnerOf({ a: [9], b: [8], c: [7] })).toMatchObject({ tile: 'c', clock: 'submissions' });
  expect(await winnerOf({ a: [9, 5], b: [8, 4], c: [7] })).toMatchObject({ tile: 'c', clock: 'submissions' });
});

test('of candidates that take the same time the first is taken', async () => {
  expect(await winnerOf({ a: [5, 5], b: [4, 4], c: [4, 4] })).toMatchObject({ tile: 'b' });
});

test('a family whose first tile is slow is measured no further', async () => {
  const { asked, tile } = await winnerOf({ 'r 1': [4, 4], 's 1': [9, 9], 's 2': [1, 1], 'r 2': [3, 3] });
  expect(tile).toBe('r 2');
  expect(new Set(asked.map(({ tile }) => tile))).toEqual(new Set(['r 1', 's 1', 'r 2']));
});

test('as much work is measured as takes a while by the clock that decides, of each candidate the same', async () => {
  const { asked } = await winnerOf({ a: [3, 0.2], b: [3, 0.1] });
  const scales = asked.map(({ tile, scale }) => `${tile} ${scale}`);
  expect(scales).toEqual(['a 1', 'a 4', 'a 16', 'a 16', 'b 16']);
  const fast = await winnerOf({ a: [0.001], b: [0.002] });
  expect(fast.asked.at(-1)).toMatchObject({ tile: 'b', scale: 64 });
  // What is short even so is run several times in a submission.
  expect(fast.asked.at(-1)!.options.shortest).toBeGreaterThan(5);
});

test('it ends between two measurements when nobody wants it any more', async () => {
  const stop = new AbortController();
  const times: Times = { a: [5], b: [4], c: [3] };
  const { engine, asked, planFor } = fakeEngine(times, ({ tile }) => tile === 'b' && stop.abort(new Error('enough')));
  const measuring = measureTiles(engine, { candidates: candidatesOf(times), planFor, signal: stop.signal });
  await expect(measuring).rejects.toThrow('enough');
  expect(asked.map(({ tile }) => tile)).not.toContain('c');
});

test('times of two adapters are not compared', async () => {
  const times: Times = { a: [5], b: [4], c: [3] };
  const { engine, planFor } = fakeEngine(times, ({ tile }) => {
    if (tile === 'c') engine.fingerprint = 'another';
  });
  await expect(measureTiles(engine, { candidates: candidatesOf(times), planFor })).rejects.toThrow(DeviceFault);
});
