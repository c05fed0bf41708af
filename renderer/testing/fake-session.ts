/** A session between threads that only write down what they are told, under fake timers; and what the threads answer. */
import { vi } from 'vitest';
import type { Profile } from '../../gpu/profile.ts';
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
import { lastPositionOf, type FromCompiler, type FromGpu, type ToCompiler, type ToGpu } from '../session/protocol.ts';
import { Session } from '../session/session.ts';
import type { ThreadName } from '../session/threads.ts';
import type { Channel } from '../session/worker-channel.ts';

export const DEVICE: DeviceInfo = {
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

export const DOCUMENT: PatchbayDocument = {
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

/** A thread that only writes down what it is told. */
function fakeThread<Out, In>() {
  const sent: Out[] = [];
  let listener: (message: In) => void = () => undefined;
  let onBreak: (message: string) => void = () => undefined;
  const channel: Channel<Out, In> = {
    post: (message) => void sent.push(message),
    listen: (given) => void (listener = given),
    onBreak: (given) => void (onBreak = given),
    onRestart: () => undefined,
  };
  return { channel, sent, say: (message: In) => listener(message), die: (message: string) => onBreak(message) };
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

export function start() {
  const compiler = fakeThread<ToCompiler, FromCompiler>();
  const gpu = fakeThread<ToGpu, FromGpu>();
  const derived = createStore<DerivedState>()(() => derivedOf(DOCUMENT));
  const document = createStore<DocumentState>()(() => ({ generation: 0, journalId: 'first' }) as DocumentState);
  const run = createRunStore();
  const view = createViewStore();
  const tunings: unknown[] = [];
  const verdicts: unknown[] = [];
  const limits: unknown[] = [];
  const restarts: ThreadName[] = [];
  let pictureFailure: string | null = null;
  const session = new Session(
    { derived, document, run, view },
    {
      compiler: compiler.channel,
      gpu: gpu.channel,
      restart: (thread) => void restarts.push(thread),
      dispose: () => undefined,
    },
    () => (pictureFailure === null ? Promise.resolve(new Set()) : Promise.reject(new Error(pictureFailure))),
    {
      ceilings: () => null,
      limited: (ceilings) => limits.push(ceilings),
      tuned: (tuning) => tunings.push(tuning),
      compared: (verdict) => verdicts.push(verdict),
    },
  );
  const replaceDocument = () => {
    const generation = document.getState().generation + 1;
    document.setState({ generation, journalId: `${generation}` });
  };
  const failPictures = (message: string) => void (pictureFailure = message);
  const edit = () => {
    const { document } = derived.getState();
    derived.setState(derivedOf({ ...document, seed: document.seed + 1 }), true);
  };
  const move = () => derived.setState(derivedOf({ ...derived.getState().document }), true);
  /** Lets the compile worker answer what it was asked last. */
  const compiled = async (runnable = true) => {
    const asked = compiler.sent.findLast((message) => message.kind === 'compile')!;
    const summary = { runnable, ports: asked.grown ? asked.taps.map(lastPositionOf) : asked.taps, lacking: [] };
    compiler.say({ kind: 'compiled', program: asked.program, summary });
    await vi.advanceTimersByTimeAsync(0);
  };
  const predicted = async (seconds: number | null) => {
    const asked = gpu.sent.findLast((message) => message.kind === 'predict')!;
    gpu.say({ kind: 'prediction', request: asked.request, seconds });
    await vi.advanceTimersByTimeAsync(0);
  };
  const ran = ({ profile, warnings }: { readonly profile?: Profile; readonly warnings?: readonly string[] } = {}) => {
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
        ...(warnings && { warnings }),
      },
      memory: { arenaBytes: 0, weightBytes: 0, pool: { bytes: 0, budget: 1 } },
      ...(profile && { profile }),
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
    restarts,
    verdicts,
    limits,
    replaceDocument,
    failPictures,
    edit,
    move,
    compiled,
    predicted,
    ran,
    count,
  };
}

export async function startWithDevice() {
  const started = start();
  started.gpu.say({ kind: 'device', info: DEVICE, target: { kind: 'graph' }, notice: null });
  await vi.advanceTimersByTimeAsync(0);
  return started;
}
