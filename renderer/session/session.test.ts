import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEVICE, DOCUMENT, start, startWithDevice } from '../testing/fake-session.ts';
import { SETTLE_MILLISECONDS } from './session.ts';

const FRAME_MILLISECONDS = 16;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => setTimeout(callback, FRAME_MILLISECONDS));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('nothing is compiled before there is a device; then the graph runs, if it is quick', async () => {
  const s = start();
  await vi.advanceTimersByTimeAsync(1000);
  expect(s.count('compile')).toBe(0);
  s.gpu.say({ kind: 'device', info: DEVICE, target: { kind: 'graph' }, notice: null });
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  expect(s.compiler.sent.at(-1)).toMatchObject({ kind: 'compile', taps: ['noise.output'] });
  await s.compiled();
  await s.predicted(0.1);
  s.ran();
  expect(s.run.getState().status).toEqual({ kind: 'done', milliseconds: 5, stepsRun: 1, stepsTotal: 2 });
  expect(s.run.getState()).toMatchObject({ current: true, shown: false });
  const run = s.gpu.sent.findLast((message) => message.kind === 'run')!.run;
  s.gpu.say({ kind: 'shown', run: run - 1 });
  vi.advanceTimersByTime(FRAME_MILLISECONDS);
  expect(s.run.getState().shown).toBe(false);
  s.gpu.say({ kind: 'shown', run });
  // What was delivered is drawn with the next frame.
  expect(s.run.getState().shown).toBe(false);
  vi.advanceTimersByTime(FRAME_MILLISECONDS);
  expect(s.run.getState().shown).toBe(true);
  expect(s.run.getState().timings.get('')).toBe(5);
  s.edit();
  expect(s.run.getState()).toMatchObject({ current: false });
});

test('edits within the pause are compiled once', async () => {
  const s = await startWithDevice();
  const before = s.count('compile');
  s.edit();
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS - 10);
  s.edit();
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS - 10);
  expect(s.count('compile')).toBe(before);
  await vi.advanceTimersByTimeAsync(10);
  expect(s.count('compile')).toBe(before + 1);
});

test('what takes long is not run by itself, but says how long; a demand runs it', async () => {
  const s = await startWithDevice();
  await s.compiled();
  await s.predicted(7);
  expect(s.count('run')).toBe(0);
  expect(s.run.getState().status).toEqual({ kind: 'stale', predictedSeconds: 7 });
  s.session.run();
  await vi.advanceTimersByTimeAsync(0);
  await s.compiled();
  await s.predicted(7);
  expect(s.count('run')).toBe(1);
});

test('an edit cancels the run, and its late report is dropped', async () => {
  const s = await startWithDevice();
  await s.compiled();
  await s.predicted(0.1);
  expect(s.run.getState().current).toBe(false);
  s.edit();
  expect(s.count('cancel')).toBe(1);
  s.ran();
  expect(s.run.getState().status.kind).not.toBe('done');
});

test('what is moved leaves the run alone, and its values stay those of the graph', async () => {
  const s = await startWithDevice();
  await s.compiled();
  await s.predicted(0.1);
  const before = s.count('compile');
  s.move();
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  expect([s.count('cancel'), s.count('compile')]).toEqual([0, before]);
  s.ran();
  s.move();
  expect(s.run.getState()).toMatchObject({ current: true, status: { kind: 'done' } });
});

test('a run on demand that has yet to begin when the GPU is lost is not forgotten', async () => {
  const s = await startWithDevice();
  s.run.getState().setMode('on-demand');
  s.edit();
  s.session.run();
  await vi.advanceTimersByTimeAsync(0);
  s.gpu.say({ kind: 'device-lost', message: 'crashed' });
  await s.compiled();
  await s.predicted(3);
  expect(s.count('run')).toBe(1);
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  expect(s.count('cancel')).toBe(0);
});

