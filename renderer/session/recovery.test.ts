import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DEVICE, start, startWithDevice } from '../testing/fake-session.ts';
import { CANCEL_MILLISECONDS, MAKE_WAY_MILLISECONDS, MOST_DEATHS, STILL_SECONDS } from './recovery.ts';
import { SETTLE_MILLISECONDS } from './session.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Started = Awaited<ReturnType<typeof startWithDevice>>;

/** A run that goes on. */
async function startRun(seconds = 7): Promise<Started> {
  const s = await startWithDevice();
  s.session.run();
  await vi.advanceTimersByTimeAsync(0);
  await s.compiled();
  await s.predicted(seconds);
  expect(s.count('run')).toBe(1);
  return s;
}

async function bringDevice(s: Started): Promise<void> {
  s.gpu.say({ kind: 'device', info: DEVICE, target: { kind: 'graph' }, notice: null });
  await vi.advanceTimersByTimeAsync(0);
}

/** Answers what is asked until the graph runs. */
async function runAgain(s: Started): Promise<void> {
  await s.compiled();
  await s.predicted(7);
}

test('a thread that dies in a run is started again, and runs what was run, however long it takes', async () => {
  const s = await startRun();
  const watching = s.count('watch');
  s.session.watch('noise.output', { index: [], maxSide: 64, view: 'matrix' }, () => undefined);
  s.gpu.die('it ended');
  expect(s.restarts).toEqual(['gpu']);
  expect(s.run.getState()).toMatchObject({ device: null, incident: { message: expect.stringContaining('it ended') } });
  expect(s.count('watch')).toBe(watching + 2);
  await bringDevice(s);
  await runAgain(s);
  expect(s.count('run')).toBe(2);
  s.ran();
  expect(s.run.getState()).toMatchObject({ current: true, status: { kind: 'done' } });
});

test('values that were shown when the thread died are computed again; while runs are paused they are not', async () => {
  const s = await startRun();
  s.ran();
  s.gpu.die('it ended');
  await bringDevice(s);
  await runAgain(s);
  expect(s.count('run')).toBe(2);
  s.ran();
  s.run.getState().setMode('paused');
  const compiled = s.count('compile');
  s.gpu.die('it ended');
  await bringDevice(s);
  expect(s.count('compile')).toBe(compiled);
});

test('a compiler that dies is started again without the values being lost', async () => {
  const s = await startRun();
  s.ran();
  s.edit();
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  s.compiler.die('out of memory');
  expect(s.restarts).toEqual(['compiler']);
  expect(s.run.getState().device).toBe(DEVICE);
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  await s.compiled();
  await s.predicted(0.1);
  expect(s.count('run')).toBe(2);
});

test('what dies again and again is left, until somebody runs the graph', async () => {
  const s = await startRun();
  for (let death = 1; death < MOST_DEATHS; death++) {
    s.gpu.die('it ended');
    await bringDevice(s);
    await runAgain(s);
  }
  s.gpu.die('it ended');
  expect(s.restarts).toHaveLength(MOST_DEATHS - 1);
  expect(s.run.getState().status).toEqual({
    kind: 'failed',
    message: expect.stringContaining(`${MOST_DEATHS} times in a row`),
  });
  s.session.run();
  expect(s.restarts).toHaveLength(MOST_DEATHS);
  await bringDevice(s);
  await runAgain(s);
  s.ran();
  expect(s.run.getState().status.kind).toBe('done');
});

test('a run that ended well makes up for the deaths before it', async () => {
  const s = await startRun();
  for (let death = 0; death < 2 * MOST_DEATHS; death++) {
    s.gpu.die('it ended');
    await bringDevice(s);
    await runAgain(s);
    s.ran();
  }
  expect(s.restarts).toHaveLength(2 * MOST_DEATHS);
});

test('who reads a value of a thread that dies is told that it is not there', async () => {
  const s = await startRun();
  s.ran();
  const reading = s.session.read('noise.output');
  s.gpu.die('it ended');
  await expect(reading).rejects.toThrow('noise.output: no value yet');
});

test('a run that is cancelled and does not stop is ended with its thread, and not begun again', async () => {
  const s = await startRun();
  s.session.cancel();
  expect(s.run.getState().status.kind).toBe('stale');
  await vi.advanceTimersByTimeAsync(CANCEL_MILLISECONDS - 1);
  expect(s.restarts).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(s.restarts).toEqual(['gpu']);
  const compiled = s.count('compile');
  await bringDevice(s);
  expect(s.count('compile')).toBe(compiled);
  expect(s.run.getState().status.kind).toBe('stale');
  s.session.run();
  await vi.advanceTimersByTimeAsync(0);
  await runAgain(s);
  expect(s.count('run')).toBe(2);
});

test('a run that stops when it is cancelled keeps its thread', async () => {
  const s = await startRun();
  const { run } = s.gpu.sent.findLast((message) => message.kind === 'run')!;
  s.session.cancel();
  s.gpu.say({ kind: 'cancelled', run });
  await vi.advanceTimersByTimeAsync(MAKE_WAY_MILLISECONDS);
  expect(s.restarts).toEqual([]);
});

test('a run that does not make way for an edit is ended for it', async () => {
  const s = await startRun();
  s.edit();
  await vi.advanceTimersByTimeAsync(MAKE_WAY_MILLISECONDS);
  expect(s.restarts).toEqual(['gpu']);
  await bringDevice(s);
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  await s.compiled();
  await s.predicted(0.1);
  expect(s.count('run')).toBe(2);
});

test('a run of which nothing is heard is said to stand still, and goes on when something is', async () => {
  const s = await startRun();
  const { run } = s.gpu.sent.findLast((message) => message.kind === 'run')!;
  const progress = (done: number) =>
    s.gpu.say({ kind: 'progress', run, stage: { kind: 'running', done, total: 1000 } });
  // However long it takes, as long as it moves.
  for (let step = 0; step < 100; step++) {
    await vi.advanceTimersByTimeAsync((STILL_SECONDS - 1) * 1000);
    progress(step);
  }
  expect(s.run.getState().still).toBe(false);
  await vi.advanceTimersByTimeAsync((STILL_SECONDS + 1) * 1000);
  expect(s.run.getState()).toMatchObject({ still: true, status: { kind: 'running' } });
  expect(s.restarts).toEqual([]);
  progress(200);
  expect(s.run.getState().still).toBe(false);
  s.ran();
  await vi.advanceTimersByTimeAsync(2 * STILL_SECONDS * 1000);
  expect(s.run.getState().still).toBe(false);
});

test('a device that does not come is told, too', async () => {
  const s = start();
  s.session.run();
  await vi.advanceTimersByTimeAsync((STILL_SECONDS + 1) * 1000);
  expect(s.run.getState().still).toBe(true);
});

test('a GPU that does not come back leaves the run to the device that takes its place', async () => {
  const s = await startRun();
  const { run } = s.gpu.sent.findLast((message) => message.kind === 'run')!;
  s.gpu.say({ kind: 'device-gone', run });
  await bringDevice(s);
  await runAgain(s);
  expect(s.count('run')).toBe(2);
});
