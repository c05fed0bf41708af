import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DeviceInfo } from '../../gpu/runtime/types.ts';
import { elaborate } from '../../graph/elaborate.ts';
import { infer } from '../../graph/infer.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { createStore } from 'zustand/vanilla';
import type { DerivedState } from '../stores/derived.ts';
import type { DocumentState } from '../stores/document.ts';
import { createRunStore } from '../stores/run.ts';
import { createViewStore } from '../stores/view.ts';
import { GuestStoppedError } from './guest.ts';
import type { FromCompiler, FromGpu, ToCompiler, ToGpu } from './protocol.ts';
import { Session, SETTLE_MILLISECONDS } from './session.ts';
import type { Channel } from './threads.ts';

const DEVICE: DeviceInfo = {
  kind: 'reference',
  name: 'CPU, float64 reference',
  software: true,
  limits: {
    maxStorageBufferBindingSize: 0,
    maxBufferSize: 0,
    maxComputeWorkgroupsPerDimension: 0,
    maxStorageBuffersPerShaderStage: 0,
    maxComputeInvocationsPerWorkgroup: 0,
    maxComputeWorkgroupStorageSize: 0,
    minStorageBufferOffsetAlignment: 0,
  },
};

const DOCUMENT: PatchbayDocument = {
  format: 'patchbay',
  version: 1,
  seed: 0,
  main: 'Model',
  presets: [],
  assets: [],
  modules: [
    {
      name: 'Model',
      hyperparameters: [],
      edges: [],
      nodes: [{ id: 'n', name: 'noise', type: 'random_tensor', position: [0, 0] }],
    },
  ],
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A thread that only writes down what it is told. */
function fakeThread<Out, In>() {
  const sent: Out[] = [];
  let listener: (message: In) => void = () => undefined;
  const channel: Channel<Out, In> = {
    post: (message) => void sent.push(message),
    listen: (given) => void (listener = given),
    onBreak: () => undefined,
  };
  return { channel, sent, say: (message: In) => listener(message) };
}

const NO_SOURCES = { recipes: new Map(), keys: new Map(), problems: [] };

function derivedOf(document: PatchbayDocument): DerivedState {
  const tree = elaborate(document, NODES);
  const cost = { parameters: 0, flops: 0, activationBytes: 0, byPath: new Map() };
  return {
    document,
    tree,
    inference: infer(tree, NODES),
    sources: NO_SOURCES,
    problems: [],
    problemsOf: new Map(),
    cost,
  };
}

function start() {
  const compiler = fakeThread<ToCompiler, FromCompiler>();
  const gpu = fakeThread<ToGpu, FromGpu>();
  const derived = createStore<DerivedState>()(() => derivedOf(DOCUMENT));
  const document = createStore<DocumentState>()(() => ({ generation: 0 }) as DocumentState);
  const run = createRunStore();
  const view = createViewStore();
  const tunings: unknown[] = [];
  let pictureFailure: string | null = null;
  const session = new Session(
    { derived, document, run, view },
    { compiler: compiler.channel, gpu: gpu.channel, dispose: () => undefined },
    () => (pictureFailure === null ? Promise.resolve(new Set()) : Promise.reject(new Error(pictureFailure))),
    (tuning) => tunings.push(tuning),
  );
  const replaceDocument = () => document.setState({ generation: 1 });
  const failPictures = (message: string) => void (pictureFailure = message);
  const edit = () => derived.setState(derivedOf({ ...DOCUMENT }), true);
  /** Lets the compile worker answer what it was asked last. */
  const compiled = async (runnable = true) => {
    const asked = compiler.sent.findLast((message) => message.kind === 'compile')!;
    const summary = { runnable, ports: asked.taps };
    compiler.say({ kind: 'compiled', program: asked.program, summary });
    await vi.advanceTimersByTimeAsync(0);
  };
  const predicted = async (seconds: number | null) => {
    const asked = gpu.sent.findLast((message) => message.kind === 'predict')!;
    gpu.say({ kind: 'prediction', request: asked.request, seconds });
    await vi.advanceTimersByTimeAsync(0);
  };
  const ran = () => {
    const asked = gpu.sent.findLast((message) => message.kind === 'run')!;
    gpu.say({
      kind: 'finished',
      run: asked.run,
      report: {
        milliseconds: 5,
        stepsRun: 1,
        stepsTotal: 2,
        timings: new Map([['noise', 5]]),
        pool: { bytes: 0, budget: 1 },
      },
      memory: { arenaBytes: 0, weightBytes: 0, pool: { bytes: 0, budget: 1 } },
    });
  };
  const count = (kind: (ToGpu | ToCompiler)['kind']) =>
    [...gpu.sent, ...compiler.sent].filter((message) => message.kind === kind).length;
  return {
    session,
    compiler,
    gpu,
    run,
    view,
    tunings,
    replaceDocument,
    failPictures,
    edit,
    compiled,
    predicted,
    ran,
    count,
  };
}

async function startWithDevice() {
  const started = start();
  started.gpu.say({ kind: 'device', info: DEVICE, target: { kind: 'reference' }, notice: null });
  await vi.advanceTimersByTimeAsync(0);
  return started;
}

test('nothing is compiled before there is a device; then the graph runs, if it is quick', async () => {
  const s = start();
  await vi.advanceTimersByTimeAsync(1000);
  expect(s.count('compile')).toBe(0);
  s.gpu.say({ kind: 'device', info: DEVICE, target: { kind: 'reference' }, notice: null });
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  expect(s.compiler.sent.at(-1)).toMatchObject({ kind: 'compile', taps: ['noise.output'] });
  await s.compiled();
  await s.predicted(0.1);
  s.ran();
  expect(s.run.getState().status).toEqual({ kind: 'done', milliseconds: 5, stepsRun: 1, stepsTotal: 2 });
  expect(s.run.getState()).toMatchObject({ current: true });
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

test('a program that is no longer asked for is not run', async () => {
  const s = await startWithDevice();
  const old = s.compiler.sent.findLast((message) => message.kind === 'compile')!;
  s.edit();
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  s.compiler.say({
    kind: 'compiled',
    program: old.program,
    summary: { runnable: true, ports: [] },
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
  s.gpu.say({ kind: 'device', info: DEVICE, target: { kind: 'reference' }, notice: null });
  expect(s.count('warm')).toBe(1);
  expect(s.compiler.sent.find(({ kind }) => kind === 'warm')).toMatchObject({ document: DOCUMENT });
  s.session.warm(DOCUMENT);
  expect(s.count('warm')).toBe(2);
});

/** The graph has been run. */
async function ready() {
  const s = await startWithDevice();
  await s.compiled();
  await s.predicted(0.1);
  s.ran();
  return s;
}

const GUEST = { grown: { source: 'ids', rows: [[1, 2]] }, port: 'lm_head.output', parts: [[0, 1]] };

test('a guest computes one value with other ids, and the editor’s own values come back', async () => {
  const { session, compiler, gpu, ran, compiled, count } = await ready();
  const parts = session.compute(GUEST);
  await vi.advanceTimersByTimeAsync(0);
  expect(compiler.sent.at(-1)).toMatchObject({ kind: 'compile', grown: GUEST.grown, taps: ['lm_head.output'] });
  await compiled();
  expect(gpu.sent.at(-1)).toMatchObject({ kind: 'run' });
  ran();
  await vi.advanceTimersByTimeAsync(0);
  const asked = gpu.sent.findLast((message) => message.kind === 'read')!;
  expect(asked).toMatchObject({ port: 'lm_head.output', index: [0, 1] });
  const tensor = { type: { dtype: 'f32', shape: [1] }, data: Float32Array.of(7) } as const;
  const before = count('compile');
  gpu.say({ kind: 'tensor', request: asked.request, tensor });
  expect(await parts).toEqual([tensor]);
  await vi.advanceTimersByTimeAsync(0);
  expect(count('compile')).toBe(before + 1);
  expect(compiler.sent.at(-1)).not.toHaveProperty('grown');
});

test('an edit and a run go before a guest', async () => {
  const { session, gpu, edit, compiled, predicted, ran } = await ready();
  const edited = session.compute(GUEST);
  const refused = expect(edited).rejects.toThrow(GuestStoppedError);
  await vi.advanceTimersByTimeAsync(0);
  edit();
  await refused;
  await vi.advanceTimersByTimeAsync(SETTLE_MILLISECONDS);
  await compiled();
  await predicted(0.1);
  ran();
  const second = session.compute(GUEST);
  const stopped = expect(second).rejects.toThrow(GuestStoppedError);
  await vi.advanceTimersByTimeAsync(0);
  await compiled();
  session.cancel();
  await stopped;
  expect(gpu.sent.at(-1)).toMatchObject({ kind: 'cancel' });
});

test('a guest waits for what the editor is computing', async () => {
  const s = await startWithDevice();
  await s.compiled();
  await s.predicted(0.1);
  const compiles = s.count('compile');
  s.session.compute(GUEST).catch(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(s.count('compile')).toBe(compiles);
  s.ran();
  await vi.advanceTimersByTimeAsync(0);
  expect(s.compiler.sent.at(-1)).toMatchObject({ kind: 'compile', grown: GUEST.grown });
});

test('a value that a guest cannot have is told', async () => {
  const { session, compiler } = await ready();
  const missing = session.compute(GUEST);
  const refused = expect(missing).rejects.toThrow(/lm_head\.output cannot be computed/);
  await vi.advanceTimersByTimeAsync(0);
  const asked = compiler.sent.findLast((message) => message.kind === 'compile')!;
  compiler.say({ kind: 'compiled', program: asked.program, summary: { runnable: false, ports: [] } });
  await refused;
});
