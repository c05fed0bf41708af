/** How a run's submissions follow one another, on a device that says when each is done. */
import { expect, test, vi } from 'vitest';
import type { DispatchStep, Plan } from '../plan.ts';
import { execute, type Execution } from './execute.ts';
import { Pace } from './pace.ts';

/** Steps that fill a submission each, and write a value that is named after their place. */
function planOf(steps: number): Plan {
  const stepAt = (index: number): DispatchStep => ({
    kind: 'dispatch',
    shader: 0,
    bindings: [],
    uniforms: new Uint32Array(4),
    workgroups: [1, 1, 1],
    reads: [],
    writes: [`value ${index}`],
    flops: 1e9,
    bytes: 0,
    origins: [],
    shares: [],
    operations: [],
    stored: [],
    label: '',
  });
  return {
    shaders: [{ wgsl: 'text', label: '', workgroupSize: [1, 1, 1] }],
    steps: Array.from({ length: steps }, (_, index) => stepAt(index)),
    leaves: [],
    outputs: [],
    arena: [],
    memory: { arenaBytes: 0, livePeakBytes: 0, weightBytes: 0, keptBytes: 0 },
    flops: steps * 1e9,
  };
}

/** A run of three submissions, and what it does to queue and pool. */
function started(given: Pick<Execution, 'signal' | 'profiler'> = {}) {
  const plan = planOf(3);
  const submitted: PromiseWithResolvers<undefined>[] = [];
  const queue = {
    submit: () => submitted.push(Promise.withResolvers<undefined>()),
    onSubmittedWorkDone: () => submitted.at(-1)!.promise,
  };
  const filled: string[] = [];
  const running = execute({
    device: { queue } as unknown as GPUDevice,
    prepared: { plan, encode: () => ({}) } as unknown as Execution['prepared'],
    pool: { markFilled: (key: string) => filled.push(key) } as unknown as Execution['pool'],
    pace: new Pace(),
    steps: [0, 1, 2],
    flow: { inFlight: 2, milliseconds: 15 },
    sleepFirst: false,
    ...given,
  });
  return { running, submitted, filled };
}

test('so many submissions are on their way at once, and values are there when theirs is done', async () => {
  const { running, submitted, filled } = started();
  expect(submitted).toHaveLength(2);
  submitted[0]!.resolve(undefined);
  await vi.waitFor(() => expect(submitted).toHaveLength(3));
  expect(filled).toEqual(['value 0']);
  for (const { resolve } of submitted) resolve(undefined);
  await running;
  expect(filled).toEqual(['value 0', 'value 1', 'value 2']);
});

test('a cancelled run ends without waiting for the device; what comes late fills no value of the next run', async () => {
  const stop = new AbortController();
  const { running, submitted, filled } = started({ signal: stop.signal });
  submitted[0]!.resolve(undefined);
  await vi.waitFor(() => expect(submitted).toHaveLength(3));
  stop.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  for (const { resolve } of submitted) resolve(undefined);
  await Promise.all(submitted.map(({ promise }) => promise));
  expect(filled).toEqual(['value 0']);
});

test.each([
  ['timestamps', true, 2],
  ['the clock', false, 1],
])('a profile by %s', async (_, batches, atOnce) => {
  const profiler = { batches, timer: () => undefined, collect: () => Promise.resolve() };
  const { running, submitted } = started({ profiler: profiler as unknown as Execution['profiler'] });
  expect(submitted).toHaveLength(atOnce);
  for (let next = 0; next < 3; next++) {
    await vi.waitFor(() => expect(submitted.length).toBeGreaterThan(next));
    submitted[next]!.resolve(undefined);
  }
  await running;
  expect(submitted).toHaveLength(3);
});

test('a submission that fails is the failure of the run, once the others are done', async () => {
  const { running, submitted } = started();
  let ended = false;
  const failing = running.finally(() => (ended = true));
  failing.catch(() => undefined);
  submitted[0]!.reject(new Error('lost'));
  await Promise.resolve();
  expect(ended).toBe(false);
  submitted[1]!.resolve(undefined);
  await expect(failing).rejects.toThrow('lost');
});

test('a submission begins when the one before it is done, be it of another run', () => {
  const pace = new Pace();
  const pieces = [{ shader: 'text', work: 1e6 }];
  expect(pace.finish(pieces, 100, 130)).toBe(30);
  expect(pace.finish(pieces, 110, 145)).toBe(15);
  expect(pace.finish(pieces, 150, 170)).toBe(20);
});