test('a program that is no longer asked for is not run', async () => {
  const s = await startWithDevice();
  const old = s.compiler.sent.findLast((message) => message.kind === 'compile')!;
  s.edit();
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  s.compiler.say({
    kind: 'compiled',
    program: old.program,
    summary: { runnable: true, ports: [], lacking: [] },
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(s.count('predict')).toBe(0);
});

test('on demand: an edit makes values stale, a look at what was run is still answered', async () => {
  const s = await startWithDevice();
  s.run.getState().setMode('on-demand');
  s.edit();
  expect(s.run.getState().status).toEqual({ kind: 'stale', predictedSeconds: null });
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  await s.compiled();
  await s.predicted(0.1);
  expect(s.count('run')).toBe(0);
  s.session.run();
  await vi.advanceTimersByTimeAsync(0);
  await s.compiled();
  await s.predicted(0.1);
  s.ran();
  s.view.getState().setLayer('blocks', 1);
  await vi.advanceTimersByTimeAsync(0);
  await s.compiled();
  await s.predicted(0.01);
  expect(s.count('run')).toBe(2);
});

test('on demand: what is kept is shown at once, when one comes back to a document', async () => {
  const s = await startWithDevice();
  s.run.getState().setMode('on-demand');
  s.replaceDocument();
  await vi.advanceTimersByTimeAsync(0);
  await s.compiled();
  await s.predicted(0.1);
  expect(s.count('run')).toBe(0);
  s.session.run();
  await vi.advanceTimersByTimeAsync(0);
  await s.compiled();
  await s.predicted(0.1);
  s.ran();
  s.replaceDocument();
  await vi.advanceTimersByTimeAsync(0);
  await s.compiled();
  await s.predicted(0);
  expect(s.count('run')).toBe(2);
});

test('paused: edits reach no worker, until a run is asked for or the pause ends', async () => {
  const s = await startWithDevice();
  s.run.getState().setMode('paused');
  const before = s.count('compile');
  s.edit();
  await vi.advanceTimersByTimeAsync(1000);
  expect(s.count('compile')).toBe(before);
  expect(s.run.getState().status).toEqual({ kind: 'stale', predictedSeconds: null });
  s.session.run();
  await vi.advanceTimersByTimeAsync(0);
  expect(s.count('compile')).toBe(before + 1);
  s.run.getState().setMode('live');
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  expect(s.count('compile')).toBe(before + 2);
});

test('a look waits for a run that goes on', async () => {
  const s = await startWithDevice();
  await s.compiled();
  await s.predicted(0.1);
  const before = s.count('compile');
  s.view.getState().setLayer('blocks', 1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(s.count('compile')).toBe(before);
  expect(s.count('cancel')).toBe(0);
  s.ran();
  await vi.advanceTimersByTimeAsync(0);
  expect(s.count('compile')).toBe(before + 1);
});

test('a look while the graph is compiled is not lost, and the edit before it neither', async () => {
  const s = await startWithDevice();
  s.run.getState().setMode('on-demand');
  s.edit();
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  s.view.getState().setLayer('blocks', 1);
  const before = s.count('compile');
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  expect(s.count('compile')).toBe(before + 1);
  await s.compiled();
  await s.predicted(0.01);
  expect(s.count('run')).toBe(0);
  expect(s.run.getState().status).toEqual({ kind: 'stale', predictedSeconds: 0.01 });
});

test('another document shows nothing of the one before', async () => {
  const s = await startWithDevice();
  await s.compiled();
  await s.predicted(0.1);
  s.ran();
  s.replaceDocument();
  expect(s.count('forget')).toBe(1);
  expect(s.run.getState()).toMatchObject({ memory: null, timings: new Map() });
});

test('pictures that cannot be read fail the run, not the session', async () => {
  const s = await startWithDevice();
  s.failPictures('the disk is gone');
  s.edit();
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  expect(s.run.getState().status).toEqual({ kind: 'failed', message: 'the disk is gone' });
});

test('what was measured is told, and compiled for from then on', async () => {
  const s = await startWithDevice();
  const target = { kind: 'gpu', limits: DEVICE.limits, tuning: { adapter: 'a', matmul: { large: 'b' } } } as const;
  s.gpu.say({ kind: 'tuned', target });
  expect(s.tunings).toEqual([target.tuning]);
  s.edit();
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  expect(s.compiler.sent.at(-1)).toMatchObject({ kind: 'compile', target });
});

describe('how floats lie in the memory of the GPU', () => {
  const gpu = { kind: 'gpu', limits: DEVICE.limits, tuning: { adapter: 'a', matmul: {} } } as const;
  const asked = (s: Awaited<ReturnType<typeof startWithDevice>>) => s.compiler.sent.at(-1);

  test('is chosen for all programs from then on, and what is shown is computed anew', async () => {
    const s = await startWithDevice();
    s.gpu.say({ kind: 'device', info: { ...DEVICE, kind: 'gpu' }, target: gpu, notice: null });
    await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
    expect(asked(s)).toMatchObject({ kind: 'compile', target: { ...gpu, storage: 'f32' } });
    const before = s.count('compile');
    s.run.getState().chooseStorage('f16');
    await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
    expect(s.run.getState().current).toBe(false);
    expect(s.count('compile')).toBe(before + 1);
    expect(asked(s)).toMatchObject({ kind: 'compile', target: { ...gpu, storage: 'f16' } });
    s.gpu.say({ kind: 'tuned', target: { ...gpu, tuning: { adapter: 'a', matmul: { large: 'b' } } } });
    s.session.warm(DOCUMENT);
    expect(asked(s)).toMatchObject({ kind: 'warm', target: { storage: 'f16', tuning: { matmul: { large: 'b' } } } });
  });

  test('is nothing to a device that is no GPU', async () => {
    const s = await startWithDevice();
    const before = s.count('compile');
    s.run.getState().chooseStorage('f16');
    await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
    expect(s.count('compile')).toBe(before);
    s.edit();
    await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
    expect(asked(s)).toMatchObject({ kind: 'compile', target: { kind: 'graph' } });
  });

  test('what does not fit in is told with the run that took it, and is over with the next one', async () => {
    const s = await startWithDevice();
    await s.compiled();
    await s.predicted(0.1);
    s.ran({ warnings: ['weight head: 2 of its 12 numbers are too large for f16'] });
    expect(s.run.getState().warnings).toEqual(['weight head: 2 of its 12 numbers are too large for f16']);
    s.session.run();
    await vi.advanceTimersByTimeAsync(0);
    await s.compiled();
    await s.predicted(0.1);
    s.ran();
    expect(s.run.getState().warnings).toEqual([]);
  });
});

test('work that ends at once is not shown as work', async () => {
  const s = await startWithDevice();
  const seen: string[] = [];
  s.run.subscribe(({ status }) => seen.push(status.kind));
  await s.compiled();
  await s.predicted(0.1);
  s.ran();
  s.edit();
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  await s.compiled();
  await s.predicted(0.1);
  s.ran();
  expect(new Set(seen)).toEqual(new Set(['done']));
});

test('a failure to compile is told; an empty graph is not a failure', async () => {
  const s = await startWithDevice();
  const asked = s.compiler.sent.findLast((message) => message.kind === 'compile')!;
  s.compiler.say({ kind: 'compile-failed', program: asked.program, message: 'too large' });
  expect(s.run.getState().status).toEqual({ kind: 'failed', message: 'too large' });
  s.edit();
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  await s.compiled(false);
  expect(s.run.getState().status).toEqual({ kind: 'idle' });
  expect(s.count('run')).toBe(0);
});

test('a tensor that is not there is an error that names the port', async () => {
  const s = await startWithDevice();
  const answer = s.session.read('noise.output');
  const asked = s.gpu.sent.findLast((message) => message.kind === 'read')!;
  s.gpu.say({ kind: 'no-value', request: asked.request });
  await expect(answer).rejects.toThrow('noise.output: no value yet');
});

test('a document that is opened is compiled at once; one that is edited, after a pause', async () => {
  const s = await startWithDevice();
  const before = s.count('compile');
  s.edit();
  s.replaceDocument();
  s.session.watch('noise.output', { index: [], maxSide: 64, view: 'matrix' }, () => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(s.count('compile')).toBe(before + 1);
  s.edit();
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS - 10);
  expect(s.count('compile')).toBe(before + 1);
  await vi.advanceTimersByTimeAsync(10);
  expect(s.count('compile')).toBe(before + 2);
});

test('what may be opened soon is made ready once there is a device', async () => {
  const s = start();
  s.session.warm(DOCUMENT);
  expect(s.count('warm')).toBe(0);
  s.gpu.say({ kind: 'device', info: DEVICE, target: { kind: 'graph' }, notice: null });
  expect(s.count('warm')).toBe(1);
  expect(s.compiler.sent.find(({ kind }) => kind === 'warm')).toMatchObject({ document: DOCUMENT });
  s.session.warm(DOCUMENT);
  expect(s.count('warm')).toBe(2);
});

test('what might have been opened is not in the way of what is', async () => {
  const s = start();
  s.session.warm(DOCUMENT);
  s.replaceDocument();
  s.gpu.say({ kind: 'device', info: DEVICE, target: { kind: 'graph' }, notice: null });
  await vi.advanceTimersByTimeAsync(0);
  expect([s.count('warm'), s.count('compile')]).toEqual([0, 1]);
});
